package perennial.learning.intervention;

import java.util.Arrays;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.intervention.InterventionSpec.Values;
import perennial.learning.network.Initialisation;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.network.Parameter;
import perennial.learning.network.WeightSampler;
import perennial.learning.optimise.Optimiser;
import perennial.learning.random.RandomStreams;

/**
 * Layers that begin again at every label reset: fresh weights, biases too where they are drawn, otherwise 0; scales 1, offsets 0;
 * what the optimiser remembers of them 0. With the output layer alone and zeros it is what Dohare et al. 2024 do to the head of
 * their networks on Continual ImageNet.
 */
final class Reinitialise implements Intervention {

    private final InterventionSpec.Reinitialise spec;
    private final Network network;
    private final Engine engine;
    private final Optimiser optimiser;
    private final WeightSampler sampler;

    Reinitialise(InterventionSpec.Reinitialise spec, Network network, Optimiser optimiser, RandomStreams random) {
        this.spec = spec;
        this.network = network;
        this.engine = network.engine();
        this.optimiser = optimiser;
        this.sampler = new WeightSampler(random.generator(spec.name()));
    }

    @Override
    public void beginTask() {
        for (Layer layer : network.layers()) {
            if (spec.layers().contains(network.fromOutput(layer))) {
                begin(layer);
            }
        }
    }

    private void begin(Layer layer) {
        Initialisation draws = Initialisation.of(network.spec().initialiser(), layer);
        begin(layer.weight(), draws, 0f);
        if (layer.scale() != null) {
            begin(layer.scale(), null, 1f);
        }
        if (layer.offset() != null) {
            boolean drawn = draws.drawsBiases() && layer.offset().role() == Parameter.Role.BIAS;
            begin(layer.offset(), drawn ? draws : null, 0f);
        }
    }

    private void begin(Parameter parameter, Initialisation draws, float otherwise) {
        float[] values = new float[parameter.length()];
        Arrays.fill(values, otherwise);
        if (draws != null && spec.values() == Values.FRESH) {
            sampler.initial(draws, values, 0, values.length);
        }
        parameter.in(network.parameters().values()).set(values);
        for (Optimiser.Slot slot : optimiser.slots()) {
            Buffer memory = parameter.in(slot.values());
            engine.fill(memory, 0f);
        }
    }
}
