package perennial.jobs.config;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import perennial.environment.Environment;
import perennial.environment.EnvironmentSchedule;
import perennial.environment.Environments;
import perennial.environment.ScheduledEnvironment;
import perennial.environment.actor.TeamSpec;
import perennial.learning.learner.TaskSpec;
import perennial.learning.policy.EpsilonSchedule;

/** An environment and how actors act in it, whoever has them. */
public record ActingSection(
        @Option(description = "name of the environment, as env list prints them, such as minatar/breakout")
        String name,

        @Option(description = "options of the environment, as it names them")
        Map<String, String> options,

        @Option(description = "actors for each learner, all in one process", defaultValue = "1", range = "[1, 10000]")
        int actors,

        @Option(description = "seed of the environments and of random actions", defaultValue = "0")
        long seed,

        @Option(description = "probability of a random action")
        EpsilonSection epsilon,

        @Option(
                description = "changes of the environment, each STEP [next] followed by set OPTION=VALUE, switch NAME,"
                        + " permute-actions [ORDER] or permute-channels [ORDER]",
                defaultValue = "[]")
        List<String> changes,

        @Option(
                description = "steps after which all changes come again; 0 for never",
                defaultValue = "0",
                range = "[0, inf)")
        long repeatChangesEvery)
        implements Serializable {

    /** Actors differ by their seeds; so far apart that neighbouring configurations share none. */
    private static final long SEED_OF_NEXT_ACTOR = 0x9e3779b9L;

    /** Environments take seeds of 32 bits. */
    private static final long SEEDS = 1L << 32;

    public ActingSection {
        EnvironmentSchedule.parse(changes, repeatChangesEvery);
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
            long steps)
            implements Serializable {
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

    /**
     * The actors of one learner.
     *
     * @param stream name of their stream
     * @param steps steps after which each is done; 0 for never
     */
    TeamSpec team(String stream, long steps, TaskSpec.ActionValues task) {
        return new TeamSpec(stream, actors, this::open, seed, epsilon.spec(), steps, task);
    }
}
