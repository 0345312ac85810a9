package perennial.learning.network;

import java.util.Arrays;
import perennial.learning.engine.Buffer;
import perennial.learning.network.Parameter.Role;
import perennial.learning.random.RandomStreams;

/**
 * How the weights of one layer are drawn: an {@link Initialiser} with the layer's fans put in.
 *
 * @param isNormal whether from a normal distribution; otherwise from a uniform one
 * @param spread the deviation of the normal distribution, or the bound of the uniform one
 * @param drawsBiases whether biases are drawn as the weights are; otherwise they begin at 0
 */
public record Initialisation(boolean isNormal, double spread, boolean drawsBiases) {

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
        };
    }

    /** @param values the flat buffer. Modified in the layer's part. */
    void write(Layer layer, RandomStreams random, Buffer values) {
        layer.weight().write(draw(layer.weight(), random), values);
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

    private float[] draw(Parameter parameter, RandomStreams random) {
        float[] drawn = new float[parameter.length()];
        new WeightSampler(random.generator("initial/" + parameter.name())).initial(this, drawn, 0, drawn.length);
        return drawn;
    }
}
