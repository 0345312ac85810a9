package perennial.learning.optimise;

import java.io.Serializable;

/** How the learning rate moves over updates. The first update has index 0. */
public sealed interface ScheduleSpec extends Serializable {

    /** Whether a label reset starts the schedule again from index 0. */
    boolean restartOnReset();

    /** The optimiser's own rate throughout. */
    record Constant() implements ScheduleSpec {
        @Override
        public boolean restartOnReset() {
            return false;
        }
    }

    /** On a straight line from the optimiser's rate to {@code endLearningRate}, which holds from index {@code updates} on. */
    record Linear(double endLearningRate, long updates, boolean restartOnReset) implements ScheduleSpec {
        public Linear {
            OptimiserSpec.Checks.rate(endLearningRate);
            if (updates < 1) {
                throw new IllegalArgumentException("updates must be at least 1: updates=" + updates);
            }
        }
    }

    /**
     * On a straight line from {@code initialLearningRate} to the optimiser's rate in {@code warmUpUpdates}, then along half a
     * cosine to {@code endLearningRate}, which holds from index {@code updates} on.
     */
    record Cosine(
            double initialLearningRate,
            long warmUpUpdates,
            double endLearningRate,
            long updates,
            boolean restartOnReset)
            implements ScheduleSpec {
        public Cosine {
            OptimiserSpec.Checks.rate(initialLearningRate);
            OptimiserSpec.Checks.rate(endLearningRate);
            if (warmUpUpdates < 0 || updates <= warmUpUpdates) {
                throw new IllegalArgumentException(
                        "updates must be more than warmUpUpdates, and that 0 or more: updates=" + updates
                                + " warmUpUpdates=" + warmUpUpdates);
            }
        }
    }
}
