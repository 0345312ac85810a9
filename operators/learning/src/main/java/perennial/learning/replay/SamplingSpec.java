package perennial.learning.replay;

import java.io.Serializable;

/** Which stored transitions are drawn. */
public sealed interface SamplingSpec extends Serializable {

    /** Each with equal probability, with replacement. */
    record Uniform() implements SamplingSpec {}

    /**
     * In proportion to priority (Schaul et al. 2016): probability p^exponent / sum, p = error + minimum; a new transition has the
     * greatest priority so far. Row weights (N probability)^-importance, divided by the batch's greatest.
     *
     * @param exponent how far probabilities follow priorities: 0 uniform, 1 proportional
     * @param importanceStart importance exponent of the first update
     * @param importanceEnd importance exponent from update {@code importanceUpdates} on, on a straight line until then
     * @param importanceUpdates updates from the first importance exponent to the last
     * @param minimum added to every error, so that no transition is out of reach
     */
    record Prioritised(
            double exponent, double importanceStart, double importanceEnd, long importanceUpdates, double minimum)
            implements SamplingSpec {
        public Prioritised {
            if (!(exponent >= 0 && exponent <= 1)
                    || !(importanceStart >= 0 && importanceStart <= 1)
                    || !(importanceEnd >= 0 && importanceEnd <= 1)) {
                throw new IllegalArgumentException("exponents of prioritised replay must lie in [0, 1]: exponent="
                        + exponent + " importanceStart=" + importanceStart + " importanceEnd=" + importanceEnd);
            }
            if (importanceUpdates < 1 || !(minimum > 0) || Double.isInfinite(minimum)) {
                throw new IllegalArgumentException(
                        "importanceUpdates must be at least 1 and minimum positive and finite: importanceUpdates="
                                + importanceUpdates + " minimum=" + minimum);
            }
        }

        /** The importance exponent after so many updates. */
        double importanceAt(long update) {
            double progress = Math.min(1, (double) update / importanceUpdates);
            return importanceStart + progress * (importanceEnd - importanceStart);
        }
    }
}
