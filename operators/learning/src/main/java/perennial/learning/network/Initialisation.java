package perennial.learning.network;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import perennial.learning.engine.Buffer;
import perennial.learning.network.Parameter.Role;
import perennial.learning.random.RandomStreams;

/**
 * How the weights of one layer are drawn: an {@link Initialiser} with the layer's fans put in.
 *
 * @param isNormal whether from a normal distribution; otherwise from a uniform one
 * @param spread the deviation of the normal distribution, or the bound of the uniform one
 * @param drawsBiases whether biases are drawn as the weights are; otherwise they begin at 0
 * @param sparsity fraction of each unit's inputs whose weights begin at 0, rounded up to whole inputs
 */
public record Initialisation(boolean isNormal, double spread, boolean drawsBiases, double sparsity) {

    private static final double SPARSITY = 0.9;

    private Initialisation(boolean isNormal, double spread, boolean drawsBiases) {
        this(isNormal, spread, drawsBiases, 0);
    }

    /** How that initialiser draws the layer's weights. */
    public static Initialisation of(Initialiser initialiser, Layer layer) {
        int[] shape = layer.weight().shape();
        int area = shape.length == 4 ? shape[2] * shape[3] : 1;
        double fanIn = (double) shape[1] * area;
        double fanOut = (double) shape[0] * area;
        return switch (initialiser) {
            case PYTORCH -> new Initialisation(false, 1 / Math.sqrt(fanIn), true);
            case HE_UNIFORM -> new Initialisation(false, Math.sqrt(6 / fanIn), false);
            case HE_NORMAL -> new Initialisation(true, Math.sqrt(2 / fanIn), false);
            case GLOROT_UNIFORM -> new Initialisation(false, Math.sqrt(6 / (fanIn + fanOut)), false);
            case GLOROT_NORMAL -> new Initialisation(true, Math.sqrt(2 / (fanIn + fanOut)), false);
            case LECUN_UNIFORM -> new Initialisation(false, Math.sqrt(3 / fanIn), false);
            case LECUN_NORMAL -> new Initialisation(true, Math.sqrt(1 / fanIn), false);
            case SPARSE -> new Initialisation(false, 1 / Math.sqrt(fanIn), false, SPARSITY);
        };
    }

    /** @param values the flat buffer. Modified in the layer's part. */
    void write(Layer layer, RandomStreams random, Buffer values) {
        float[] weight = draw(layer.weight(), random);
        if (sparsity > 0) {
            thin(weight, layer.weight(), random);
        }
        layer.weight().write(weight, values);
        if (layer.scale() != null) {
            float[] ones = new float[layer.scale().length()];
            Arrays.fill(ones, 1f);
            layer.scale().write(ones, values);
        }
        Parameter offset = layer.offset();
        if (offset != null) {
            boolean drawn = drawsBiases && offset.role() == Role.BIAS;
            offset.write(drawn ? draw(offset, random) : new float[offset.length()], values);
        }
    }

    /** Zeroes in each unit as many inputs as are to begin at 0, every choice of them being equally likely. */
    private void thin(float[] weight, Parameter parameter, RandomStreams random) {
        UniformRandomProvider generator = random.generator("initial/" + parameter.name());
        int units = parameter.shape()[0];
        int inputs = weight.length / units;
        for (int unit = 0; unit < units; unit++) {
            int zeros = (int) Math.ceil(sparsity * inputs);
            for (int i = 0; i < inputs; i++) {
                if (generator.nextInt(inputs - i) < zeros) {
                    weight[unit * inputs + i] = 0;
                    zeros--;
                }
            }
        }
    }

    private float[] draw(Parameter parameter, RandomStreams random) {
        float[] drawn = new float[parameter.length()];
        new WeightSampler(random.generator("initial/" + parameter.name())).initial(this, drawn, 0, drawn.length);
        return drawn;
    }
}
