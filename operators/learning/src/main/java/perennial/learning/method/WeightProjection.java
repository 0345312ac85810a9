package perennial.learning.method;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;

/**
 * Rescales weight matrices to a fixed norm: the "project" half of Normalize-and-Project (NaP).
 *
 * <p>A layer whose output is normalised does not see the scale of its weights, but its step size does: as the norm grows, the
 * same update turns the weights less. Holding the norm at the value it had when training began makes the configured learning
 * rate the effective one.
 *
 * <p>Call {@link #project} after the optimiser's step. Not thread-safe.
 *
 * @see <a href="https://arxiv.org/abs/2407.01800">Lyle et al., Normalization and effective learning rates in reinforcement
 *     learning (2024)</a>
 */
public final class WeightProjection {

    private final Engine engine;
    private final List<String> names;
    private final Buffer[] weights;
    private final double[] radii;
    private final double[] factors;

    private WeightProjection(Engine engine, List<String> names, List<Buffer> weights, double[] radii) {
        if (names.size() != weights.size() || radii.length != weights.size()) {
            throw new IllegalArgumentException("every weight needs one name and one radius: weights=" + weights.size()
                    + " names=" + names.size() + " radii=" + radii.length);
        }
        for (int i = 0; i < radii.length; i++) {
            if (!(radii[i] > 0.0) || Double.isInfinite(radii[i])) {
                throw new IllegalArgumentException(
                        "a radius must be positive and finite: weight=" + names.get(i) + " radius=" + radii[i]);
            }
        }
        this.engine = engine;
        this.names = List.copyOf(names);
        this.weights = weights.toArray(new Buffer[0]);
        this.radii = radii.clone();
        this.factors = new double[radii.length];
    }

    /**
     * Fixes each radius at the present Frobenius norm of its weight.
     *
     * @param weights one per layer, input side first. Kept, and modified by {@link #project}.
     */
    public static WeightProjection atCurrentNorms(Engine engine, List<String> names, List<Buffer> weights) {
        double[] radii = new double[weights.size()];
        for (int i = 0; i < radii.length; i++) {
            radii[i] = engine.norm(weights.get(i));
        }
        return new WeightProjection(engine, names, weights, radii);
    }

    /** Resumes from radii saved by {@link #radii()}. */
    public static WeightProjection withRadii(Engine engine, List<String> names, List<Buffer> weights, double... radii) {
        return new WeightProjection(engine, names, weights, radii);
    }

    /**
     * Puts every weight back on its sphere: {@code W = radius / norm(W) * W}.
     *
     * @return what each weight was multiplied by; overwritten by the next call
     * @throws CollapsedWeightException if a norm is zero or not finite, since no scale can repair it; then nothing has changed
     */
    public double[] project() {
        for (int i = 0; i < weights.length; i++) {
            double norm = engine.norm(weights[i]);
            if (!(norm > 0.0) || Double.isInfinite(norm)) {
                throw new CollapsedWeightException(
                        "cannot project a collapsed or diverged weight: weight=" + names.get(i) + " norm=" + norm);
            }
            factors[i] = radii[i] / norm;
        }
        for (int i = 0; i < weights.length; i++) {
            engine.scale(weights[i], (float) factors[i]);
        }
        return factors;
    }

    /** The radii, for a checkpoint. */
    public double[] radii() {
        return radii.clone();
    }
}
