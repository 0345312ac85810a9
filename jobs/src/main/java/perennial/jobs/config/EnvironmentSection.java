package perennial.jobs.config;

import java.nio.file.Path;
import java.util.List;
import perennial.environment.kafka.ActorStreamSpec;
import perennial.environment.kafka.AgentSpec;

/**
 * An environment and the actors in it, for producers: each learner that is acted with has actors of its own, which publish to
 * the stream that it follows.
 */
public record EnvironmentSection(
        @Inline ActingSection acting,

        @Option(
                description =
                        "names of the learners whose policies are acted with, each on the first of its streams; empty for all"
                                + " whose task is reinforcement or streamQ",
                defaultValue = "[]")
        List<String> learners,

        @Option(description = "steps after which an actor is done; 0 for never", defaultValue = "0", range = "[0, inf)")
        long steps,

        @Option(
                description = "most steps in a second for each learner; 0 for as many as possible",
                defaultValue = "0",
                range = "[0, inf)")
        double stepsPerSecond,

        @Option(
                description = "records that actors may be ahead of their learner; more than its policies.progressEvery",
                defaultValue = "1000",
                range = "[1, inf)")
        long maxLead,

        @Option(
                description =
                        "whether each step is made with exactly the policy that the learner had maxLead records earlier, which"
                                + " makes every run the same; otherwise with the newest policy there is",
                defaultValue = "false")
        boolean lockstep,

        @Option(description = "folder that keeps the actors' states", defaultValue = "perennial-actors")
        String stateFolder,

        @Option(
                description = "records from one saved state of the actors to the next",
                defaultValue = "10000",
                range = "[1, inf)")
        long saveEvery) {

    public EnvironmentSection {
        // Refuses what no path can hold.
        Path.of(stateFolder);
    }

    EnvironmentSection withStateFolder(Path folder) {
        return new EnvironmentSection(
                acting, learners, steps, stepsPerSecond, maxLead, lockstep, folder.toString(), saveEvery);
    }

    /** Those of {@code all} that are acted with. */
    List<LearnerSection> actedWith(List<LearnerSection> all) {
        return all.stream()
                .filter(learner -> learner.task() instanceof TaskSection.ActionValues)
                .filter(learner -> learners.isEmpty() || learners.contains(learner.name()))
                .toList();
    }

    /** The actors of one learner. */
    ActorStreamSpec stream(LearnerSection learner, String engine, String policiesTopic) {
        TaskSection.ActionValues task = (TaskSection.ActionValues) learner.task();
        return new ActorStreamSpec(
                learner.streams().get(0),
                acting.actors(),
                acting::open,
                acting.seed(),
                acting.epsilon().spec(),
                steps,
                stepsPerSecond,
                new AgentSpec(learner.name(), task.spec(), learner.network().spec(), engine, policiesTopic),
                maxLead,
                lockstep,
                Path.of(stateFolder),
                saveEvery);
    }
}
