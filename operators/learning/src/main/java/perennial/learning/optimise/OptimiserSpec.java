package perennial.learning.optimise;

import java.io.Serializable;

/** Which optimiser turns gradients into steps, with its constants. */
public sealed interface OptimiserSpec extends Serializable {

    /** The rate that a schedule starts from. */
    double learningRate();

    /** Whether its steps follow eligibility traces and temporal-difference errors, which only a streaming learner has. */
    default boolean followsTraces() {
        return false;
    }

    /** w to w - rate * g. */
    record Sgd(double learningRate) implements OptimiserSpec {
        public Sgd {
            Checks.rate(learningRate);
        }
    }

    /** v to momentum * v + g; w to w - rate * v, or with Nesterov w - rate * (g + momentum * v). */
    record Momentum(double learningRate, double momentum, boolean nesterov) implements OptimiserSpec {
        public Momentum {
            Checks.rate(learningRate);
            Checks.fraction("momentum", momentum);
        }
    }

    /** Kingma and Ba 2015: bias-corrected moments, epsilon outside the root. */
    record Adam(double learningRate, double beta1, double beta2, double epsilon) implements OptimiserSpec {
        public Adam {
            Checks.rate(learningRate);
            Checks.fraction("beta1", beta1);
            Checks.fraction("beta2", beta2);
            Checks.positive("epsilon", epsilon);
        }
    }

    /** Loshchilov and Hutter 2019: Adam, and w to w - rate * weightDecay * w. */
    record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
            implements OptimiserSpec {
        public AdamW {
            Checks.rate(learningRate);
            Checks.fraction("beta1", beta1);
            Checks.fraction("beta2", beta2);
            Checks.positive("epsilon", epsilon);
            if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
                throw new IllegalArgumentException("weightDecay must be 0 or more: weightDecay=" + weightDecay);
            }
        }
    }

    /**
     * v to decay * v + (1 - decay) * g^2, step rate * g / (sqrt(v) + epsilon); centred, the root is taken of v minus
     * the squared running mean of g.
     */
    record RmsProp(double learningRate, double decay, double epsilon, boolean centred) implements OptimiserSpec {
        public RmsProp {
            Checks.rate(learningRate);
            Checks.fraction("decay", decay);
            Checks.positive("epsilon", epsilon);
        }
    }

    /**
     * ObGD (Elsayed et al. 2024): steps along eligibility traces, so bounded that the error that asked for one is not overshot.
     *
     * @param learningRate the rate where the bound is not reached
     * @param kappa how far the bound stays below overshooting, more than 1
     * @see perennial.learning.optimise.Obgd
     */
    record Obgd(double learningRate, double kappa) implements OptimiserSpec {
        public Obgd {
            Checks.rate(learningRate);
            Checks.kappa(kappa);
        }

        @Override
        public boolean followsTraces() {
            return true;
        }
    }

    /**
     * ObGD with each part of the trace divided by the root mean square of what it asked for.
     *
     * @param beta2 what is kept of the running mean of squares
     * @param epsilon added to that mean before the root is taken
     */
    record AdaptiveObgd(double learningRate, double kappa, double beta2, double epsilon) implements OptimiserSpec {
        public AdaptiveObgd {
            Checks.rate(learningRate);
            Checks.kappa(kappa);
            Checks.fraction("beta2", beta2);
            Checks.positive("epsilon", epsilon);
        }

        @Override
        public boolean followsTraces() {
            return true;
        }
    }

    /** Checks shared by the records above. */
    final class Checks {
        private Checks() {}

        static void rate(double rate) {
            if (!(rate >= 0) || Double.isInfinite(rate)) {
                throw new IllegalArgumentException("learningRate must be 0 or more and finite: learningRate=" + rate);
            }
        }

        static void kappa(double kappa) {
            if (!(kappa > 1) || Double.isInfinite(kappa)) {
                throw new IllegalArgumentException("kappa must be more than 1 and finite: kappa=" + kappa);
            }
        }

        static void fraction(String name, double value) {
            if (!(value >= 0 && value < 1)) {
                throw new IllegalArgumentException(name + " must lie in [0, 1): " + name + "=" + value);
            }
        }

        static void positive(String name, double value) {
            if (!(value > 0) || Double.isInfinite(value)) {
                throw new IllegalArgumentException(name + " must be positive and finite: " + name + "=" + value);
            }
        }
    }
}
