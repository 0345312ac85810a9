package perennial.learning.optimise;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;

/**
 * Clipping of the whole gradient to a greatest norm, as PyTorch's clip_grad_norm_ does it: where the norm is above the
 * greatest one, everything is multiplied by greatest / (norm + 1e-6).
 */
public final class GradientClipping {

    private static final double EPSILON = 1e-6;

    private final double maxNorm;
    private final Engine engine;

    /** @param maxNorm the greatest norm; 0 leaves every gradient as it is */
    public GradientClipping(double maxNorm, Engine engine) {
        this.maxNorm = maxNorm;
        this.engine = engine;
    }

    /**
     * Clips.
     *
     * @param gradients the whole gradient. Modified where it is too long.
     * @param norm its Euclidean norm
     */
    public void clip(Buffer gradients, double norm) {
        if (maxNorm > 0 && norm > maxNorm) {
            engine.scale(gradients, (float) (maxNorm / (norm + EPSILON)));
        }
    }
}
