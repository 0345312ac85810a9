package perennial.learning.network;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Draws weights from one generator, and keeps nothing beside it. Allocates nothing per draw. Not thread-safe. */
public final class WeightSampler {

    private final UniformRandomProvider generator;
    private final ZigguratSampler.NormalizedGaussian gaussian;

    public WeightSampler(UniformRandomProvider generator) {
        this.generator = generator;
        this.gaussian = ZigguratSampler.NormalizedGaussian.of(generator);
    }

    /** Writes {@code count} values, uniform between -bound and bound, from index {@code at} on. */
    public void uniform(double bound, float[] target, int at, int count) {
        for (int i = at; i < at + count; i++) {
            target[i] = (float) (bound * (2 * generator.nextDouble() - 1));
        }
    }

    /** Writes {@code count} normal values of mean 0 from index {@code at} on. */
    public void normal(double deviation, float[] target, int at, int count) {
        for (int i = at; i < at + count; i++) {
            target[i] = (float) (deviation * gaussian.sample());
        }
    }

    /** Writes {@code count} values as a layer's initial weights are drawn. */
    public void initial(Initialisation initialisation, float[] target, int at, int count) {
        if (initialisation.isNormal()) {
            normal(initialisation.spread(), target, at, count);
        } else {
            uniform(initialisation.spread(), target, at, count);
        }
    }

    /** Whether an event of that probability happens. */
    public boolean happens(double probability) {
        return generator.nextDouble() < probability;
    }
}
