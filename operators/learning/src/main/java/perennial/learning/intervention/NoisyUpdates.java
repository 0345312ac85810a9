package perennial.learning.intervention;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Network;
import perennial.learning.network.WeightSampler;
import perennial.learning.random.RandomStreams;

/** Noisy updates, a heuristic form of Langevin dynamics: after each step, every parameter w to w + N(0, deviation^2). */
final class NoisyUpdates implements Intervention {

    private final Engine engine;
    private final double deviation;
    private final Buffer values;
    private final Buffer noise;
    private final float[] drawn;
    private final WeightSampler sampler;

    NoisyUpdates(InterventionSpec.NoisyUpdates spec, Network network, RandomStreams random) {
        this.engine = network.engine();
        this.deviation = spec.deviation();
        this.values = network.parameters().values();
        this.noise = network.parameters().allocateAlike();
        this.drawn = new float[noise.length()];
        this.sampler = new WeightSampler(random.generator(spec.name()));
    }

    @Override
    public void afterStep() {
        sampler.normal(deviation, drawn, 0, drawn.length);
        noise.set(drawn);
        engine.addScaled(noise, 1f, values);
    }
}
