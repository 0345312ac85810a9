package perennial.learning.optimise;

/** The learning rate over updates: a {@link ScheduleSpec} together with the rate that it starts from. */
public final class Schedule {

    private final ScheduleSpec spec;
    private final double learningRate;

    /** @param learningRate the optimiser's own rate */
    public Schedule(ScheduleSpec spec, double learningRate) {
        this.spec = spec;
        this.learningRate = learningRate;
    }

    /** Whether a label reset starts the schedule again from index 0. */
    public boolean restartsOnReset() {
        return spec.restartOnReset();
    }

    /**
     * The rate of one update.
     *
     * @param index updates before this one: 0 for the first
     */
    public double rateAt(long index) {
        if (spec instanceof ScheduleSpec.Linear linear) {
            double progress = Math.min(1.0, (double) index / linear.updates());
            return learningRate + progress * (linear.endLearningRate() - learningRate);
        }
        if (spec instanceof ScheduleSpec.Cosine cosine) {
            if (index < cosine.warmUpUpdates()) {
                double progress = (double) index / cosine.warmUpUpdates();
                return cosine.initialLearningRate() + progress * (learningRate - cosine.initialLearningRate());
            }
            double progress = Math.min(
                    1.0, (double) (index - cosine.warmUpUpdates()) / (cosine.updates() - cosine.warmUpUpdates()));
            double kept = (1 + Math.cos(Math.PI * progress)) / 2;
            return cosine.endLearningRate() + kept * (learningRate - cosine.endLearningRate());
        }
        return learningRate;
    }
}
