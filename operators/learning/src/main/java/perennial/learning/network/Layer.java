package perennial.learning.network;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.ConvolutionGeometry;
import perennial.learning.engine.Engine;
import perennial.learning.engine.HiddenShape;
import perennial.learning.network.Parameter.Role;

/**
 * One layer of a {@link Network}: linear map, normalisation, nonlinearity, in that order; an output layer is a linear map
 * and a bias.
 */
public final class Layer {

    private final Engine engine;
    private final String name;
    private final Layer previous;
    private final LinearMap map;
    private final HiddenShape shape;
    private final int channels;
    private final Parameter weight;
    private final Parameter scale;
    private final Parameter offset;
    private final Buffer scaleValues;
    private final Buffer offsetValues;
    private final NormalisedRows normalisedRows;
    private final Buffer weightGradient;
    private final Buffer scaleGradient;
    private final Buffer offsetGradient;
    private final Buffer linear;
    private final Buffer normalised;
    private final Buffer inverseDeviations;
    private final Buffer output;
    private final Buffer scaledBias;
    private float weightFactor = 1f;
    private float biasFactor = 1f;

    /**
     * @param previous the layer whose output it takes; null for the network's input
     * @param shape what follows the linear map; null for an output layer
     * @param normalisedRows what makes the map's weight of the trained one; null where they are the same
     * @param scale the normaliser's scale, or null
     * @param offset the normaliser's offset or the bias, or null
     */
    Layer(
            Engine engine,
            String name,
            Layer previous,
            LinearMap map,
            HiddenShape shape,
            int batchCapacity,
            Parameter weight,
            NormalisedRows normalisedRows,
            Parameter scale,
            Parameter offset,
            Buffer values,
            Buffer gradients) {
        this.engine = engine;
        this.name = name;
        this.previous = previous;
        this.map = map;
        this.shape = shape;
        this.channels = weight.shape()[0];
        this.weight = weight;
        this.normalisedRows = normalisedRows;
        this.scale = scale;
        this.offset = offset;
        this.scaleValues = scale == null ? null : scale.in(values);
        this.offsetValues = offset == null ? null : offset.in(values);
        this.weightGradient = weight.in(gradients);
        this.scaleGradient = scale == null ? null : scale.in(gradients);
        this.offsetGradient = offset == null ? null : offset.in(gradients);
        boolean normalises = shape != null && shape.normalisation() != Normalisation.NONE;
        int linearValues = Math.multiplyExact(batchCapacity, map.outputSize());
        this.linear = engine.allocate(linearValues);
        this.normalised = normalises ? engine.allocate(linearValues) : null;
        this.inverseDeviations = normalises ? engine.allocate(batchCapacity) : null;
        this.scaledBias = isBias(offset) ? engine.allocate(offset.length()) : null;
        this.output = shape == null ? linear : engine.allocate(Math.multiplyExact(batchCapacity, shape.outputSize()));
    }

    /** Its name: conv.0, hidden.1, output; in a stream of a dueling network value.hidden.0, advantage.output. */
    public String name() {
        return name;
    }

    /** The layer whose output it takes; null where it takes the network's input. */
    public Layer previous() {
        return previous;
    }

    public boolean isHidden() {
        return shape != null;
    }

    /** Whether a normaliser follows the linear map, so that the scale of the weight does not matter. */
    public boolean isNormalised() {
        return normalised != null;
    }

    /** What follows the linear map; null for an output layer. */
    public HiddenShape shape() {
        return shape;
    }

    /** Sizes of the convolution; null for a dense layer. */
    public ConvolutionGeometry geometry() {
        return map.geometry();
    }

    public Parameter weight() {
        return weight;
    }

    /** The normaliser's scale, one per channel; null where there is none. */
    public Parameter scale() {
        return scale;
    }

    /** The normaliser's offset, or the bias where nothing normalises; null where there is none. */
    public Parameter offset() {
        return offset;
    }

    /** The layer's output for the last batch: feature maps row, column, channel. Not to be modified. */
    public Buffer output() {
        return output;
    }

    /** What the weight is multiplied by wherever it is used, without being changed: h = weightFactor * W a. */
    public float weightFactor() {
        return weightFactor;
    }

    /** Sets the factor of the weight, from the next pass on. */
    public void weightFactor(float factor) {
        weightFactor = factor;
    }

    /** What the bias is multiplied by; 1 where there is none. A normaliser's offset is no bias. */
    public float biasFactor() {
        return scaledBias == null ? 1f : biasFactor;
    }

    /** Sets the factor of the bias, from the next pass on. */
    public void biasFactor(float factor) {
        biasFactor = factor;
    }

    /** Values of one input of the linear map. */
    public int inputSize() {
        return map.inputSize();
    }

    /** Values of one output of the linear map. */
    public int linearSize() {
        return map.outputSize();
    }

    /**
     * The linear map alone on one input: output = W input, without factor and bias. Not between a forward pass and its way
     * back, whose patches it overwrites.
     */
    public void multiply(Buffer input, Buffer output) {
        map.forward(1, input, 1f, output);
    }

    /** The transposed linear map on one vector of the output's shape: input = W' output. */
    public void multiplyTransposed(Buffer output, Buffer input) {
        map.inputGradient(1, 1f, output, input);
    }

    /** Under weight normalisation the weight that is used, as of now; null otherwise. Not to be modified. */
    public Buffer normalisedWeight() {
        if (normalisedRows == null) {
            return null;
        }
        normalisedRows.forward();
        return normalisedRows.used();
    }

    /** Under weight normalisation: makes the weight that is used the trained one. */
    void takeNorms() {
        if (normalisedRows != null) {
            normalisedRows.takeNorms();
        }
    }

    void forward(int batch, Buffer input) {
        if (normalisedRows != null) {
            normalisedRows.forward();
        }
        map.forward(batch, input, weightFactor, linear);
        Buffer added = offsetValues;
        if (biasFactor() != 1f) {
            engine.copy(offsetValues, scaledBias);
            engine.scale(scaledBias, biasFactor);
            added = scaledBias;
        }
        if (shape != null) {
            engine.activate(shape, batch, linear, scaleValues, added, normalised, inverseDeviations, output);
        } else {
            engine.addToRows(batch, channels, added, output);
        }
    }

    /**
     * Writes the gradients of the layer's parameters.
     *
     * @param outputGradient gradient with respect to the output. Not modified.
     * @param scratch room for the gradient with respect to the linear map's output. Modified.
     * @return the gradient with respect to the linear map's output: {@code scratch} or {@code outputGradient}
     */
    Buffer parameterGradients(int batch, Buffer input, Buffer outputGradient, Buffer scratch) {
        Buffer linearGradient = outputGradient;
        if (shape != null) {
            linearGradient = scratch;
            engine.activateBackward(
                    shape,
                    batch,
                    scaleValues,
                    normalised,
                    inverseDeviations,
                    output,
                    outputGradient,
                    scaleGradient,
                    offsetGradient,
                    linearGradient);
        } else {
            engine.sumRows(batch, channels, outputGradient, offsetGradient);
        }
        if (biasFactor() != 1f) {
            engine.scale(offsetGradient, biasFactor);
        }
        map.weightGradient(batch, input, weightFactor, linearGradient, weightGradient);
        if (normalisedRows != null) {
            normalisedRows.backward(weightGradient);
        }
        return linearGradient;
    }

    private static boolean isBias(Parameter offset) {
        return offset != null && offset.role() == Role.BIAS;
    }

    void inputGradient(int batch, Buffer linearGradient, Buffer inputGradient) {
        map.inputGradient(batch, weightFactor, linearGradient, inputGradient);
    }
}
