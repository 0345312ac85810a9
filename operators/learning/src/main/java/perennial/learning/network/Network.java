package perennial.learning.network;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
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
     * @param form what parameters there are beside weights and biases
     * @throws IllegalArgumentException if the spec has convolutions and the input is not an image
     * @throws ArithmeticException if a buffer would have more values than an int can count
     */
    public Network(
            NetworkSpec spec,
            List<Integer> inputShape,
            int outputs,
            int batchCapacity,
            Engine engine,
            WeightForm form) {
        if (!spec.convolutions().isEmpty() && inputShape.size() != 3) {
            throw new IllegalArgumentException(
                    "a network with convolutions takes images, input: [channels, rows, columns]: input=" + inputShape);
        }
        this.engine = engine;
        this.spec = spec;
        this.outputs = outputs;
        this.batchCapacity = batchCapacity;
        // A plan of every layer first, since the flat buffer's length must be known before its views.
        List<LayerPlan> plans = LayerPlan.of(spec, inputShape, outputs, form);
        this.parameters = new Parameters(engine, LayerPlan.parametersOf(plans));
        this.gradients = parameters.allocateAlike();

        int mapSize = outputs;
        int linearSize = 1;
        int patchSize = 0;
        for (LayerPlan plan : plans) {
            if (plan.shape() != null) {
                mapSize = Math.max(mapSize, plan.shape().outputSize());
                linearSize = Math.max(linearSize, plan.shape().size());
            }
            if (plan.geometry() != null) {
                patchSize = Math.max(patchSize, plan.geometry().patchesSize());
            }
        }
        // Only two gradients are alive at a time, that of a layer's output and that of its linear map.
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
        this.images =
                images ? engine.allocate(Math.multiplyExact(batchCapacity, imageChannels * imagePositions)) : null;
        for (Layer layer : layers) {
            if (layer.scale() != null) {
                engine.fill(layer.scale().in(parameters.values()), 1f);
            }
        }
    }

    /**
     * A network without weight normalisation.
     *
     * @param affine whether the normalisers have scales and offsets
     */
    public Network(
            NetworkSpec spec, List<Integer> inputShape, int outputs, int batchCapacity, Engine engine, boolean affine) {
        this(
                spec,
                inputShape,
                outputs,
                batchCapacity,
                engine,
                affine ? WeightForm.WITH_AFFINE : WeightForm.WITHOUT_AFFINE);
    }

    /**
     * Draws weights and biases anew as the spec's {@link Initialiser} says; scales become 1 and offsets 0. Each parameter is
     * drawn from a generator of its own, named after it, so that networks which differ elsewhere begin with the same weights.
     */
    public void initialise(RandomStreams random) {
        for (Layer layer : layers) {
            Initialisation.of(spec.initialiser(), layer).write(layer, random, parameters.values());
            layer.takeNorms();
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

    /** The largest batch that it takes. */
    public int batchCapacity() {
        return batchCapacity;
    }

    private Layer layer(LayerPlan plan, Buffer patchGradients) {
        NormalisedRows rows = plan.gain() == null
                ? null
                : NormalisedRows.of(engine, plan.weight(), plan.gain(), parameters.values(), gradients);
        Buffer weight = rows == null ? plan.weight().in(parameters.values()) : rows.used();
        LinearMap map;
        if (plan.geometry() == null) {
            map = new DenseMap(engine, weight, plan.inputSize(), plan.outputSize());
        } else {
            Buffer patches = engine.allocate(
                    Math.multiplyExact(batchCapacity, plan.geometry().patchesSize()));
            map = new ConvolutionMap(engine, weight, plan.geometry(), patches, patchGradients);
        }
        return new Layer(
                engine,
                plan.name(),
                map,
                plan.shape(),
                batchCapacity,
                plan.weight(),
                rows,
                plan.scale(),
                plan.offset(),
                parameters.values(),
                gradients);
    }
}
