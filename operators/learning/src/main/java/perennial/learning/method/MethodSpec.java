package perennial.learning.method;

import java.io.Serializable;
import java.util.List;

/** What is done to the weights after the optimiser's step to keep the network able to learn. */
public sealed interface MethodSpec extends Serializable {

    /** Nothing. */
    record None() implements MethodSpec {}

    /**
     * Normalize-and-Project (Lyle et al. 2024, section 3.3).
     *
     * @param projectEvery updates from one projection to the next; 0 for none at all, as the free run of a twin has it
     * @param affine what becomes of the normalisers' scales and offsets
     * @param rescaleMoments whether a projection W to cW also takes Adam's moments to m/c and v/c^2, which makes the
     *     projected run follow a free one exactly (not in the paper)
     * @param twin whether a free run goes along, and how the projected one follows it
     */
    record NormalizeAndProject(int projectEvery, Affine affine, boolean rescaleMoments, Twin twin)
            implements MethodSpec {
        public NormalizeAndProject {
            if (projectEvery < 0) {
                throw new IllegalArgumentException(
                        "projectEvery must be at least 1, or 0 for no projection: projectEvery=" + projectEvery);
            }
            if (twin != Twin.ALONE && affine.mode() == AffineMode.JOINT) {
                throw new IllegalArgumentException(
                        "a twin needs scales and offsets that both runs treat alike, and joint ones belong to a projection: "
                                + "twin=" + twin + " affine=JOINT; choose FREE, DECAY or DROPPED");
            }
        }

        /** A run without a twin. */
        public NormalizeAndProject(int projectEvery, Affine affine, boolean rescaleMoments) {
            this(projectEvery, affine, rescaleMoments, Twin.ALONE);
        }

        /** This method without projections: what the free run of a twin does. */
        public NormalizeAndProject free() {
            return new NormalizeAndProject(0, affine, false, Twin.ALONE);
        }
    }

    /**
     * How a projected run follows a free one on the same data (NaP, section 4.1). With r = norm of the free weight / norm of the
     * projected one, a rate is divided by r for optimisers whose steps do not grow with the gradient, by r^2 for others.
     */
    enum Twin {
        /** There is no free run. */
        ALONE,
        /** Each projected weight has the rate of its own ratio. */
        PER_LAYER,
        /** All projected weights have the rate of the ratio of their norms together. */
        GLOBAL,
        /** Both runs have the same rate. */
        UNSCALED
    }

    /**
     * Treatment of the normalisers' scales and offsets (NaP, section 3.3 and appendix D).
     *
     * @param mode which of the four treatments
     * @param rate for {@link AffineMode#DECAY}: what is kept of the distance from (1, 0) per update; unused otherwise
     */
    record Affine(AffineMode mode, double rate) implements Serializable {
        public Affine {
            if (!(rate >= 0 && rate <= 1)) {
                throw new IllegalArgumentException("affine rate must lie in [0, 1]: rate=" + rate);
            }
        }
    }

    /** The four treatments of scale and offset. */
    enum AffineMode {
        /** Trained and otherwise left alone. */
        FREE,
        /** Pulled towards scale 1 and offset 0 after every update: s to rate*s + 1 - rate, b to rate*b. */
        DECAY,
        /**
         * Scale and offset of each normaliser but the last rescaled together to norm sqrt(width) at every projection. Only for
         * nonlinearities with f(cx) = c f(x), c positive.
         */
        JOINT,
        /** The normalisers have neither scale nor offset. */
        DROPPED
    }

    /**
     * Spectral normalisation of chosen layers (Gogianu et al. 2021): a weight is divided by an estimate of its largest singular
     * value wherever it is used, or the estimates drive a scheduler and the function stays as it is.
     *
     * @param layers the layers, counted from the output: -1 is the output layer, -2 the last hidden one; in a dueling network these
     *     are those of both streams, -3 the last layer that they share
     * @param divisor how a weight's divisor follows from its singular value
     * @param lambda the bound that the divisor refers to
     * @param scheduler what the divisors do
     * @param gradientThroughSigma whether the gradient of a linear layer takes into account that its divisor depends on its
     *     weight; of a convolution it never does
     */
    record SpectralNormalisation(
            List<Integer> layers, Divisor divisor, double lambda, Scheduler scheduler, boolean gradientThroughSigma)
            implements MethodSpec {
        public SpectralNormalisation {
            layers = List.copyOf(layers);
            if (layers.isEmpty() || layers.stream().anyMatch(layer -> layer >= 0)) {
                throw new IllegalArgumentException(
                        "sn needs layers counted from the output, -1 for the output layer: layers=" + layers);
            }
            if (layers.stream().distinct().count() < layers.size()) {
                throw new IllegalArgumentException("sn takes each layer once: layers=" + layers);
            }
            if (!(lambda > 0) || Double.isInfinite(lambda)) {
                throw new IllegalArgumentException("lambda must be positive and finite: lambda=" + lambda);
            }
            if (gradientThroughSigma && scheduler != Scheduler.NONE) {
                throw new IllegalArgumentException("a scheduler takes the singular values for constants: scheduler="
                        + scheduler + " gradientThroughSigma=true; choose scheduler NONE or no gradient through sigma");
            }
        }
    }

    /** Weight normalisation of every layer (Salimans and Kingma 2016): rows g v / |v|, of which v and g are trained. */
    record WeightNormalisation() implements MethodSpec {}

    /** The three published rules for the divisor of a weight with largest singular value sigma. */
    enum Divisor {
        /** sigma / lambda: the normalised weight always has norm lambda. */
        ALWAYS,
        /** max(1, sigma / lambda): a weight of a norm up to lambda stays as it is. */
        CAP,
        /** max(lambda, sigma), as the paper prints it; the same as CAP for lambda 1. */
        PAPER
    }

    /** What the divisors do. rho is their product over the chosen layers, always taken for a constant. */
    enum Scheduler {
        /** Each chosen weight is divided by its divisor. */
        NONE,
        /** As NONE, and each bias is divided by the product of the divisors up to its layer. */
        BIAS_SCALING,
        /** The network's outputs are divided by rho. */
        DIV_OUT,
        /** All gradients are divided by rho before the optimiser's step. */
        DIV_GRAD,
        /** The gradient of each chosen weight is divided by its own divisor before the optimiser's step. */
        DIV_GRAD_PER_LAYER,
        /** Adam's epsilon is multiplied by rho. */
        MUL_EPS
    }
}
