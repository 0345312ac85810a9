package perennial.learning.value;

import perennial.learning.value.ValueHeadSpec.TdLoss;

/** Losses of a temporal difference, and their slopes. */
final class TemporalDifference {

    private TemporalDifference() {}

    static double loss(TdLoss loss, double difference) {
        double size = Math.abs(difference);
        return loss == TdLoss.HUBER && size > 1 ? size - 0.5 : squared(loss) * difference * difference;
    }

    /** Derivative of {@link #loss} with respect to the difference. */
    static double slope(TdLoss loss, double difference) {
        double slope = 2 * squared(loss) * difference;
        return loss == TdLoss.HUBER ? Math.max(-1, Math.min(1, slope)) : slope;
    }

    private static double squared(TdLoss loss) {
        return loss == TdLoss.HUBER ? 0.5 : 1;
    }
}
