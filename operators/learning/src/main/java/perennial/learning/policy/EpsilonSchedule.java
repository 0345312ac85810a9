package perennial.learning.policy;

import java.io.Serializable;

/**
 * Probability of a random action over the steps of an environment: constant during a warm-up, then on a straight line to its
 * end, which holds from then on.
 *
 * @param start probability during the warm-up
 * @param end probability from step {@code steps} on
 * @param warmUp steps before it begins to move
 * @param steps step at which it arrives, the warm-up included
 */
public record EpsilonSchedule(double start, double end, long warmUp, long steps) implements Serializable {

    public EpsilonSchedule {
        if (!(start >= 0 && start <= 1) || !(end >= 0 && end <= 1)) {
            throw new IllegalArgumentException(
                    "probabilities of a random action must lie in [0, 1]: start=" + start + " end=" + end);
        }
        if (warmUp < 0 || steps < warmUp) {
            throw new IllegalArgumentException(
                    "steps must be at least warmUp, and that 0 or more: warmUp=" + warmUp + " steps=" + steps);
        }
    }

    /** The probability at a step, counted from 0. */
    public double at(long step) {
        if (step >= steps) {
            return end;
        }
        if (step <= warmUp) {
            return start;
        }
        return start + (end - start) * (step - warmUp) / (steps - warmUp);
    }
}
