package perennial.jobs.config;

import perennial.learning.optimise.ScheduleSpec;

/** How a learner's learning rate moves over its updates. */
public sealed interface ScheduleSection {

    /** The schedule as the learner takes it. */
    ScheduleSpec spec();

    /** What moving schedules have. */
    record Fall(
            @Option(
                    description = "learning rate at the end, and from then on",
                    defaultValue = "1.0e-6",
                    range = "[0, inf)")
            double endLearningRate,

            @Option(description = "updates from the beginning to the end", range = "[1, inf)")
            long updates,

            @Option(description = "whether a label reset starts the schedule again", defaultValue = "false")
            boolean restartOnReset) {}

    /** The optimiser's rate throughout. */
    @Type(name = "constant", description = "the optimiser's learning rate throughout")
    record Constant() implements ScheduleSection {
        @Override
        public ScheduleSpec spec() {
            return new ScheduleSpec.Constant();
        }
    }

    /** A straight line. */
    @Type(name = "linear", description = "on a straight line from the optimiser's learning rate to endLearningRate")
    record Linear(@Inline Fall fall) implements ScheduleSection {
        @Override
        public ScheduleSpec spec() {
            return new ScheduleSpec.Linear(fall.endLearningRate, fall.updates, fall.restartOnReset);
        }
    }

    /** A warm-up, then half a cosine. */
    @Type(
            name = "cosine",
            description = "on a straight line up to the optimiser's learning rate, then along half a cosine to"
                    + " endLearningRate")
    record Cosine(
            @Option(
                    description = "learning rate at the beginning of the warm-up",
                    defaultValue = "1.0e-8",
                    range = "[0, inf)")
            double initialLearningRate,

            @Option(description = "updates of the warm-up", defaultValue = "0", range = "[0, inf)")
            long warmUpUpdates,

            @Inline Fall fall)
            implements ScheduleSection {
        public Cosine {
            new ScheduleSpec.Cosine(
                    initialLearningRate, warmUpUpdates, fall.endLearningRate, fall.updates, fall.restartOnReset);
        }

        @Override
        public ScheduleSpec spec() {
            return new ScheduleSpec.Cosine(
                    initialLearningRate, warmUpUpdates, fall.endLearningRate, fall.updates, fall.restartOnReset);
        }
    }
}
