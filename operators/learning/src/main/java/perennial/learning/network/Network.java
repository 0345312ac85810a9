package perennial.learning.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.ConvolutionGeometry;
import perennial.learning.engine.Engine;
import perennial.learning.engine.HiddenShape;
import perennial.learning.network.Parameter.Role;
import perennial.learning.random.RandomStreams;

/**
 * A neural network on an {@link Engine}: convolutions, hidden layers, a linear output layer; forwards and backwards for
 * batches up to a capacity.
 *
 * <p>Nothing is allocated by {@link #forward} and {@link #backward}. Buffers that they return are the network's own and hold
 * until the next pass. A network for a convolutional spec takes images channel first and lays them out channels last itself;
 * without convolutions the input is taken as it is. Not thread-safe; its buffers are freed with the engine.
 */
public final class Network {

    private final Engine engine;
    private final NetworkSpec spec;
    private final int outputs;
    private final int batchCapacity;
    private final Parameters parameters;
    private final Buffer gradients;
    private final Layer[] layers;
    private final List<Layer> layerList;

    /** Channels and pixels of an input image that has to be laid out channels last; 0 channels where none has. */
    private final int imageChannels;

    private final int imagePositions;
    private final Buffer images;
    private final Buffer outputGradient;
    private final Buffer linearGradient;
    private Buffer imageGradient;
    private Buffer inputGradient;

    private Buffer input;
    private int batch;

    /**
     * A network with weights of 0 and scales of 1.
     *
     * @param inputShape one number for a vector, or channels, rows and columns
     * @param outputs outputs of the last layer
     * @param batchCapacity the largest batch
     * @param affine whether the normalisers have scales and offsets
     * @throws IllegalArgumentException if the spec has convolutions and the input is not an image
     */
    public Network(
            NetworkSpec spec, List<Integer> inputShape, int outputs, int batchCapacity, Engine engine, boolean affine) {
        if (!spec.convolutions().isEmpty() && inputShape.size() != 3) {
            throw new IllegalArgumentException(
                    "a network with convolutions takes images, input: [channels, rows, columns]: input=" + inputShape);
        }
        this.engine = engine;
        this.spec = spec;
        this.outputs = outputs;
        this.batchCapacity = batchCapacity;
        List<Plan> plans = plan(spec, inputShape, outputs, affine);
        this.parameters = new Parameters(engine, parametersOf(plans));
        this.gradients = parameters.allocateAlike();

        int mapSize = outputs;
        int linearSize = 1;
        int patchSize = 0;
        for (Plan plan : plans) {
            if (plan.shape != null) {
                mapSize = Math.max(mapSize, plan.shape.outputSize());
                linearSize = Math.max(linearSize, plan.shape.size());
            }
            if (plan.geometry != null) {
                patchSize = Math.max(patchSize, plan.geometry.positions() * plan.geometry.patchSize());
            }
        }
        // Two gradients are alive at a time, that of a layer's output and that of its linear map, so two buffers serve
        // all.
        this.outputGradient = engine.allocate(Math.multiplyExact(batchCapacity, mapSize));
        this.linearGradient = engine.allocate(Math.multiplyExact(batchCapacity, linearSize));
        Buffer patchGradients = patchSize == 0 ? null : engine.allocate(Math.multiplyExact(batchCapacity, patchSize));

        this.layers = new Layer[plans.size()];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = layer(plans.get(i), patchGradients);
        }
        this.layerList = List.of(layers);
        boolean images = layers[0].geometry() != null && inputShape.get(0) > 1;
        this.imageChannels = images ? inputShape.get(0) : 0;
        this.imagePositions = images ? inputShape.get(1) * inputShape.get(2) : 0;
        this.images = images ? engine.allocate(batchCapacity * imageChannels * imagePositions) : null;
        for (Layer layer : layers) {
            if (layer.scale() != null) {
                engine.fill(layer.scale().in(parameters.values()), 1f);
            }
        }
    }

    /**
     * Draws weights and biases anew as the spec's {@link Initialiser} says; scales become 1 and offsets 0. Each parameter is
     * drawn from a generator of its own, named after it, so that networks which differ elsewhere begin with the same weights.
     */
    public void initialise(RandomStreams random) {
        for (Layer layer : layers) {
            int[] shape = layer.weight().shape();
            int area = shape.length == 4 ? shape[2] * shape[3] : 1;
            double fanIn = (double) shape[1] * area;
            double fanOut = (double) shape[0] * area;
            layer.weight().write(draw(layer.weight(), fanIn, fanOut, random), parameters.values());
            if (layer.scale() != null) {
                engine.fill(layer.scale().in(parameters.values()), 1f);
            }
            if (layer.offset() != null) {
                Parameter offset = layer.offset();
                boolean drawn = offset.role() == Role.BIAS && spec.initialiser() == Initialiser.PYTORCH;
                offset.write(
                        drawn ? draw(offset, fanIn, fanOut, random) : new float[offset.length()], parameters.values());
            }
        }
    }

    private float[] draw(Parameter parameter, double fanIn, double fanOut, RandomStreams random) {
        UniformRandomProvider generator = random.generator("initial/" + parameter.name());
        float[] drawn = new float[parameter.length()];
        switch (spec.initialiser()) {
            case PYTORCH -> uniform(generator, 1 / Math.sqrt(fanIn), drawn);
            case HE_UNIFORM -> uniform(generator, Math.sqrt(6 / fanIn), drawn);
            case HE_NORMAL -> normal(generator, Math.sqrt(2 / fanIn), drawn);
            case GLOROT_UNIFORM -> uniform(generator, Math.sqrt(6 / (fanIn + fanOut)), drawn);
            case GLOROT_NORMAL -> normal(generator, Math.sqrt(2 / (fanIn + fanOut)), drawn);
            case LECUN_UNIFORM -> uniform(generator, Math.sqrt(3 / fanIn), drawn);
            case LECUN_NORMAL -> normal(generator, Math.sqrt(1 / fanIn), drawn);
        }
        return drawn;
    }

    private static void uniform(UniformRandomProvider generator, double bound, float[] drawn) {
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = (float) (bound * (2 * generator.nextDouble() - 1));
        }
    }

    private static void normal(UniformRandomProvider generator, double deviation, float[] drawn) {
        ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(generator);
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = (float) (deviation * gaussian.sample());
        }
    }

    /**
     * The network's outputs for a batch.
     *
     * @param input {@code batch} inputs one after the other. Not modified; must stay as it is until {@link #backward}.
     * @param batch number of inputs, at most the capacity
     * @return the outputs of the last layer, {@code batch} rows; the network's own buffer
     */
    public Buffer forward(Buffer input, int batch) {
        if (batch < 1 || batch > batchCapacity) {
            throw new IllegalArgumentException(
                    "a batch must have between 1 and " + batchCapacity + " inputs: batch=" + batch);
        }
        this.batch = batch;
        this.input = input;
        if (images != null) {
            engine.toChannelsLast(batch, imageChannels, imagePositions, input, images);
            this.input = images;
        }
        Buffer activations = this.input;
        for (Layer layer : layers) {
            layer.forward(batch, activations);
            activations = layer.output();
        }
        return activations;
    }

    /**
     * Writes the gradient of the loss with respect to every parameter into {@link #gradients()}, for the batch that went
     * forward last.
     *
     * @param logitsGradient gradient of the loss with respect to the outputs. Not modified.
     */
    public void backward(Buffer logitsGradient) {
        backward(logitsGradient, null);
    }

    /**
     * As {@link #backward}, and on to the input.
     *
     * @return the gradient with respect to the input, in the input's layout; the network's own buffer
     */
    public Buffer backwardToInput(Buffer logitsGradient) {
        if (inputGradient == null) {
            // Only metrics ask for it, so that a network which never does need not hold it.
            int size = Math.multiplyExact(batchCapacity, layers[0].inputSize());
            inputGradient = engine.allocate(size);
            imageGradient = images == null ? inputGradient : engine.allocate(size);
        }
        backward(logitsGradient, imageGradient);
        if (images != null) {
            // Channels first from channels last is the same transposition with the two sides' names exchanged.
            engine.toChannelsLast(batch, imagePositions, imageChannels, imageGradient, inputGradient);
        }
        return inputGradient;
    }

    private void backward(Buffer logitsGradient, Buffer firstInputGradient) {
        Buffer gradient = logitsGradient;
        for (int i = layers.length - 1; i >= 0; i--) {
            Layer layer = layers[i];
            Buffer layerInput = i == 0 ? input : layers[i - 1].output();
            Buffer linear = layer.parameterGradients(batch, layerInput, gradient, linearGradient);
            if (i > 0) {
                layer.inputGradient(batch, linear, outputGradient);
                gradient = outputGradient;
            } else if (firstInputGradient != null) {
                layer.inputGradient(batch, linear, firstInputGradient);
            }
        }
    }

    /** The parameters; changing their values changes the network. */
    public Parameters parameters() {
        return parameters;
    }

    /** The gradients that {@link #backward} wrote, laid out as the parameters are. */
    public Buffer gradients() {
        return gradients;
    }

    /** The layers, input side first; the last is the output layer. */
    public List<Layer> layers() {
        return layerList;
    }

    public Engine engine() {
        return engine;
    }

    public NetworkSpec spec() {
        return spec;
    }

    public int outputs() {
        return outputs;
    }

    // ---- Construction: a plan of every layer first, since the flat buffer's length must be known before its views.
    // ----

    /** A layer before it has buffers. {@code geometry} and {@code shape} may be null. */
    private record Plan(
            String name,
            ConvolutionGeometry geometry,
            HiddenShape shape,
            int inputSize,
            int outputSize,
            Parameter weight,
            Parameter scale,
            Parameter offset) {}

    private static List<Plan> plan(NetworkSpec spec, List<Integer> inputShape, int outputs, boolean affine) {
        List<Plan> plans = new ArrayList<>();
        boolean isImage = !spec.convolutions().isEmpty();
        int channels = isImage ? inputShape.get(0) : inputShape.stream().reduce(1, Math::multiplyExact);
        int rows = isImage ? inputShape.get(1) : 1;
        int columns = isImage ? inputShape.get(2) : 1;
        int offset = 0;
        for (int i = 0; i < spec.convolutions().size(); i++) {
            ConvolutionSpec convolution = spec.convolutions().get(i);
            ConvolutionGeometry geometry = new ConvolutionGeometry(
                    channels,
                    rows,
                    columns,
                    convolution.channels(),
                    convolution.kernel(),
                    convolution.stride(),
                    convolution.padding());
            HiddenShape shape = shape(spec, geometry.positions(), convolution.channels());
            int kernel = convolution.kernel();
            int[] weight = {convolution.channels(), channels, kernel, kernel};
            Plan plan = hidden("conv." + i, geometry, shape, weight, kernel * kernel, plans.size(), offset, affine);
            plans.add(plan);
            offset = end(plan);
            channels = shape.outputChannels();
            rows = geometry.outputRows();
            columns = geometry.outputColumns();
        }
        int positions = rows * columns;
        for (int i = 0; i < spec.hidden().size(); i++) {
            HiddenShape shape = shape(spec, 1, spec.hidden().get(i));
            int[] weight = {shape.channels(), channels * positions};
            Plan plan = hidden("hidden." + i, null, shape, weight, positions, plans.size(), offset, affine);
            plans.add(plan);
            offset = end(plan);
            channels = shape.outputChannels();
            positions = 1;
        }
        int[] shape = {outputs, channels * positions};
        Parameter weight =
                new Parameter("output.weight", shape, Role.WEIGHT, plans.size(), offset, channels, positions);
        Parameter bias = vector("output.bias", outputs, Role.BIAS, plans.size(), offset + weight.length());
        plans.add(new Plan("output", null, null, shape[1], outputs, weight, null, bias));
        return Collections.unmodifiableList(plans);
    }

    private static HiddenShape shape(NetworkSpec spec, int positions, int channels) {
        return new HiddenShape(
                positions,
                channels,
                spec.normalisation(),
                (float) spec.normalisationEpsilon(),
                spec.activation(),
                (float) spec.leakySlope());
    }

    /** Plans a hidden layer. {@code positions} are those that the weight's stored order has before its channels. */
    private static Plan hidden(
            String name,
            ConvolutionGeometry geometry,
            HiddenShape shape,
            int[] weightShape,
            int positions,
            int layer,
            int offset,
            boolean affine) {
        int inputs = Math.toIntExact(Parameter.sizeOf(weightShape) / weightShape[0]);
        Parameter weight =
                new Parameter(name + ".weight", weightShape, Role.WEIGHT, layer, offset, inputs / positions, positions);
        int next = Math.addExact(offset, weight.length());
        int units = shape.channels();
        Parameter scale = null;
        Parameter shift = null;
        if (shape.normalisation() == Normalisation.NONE) {
            shift = vector(name + ".bias", units, Role.BIAS, layer, next);
        } else if (affine) {
            scale = vector(name + ".scale", units, Role.SCALE, layer, next);
            if (shape.normalisation() == Normalisation.LAYER_NORM) {
                shift = vector(name + ".offset", units, Role.OFFSET, layer, next + units);
            }
        }
        return new Plan(name, geometry, shape, inputs, shape.size(), weight, scale, shift);
    }

    private static Parameter vector(String name, int length, Role role, int layer, int offset) {
        return new Parameter(name, new int[] {length}, role, layer, offset, length, 1);
    }

    private static int end(Plan plan) {
        Parameter last = plan.offset != null ? plan.offset : plan.scale != null ? plan.scale : plan.weight;
        return Math.addExact(last.offset(), last.length());
    }

    private static List<Parameter> parametersOf(List<Plan> plans) {
        List<Parameter> all = new ArrayList<>();
        for (Plan plan : plans) {
            all.add(plan.weight);
            if (plan.scale != null) {
                all.add(plan.scale);
            }
            if (plan.offset != null) {
                all.add(plan.offset);
            }
        }
        return all;
    }

    private Layer layer(Plan plan, Buffer patchGradients) {
        Buffer weight = plan.weight.in(parameters.values());
        LinearMap map;
        if (plan.geometry == null) {
            map = new DenseMap(engine, weight, plan.inputSize, plan.outputSize);
        } else {
            int patchValues = plan.geometry.positions() * plan.geometry.patchSize();
            Buffer patches = engine.allocate(Math.multiplyExact(batchCapacity, patchValues));
            map = new ConvolutionMap(engine, weight, plan.geometry, patches, patchGradients);
        }
        return new Layer(
                engine,
                plan.name,
                map,
                plan.shape,
                batchCapacity,
                plan.weight,
                plan.scale,
                plan.offset,
                parameters.values(),
                gradients);
    }
}
