package perennial.learning.intervention;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.intervention.InterventionSpec.Time;
import perennial.learning.network.Initialisation;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.network.Parameter;
import perennial.learning.network.WeightSampler;
import perennial.learning.random.RandomStreams;

/**
 * Shrink and perturb: weights and biases w to keep * w + perturb * w', with w' drawn anew as initial weights are; after every
 * step as Kumar et al. 2023 do it, or at every label reset as in the original. Normalisers' scales and offsets stay.
 *
 * @see <a href="https://arxiv.org/abs/1910.08475">Ash and Adams, On warm-starting neural network training (2020)</a>
 */
final class ShrinkAndPerturb implements Intervention {

    /** One weight or bias; {@code draws} is null for a bias that begins at 0. */
    private record Part(Buffer values, Buffer fresh, Initialisation draws) {}

    private final Engine engine;
    private final InterventionSpec.ShrinkAndPerturb spec;
    private final Part[] parts;
    private final float[] drawn;
    private final WeightSampler sampler;

    ShrinkAndPerturb(InterventionSpec.ShrinkAndPerturb spec, Network network, RandomStreams random) {
        this.engine = network.engine();
        this.spec = spec;
        this.sampler = new WeightSampler(random.generator(spec.name()));
        Buffer fresh = network.parameters().allocateAlike();
        List<Part> found = new ArrayList<>();
        int longest = 0;
        for (Layer layer : network.layers()) {
            Initialisation draws = Initialisation.of(network.spec().initialiser(), layer);
            found.add(part(network, layer.weight(), fresh, draws));
            longest = Math.max(longest, layer.weight().length());
            if (layer.offset() != null && layer.offset().role() == Parameter.Role.BIAS) {
                found.add(part(network, layer.offset(), fresh, draws.drawsBiases() ? draws : null));
            }
        }
        this.parts = found.toArray(new Part[0]);
        // A layer's bias is never longer than its weight.
        this.drawn = new float[longest];
    }

    private static Part part(Network network, Parameter parameter, Buffer fresh, Initialisation draws) {
        return new Part(parameter.in(network.parameters().values()), parameter.in(fresh), draws);
    }

    @Override
    public void afterStep() {
        if (spec.time() == Time.UPDATE) {
            apply();
        }
    }

    @Override
    public void beginTask() {
        if (spec.time() == Time.LABEL_RESET) {
            apply();
        }
    }

    private void apply() {
        for (Part part : parts) {
            engine.scale(part.values, (float) spec.keep());
            if (part.draws != null) {
                sampler.initial(part.draws, drawn, 0, part.values.length());
                part.fresh.write(0, drawn, 0, part.values.length());
                engine.addScaled(part.fresh, (float) spec.perturb(), part.values);
            }
        }
    }
}
