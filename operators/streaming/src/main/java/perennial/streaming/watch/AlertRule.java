package perennial.streaming.watch;

import java.io.Serializable;

/** What is to be noticed about a learner. */
public sealed interface AlertRule extends Serializable {

    /** Which side of the limit is the bad one. */
    enum Side {
        ABOVE,
        BELOW
    }

    /** What a quantity is divided by before it is compared. */
    enum Baseline {
        /** Nothing: the quantity itself is compared. */
        NONE,
        /** Its own mean at first. */
        FIRST,
        /** The best mean that it has had: the largest where the limit is below, the smallest where it is above. */
        BEST
    }

    /**
     * A quantity is on the wrong side of a limit. Raised when {@code hold} values in succession are beyond {@code raise},
     * cleared when as many are not beyond {@code clear}: between the two limits nothing changes (hysteresis).
     *
     * @param quantity what is compared; the mean of its last values is
     * @param values number of values in the mean
     * @param baseline what the mean is divided by
     * @param side which side of a limit is the bad one
     * @param raise limit beyond which the alert is raised
     * @param clear limit beyond which it stays; on the good side of {@code raise} or equal to it
     * @param hold values in succession that it takes
     */
    record Threshold(Quantity quantity, int values, Baseline baseline, Side side, double raise, double clear, int hold)
            implements AlertRule {

        /** Values that a mean may be taken of, all of which are kept. */
        public static final int MAX_VALUES = 1000;

        public Threshold {
            if (values < 1 || values > MAX_VALUES || hold < 1) {
                throw new IllegalArgumentException("a mean has 1 to " + MAX_VALUES
                        + " values, and hold is at least 1: values=" + values + " hold=" + hold);
            }
            if (!Double.isFinite(raise) || !Double.isFinite(clear)) {
                throw new IllegalArgumentException("limits must be finite: raise=" + raise + " clear=" + clear);
            }
            if (side == Side.ABOVE ? clear > raise : clear < raise) {
                throw new IllegalArgumentException(
                        "an alert must be cleared on the good side of the limit at which it is" + " raised: side="
                                + side + " raise=" + raise + " clear=" + clear);
            }
        }
    }

    /**
     * Updates are discarded because something was not finite, or the learner has stopped for that reason. Cleared by reports of
     * updates that were made.
     *
     * @param clearAfter such reports in succession that it takes
     */
    record Divergence(int clearAfter) implements AlertRule {
        public Divergence {
            if (clearAfter < 1) {
                throw new IllegalArgumentException("clearAfter must be at least 1: clearAfter=" + clearAfter);
            }
        }
    }

    /**
     * Nothing has come from a learner for some time, by the clock. Cleared by the next report.
     *
     * @param millis that time, in milliseconds
     */
    record Silence(long millis) implements AlertRule {
        public Silence {
            if (millis < 1) {
                throw new IllegalArgumentException("a silence lasts at least a millisecond: millis=" + millis);
            }
        }
    }
}
