package perennial.jobs.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import perennial.environment.Environment;
import perennial.environment.EnvironmentSchedule;
import perennial.environment.Environments;
import perennial.environment.ScheduledEnvironment;
import perennial.environment.kafka.ActorStreamSpec;
import perennial.environment.kafka.AgentSpec;
import perennial.learning.policy.EpsilonSchedule;

/**
 * An environment and the actors in it, for producers: each learner that is acted with has actors of its own, which publish to
 * the stream that it follows.
 */
public record EnvironmentSection(
        @Option(description = "name of the environment, as env list prints them, such as minatar/breakout")
        String name,

        @Option(description = "options of the environment, as it names them")
        Map<String, String> options,

        @Option(
                description =
                        "names of the learners whose policies are acted with, each on the first of its streams; empty for all"
                                + " whose task is reinforcement or streamQ",
                defaultValue = "[]")
        List<String> learners,

        @Option(description = "actors for each learner, all in one process", defaultValue = "1", range = "[1, 10000]")
        int actors,

        @Option(description = "seed of the environments and of random actions", defaultValue = "0")
        long seed,

        @Option(description = "probability of a random action")
        EpsilonSection epsilon,

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

        @Option(
                description = "changes of the environment, each STEP [next] followed by set OPTION=VALUE, switch NAME,"
                        + " permute-actions [ORDER] or permute-channels [ORDER]",
                defaultValue = "[]")
        List<String> changes,

        @Option(
                description = "steps after which all changes come again; 0 for never",
                defaultValue = "0",
                range = "[0, inf)")
        long repeatChangesEvery,

        @Option(description = "folder that keeps the actors' states", defaultValue = "perennial-actors")
        String stateFolder,

        @Option(
                description = "records from one saved state of the actors to the next",
                defaultValue = "10000",
                range = "[1, inf)")
        long saveEvery) {

    /** Actors differ by their seeds; so far apart that neighbouring configurations share none. */
    private static final long SEED_OF_NEXT_ACTOR = 0x9e3779b9L;

    /** Environments take seeds of 32 bits. */
    private static final long SEEDS = 1L << 32;

    public EnvironmentSection {
        EnvironmentSchedule.parse(changes, repeatChangesEvery);
        // Refuses what no path can hold.
        Path.of(stateFolder);
    }

    /** Probability of a random action. */
    public record EpsilonSection(
            @Option(description = "probability during the warm-up", defaultValue = "1.0", range = "[0, 1]")
            double start,

            @Option(description = "probability from step steps on", defaultValue = "0.01", range = "[0, 1]")
            double end,

            @Option(
                    description = "steps of each actor before it begins to fall",
                    defaultValue = "5000",
                    range = "[0, inf)")
            long warmUp,

            @Option(
                    description = "step at which it arrives, the warm-up included",
                    defaultValue = "250000",
                    range = "[0, inf)")
            long steps) {
        public EpsilonSection {
            new EpsilonSchedule(start, end, warmUp, steps);
        }

        EpsilonSchedule spec() {
            return new EpsilonSchedule(start, end, warmUp, steps);
        }
    }

    /**
     * The environment of an actor.
     *
     * @throws IllegalArgumentException if there is none of that name, or it refuses its options or a change
     */
    Environment open(int actor) {
        long actorSeed = Math.floorMod(seed + actor * SEED_OF_NEXT_ACTOR, SEEDS);
        return changes.isEmpty()
                ? Environments.create(name, actorSeed, options)
                : new ScheduledEnvironment(
                        name, actorSeed, options, EnvironmentSchedule.parse(changes, repeatChangesEvery));
    }

    EnvironmentSection withStateFolder(Path folder) {
        return new EnvironmentSection(
                name,
                options,
                learners,
                actors,
                seed,
                epsilon,
                steps,
                stepsPerSecond,
                maxLead,
                lockstep,
                changes,
                repeatChangesEvery,
                folder.toString(),
                saveEvery);
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
                actors,
                this::open,
                seed,
                epsilon.spec(),
                steps,
                stepsPerSecond,
                new AgentSpec(learner.name(), task.spec(), learner.network().spec(), engine, policiesTopic),
                maxLead,
                lockstep,
                Path.of(stateFolder),
                saveEvery);
    }
}
