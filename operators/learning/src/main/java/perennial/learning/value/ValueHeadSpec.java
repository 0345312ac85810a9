package perennial.learning.value;

import java.io.Serializable;

/** What the outputs of a network say about the value of an action. */
public sealed interface ValueHeadSpec extends Serializable {

    /** Outputs of the network per action. */
    int outputsPerAction();

    /** Whether the network in training chooses the next action that the target network values (double Q-learning). */
    boolean doubleQ();

    /** Whether the network puts the outputs together from a value and the advantages of actions. */
    boolean dueling();

    /**
     * One expected return per action (DQN; Mnih et al. 2015).
     *
     * @param loss how the difference to the target counts
     * @param doubleQ whether the network in training chooses the next action (van Hasselt et al. 2016)
     * @param dueling whether the network has a value stream and an advantage stream (Wang et al. 2016)
     */
    record Expected(TdLoss loss, boolean doubleQ, boolean dueling) implements ValueHeadSpec {
        @Override
        public int outputsPerAction() {
            return 1;
        }
    }

    /**
     * A distribution over returns per action, on equally spaced atoms (C51; Bellemare et al. 2017).
     *
     * @param atoms number of atoms, at least 2
     * @param lowest return of the first atom
     * @param highest return of the last atom
     * @param doubleQ whether the network in training chooses the next action
     * @param dueling whether the network has a value stream and an advantage stream, which add up atom by atom
     */
    record Categorical(int atoms, double lowest, double highest, boolean doubleQ, boolean dueling)
            implements ValueHeadSpec {
        public Categorical {
            if (atoms < 2) {
                throw new IllegalArgumentException("a distribution needs at least 2 atoms: atoms=" + atoms);
            }
            if (!(lowest < highest) || Double.isInfinite(lowest) || Double.isInfinite(highest)) {
                throw new IllegalArgumentException("the lowest atom must be below the highest, both finite: lowest="
                        + lowest + " highest=" + highest);
            }
        }

        @Override
        public int outputsPerAction() {
            return atoms;
        }
    }

    /** How a difference d between prediction and target counts. */
    enum TdLoss {
        /** d^2 / 2 up to a length of 1, |d| - 1/2 beyond it: PyTorch's SmoothL1Loss. */
        HUBER,
        /** d^2. */
        SQUARED
    }
}
