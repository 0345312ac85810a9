package perennial.learning.method;

import java.io.Serializable;

/** What is done to the weights after the optimiser's step to keep the network able to learn. */
public sealed interface MethodSpec extends Serializable {

    /** Nothing. */
    record None() implements MethodSpec {}

    /**
     * Normalize-and-Project (Lyle et al. 2024, section 3.3).
     *
     * @param projectEvery updates from one projection to the next
     * @param affine what becomes of the normalisers' scales and offsets
     * @param rescaleMoments whether a projection W to cW also takes Adam's moments to m/c and v/c^2, which makes the
     *     projected run follow a free one exactly (not in the paper)
     */
    record NormalizeAndProject(int projectEvery, Affine affine, boolean rescaleMoments) implements MethodSpec {
        public NormalizeAndProject {
            if (projectEvery < 1) {
                throw new IllegalArgumentException("projectEvery must be at least 1: projectEvery=" + projectEvery);
            }
        }
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
}
