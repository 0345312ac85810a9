package perennial.learning.replay;

import java.io.Serializable;

/**
 * What a replay memory keeps and gives.
 *
 * @param capacity observations kept; those that end an episode count too
 * @param encoding how observations are packed
 * @param history observations that make one input, the last ones of the same episode; before an episode's first there are zeros
 * @param steps rewards that a return sums up before it trusts a value (n-step returns)
 * @param discount what a reward counts one step later
 * @param sampling which transitions are drawn
 */
public record ReplaySpec(
        int capacity, ObservationEncoding encoding, int history, int steps, double discount, SamplingSpec sampling)
        implements Serializable {

    public ReplaySpec {
        if (history < 1 || steps < 1) {
            throw new IllegalArgumentException(
                    "history and steps must be at least 1: history=" + history + " steps=" + steps);
        }
        if (capacity < history + steps + 1) {
            throw new IllegalArgumentException(
                    "replay must have room for a transition with its history and its steps: capacity=" + capacity
                            + " history=" + history + " steps=" + steps);
        }
        if (!(discount >= 0 && discount <= 1)) {
            throw new IllegalArgumentException("discount must lie in [0, 1]: discount=" + discount);
        }
    }
}
