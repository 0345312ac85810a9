package perennial.learning.network;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.random.RandomStreams;

/**
 * A neural network on an {@link Engine}: convolutions, hidden layers, a linear output layer or two streams of a
 * dueling network; forwards and backwards for batches up to a capacity.
 *
 * <p>Nothing is allocated by {@link #forward} and {@link #backward}. Buffers that they return are the network's own and hold
 * until the next pass. A network for a convolutional spec takes images channel first and lays them out channels last itself;
 * without convolutions the input is taken as it is. Not thread-safe; its buffers are freed with the engine.
 */
public final class Network {

    private final Engine engine;
    private final NetworkSpec spec;
    private final Outputs outputs;
    private final int batchCapacity;
    private final Parameters parameters;
    private final Buffer gradients;
    private final List<Layer> layers;

    /** All layers, or what the two streams of a dueling network share. */
    private final LayerChain trunk;

    private final DuelingStreams streams;

    /** Channels and pixels of an input image that has to be laid out channels last; 0 channels where none has. */
    private final int imageChannels;

    private final int imagePositions;
    private final Buffer images;
    private final Buffer streamsInputGradient;
    private Buffer imageGradient;
    private Buffer inputGradient;

    private Buffer input;
    private int batch;

    /**
     * A network with weights of 0 and scales of 1.
     *
     * @param inputShape one number for a vector, or channels, rows and columns
     * @param outputs what it ends with
     * @param batchCapacity the largest batch
     * @param form what parameters there are beside weights and biases
     * @throws IllegalArgumentException if the spec has convolutions and the input is not an image, or no hidden layer for the streams
     *     of a dueling network
     * @throws ArithmeticException if a buffer would have more values than an int can count
     */
    public Network(
            NetworkSpec spec,
            List<Integer> inputShape,
            Outputs outputs,
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

        int mapSize = 1;
        int linearSize = 1;
        int scratch = 0;
        for (LayerPlan plan : plans) {
            if (plan.shape() != null) {
                mapSize = Math.max(mapSize, plan.shape().outputSize());
                linearSize = Math.max(linearSize, plan.shape().size());
            }
            if (plan.geometry() != null) {
                scratch = Math.max(scratch, engine.convolutionScratch(plan.geometry(), batchCapacity));
            }
        }
        Buffer patchGradients = scratch == 0 ? null : engine.allocate(scratch);
        List<Layer> all = new ArrayList<>();
        for (LayerPlan plan : plans) {
            all.add(layer(plan, plan.previous() < 0 ? null : all.get(plan.previous()), patchGradients));
        }
        this.layers = List.copyOf(all);

        // Within a chain only two gradients are alive at a time, that of a layer's output and that of its linear map.
        Buffer layerGradient = engine.allocate(Math.multiplyExact(batchCapacity, mapSize));
        Buffer linearGradient = engine.allocate(Math.multiplyExact(batchCapacity, linearSize));
        int shared = outputs instanceof Outputs.Dueling ? layers.size() - 4 : layers.size();
        this.trunk = new LayerChain(engine, layers.subList(0, shared), layerGradient, linearGradient);
        if (outputs instanceof Outputs.Dueling dueling) {
            int streamsInput = layers.get(shared).inputSize();
            this.streams = new DuelingStreams(
                    engine,
                    dueling,
                    stream(layers.get(shared + 2), layerGradient, linearGradient),
                    stream(layers.get(shared + 3), layerGradient, linearGradient),
                    streamsInput,
                    batchCapacity);
            this.streamsInputGradient = engine.allocate(Math.multiplyExact(batchCapacity, streamsInput));
        } else {
            this.streams = null;
            this.streamsInputGradient = null;
        }
        boolean images = layers.get(0).geometry() != null && inputShape.get(0) > 1;
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
     * A network without weight normalisation, with one linear output layer of {@code outputs} outputs.
     *
     * @param affine whether the normalisers have scales and offsets
     */
    public Network(
            NetworkSpec spec, List<Integer> inputShape, int outputs, int batchCapacity, Engine engine, boolean affine) {
        this(
                spec,
                inputShape,
                new Outputs.Linear(outputs),
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
     * @return the outputs, {@code batch} rows; the network's own buffer
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
        Buffer activations = trunk.forward(batch, this.input);
        return streams == null ? activations : streams.forward(batch, activations);
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
            int size = Math.multiplyExact(batchCapacity, layers.get(0).inputSize());
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
        if (streams == null) {
            trunk.backward(batch, input, logitsGradient, firstInputGradient);
            return;
        }
        boolean goesOn = !trunk.isEmpty() || firstInputGradient != null;
        streams.backward(batch, trunk.output(input), logitsGradient, goesOn ? streamsInputGradient : null);
        trunk.backward(batch, input, streamsInputGradient, firstInputGradient);
    }

    /** The parameters; changing their values changes the network. */
    public Parameters parameters() {
        return parameters;
    }

    /** The gradients that {@link #backward} wrote, laid out as the parameters are. */
    public Buffer gradients() {
        return gradients;
    }

    /**
     * The layers, input side first, those with a nonlinearity before those without. The last is the output layer; in a dueling network
     * the last four are hidden layer of the value and of the advantages, output layer of the value and of the advantages.
     */
    public List<Layer> layers() {
        return layers;
    }

    public Engine engine() {
        return engine;
    }

    public NetworkSpec spec() {
        return spec;
    }

    /** Number of outputs. */
    public int outputs() {
        return outputs.count();
    }

    /** The largest batch that it takes. */
    public int batchCapacity() {
        return batchCapacity;
    }

    /** The outputs of the last {@link #forward}; the network's own buffer. */
    public Buffer output() {
        return streams == null ? trunk.output(input) : streams.output();
    }

    /** The layers that take a layer's output: none of an output layer's, two where the streams of a dueling network begin. */
    public List<Layer> readersOf(Layer layer) {
        return layers.stream().filter(reader -> reader.previous() == layer).toList();
    }

    /**
     * Where a layer stands counted from the output: -1 for an output layer, -2 for one that an output layer reads, and so on. The
     * streams of a dueling network count alike.
     */
    public int fromOutput(Layer layer) {
        List<Layer> readers = readersOf(layer);
        return readers.isEmpty() ? -1 : fromOutput(readers.get(0)) - 1;
    }

    /** Whether a value and advantages make the outputs. */
    public boolean isDueling() {
        return streams != null;
    }

    /** The hidden layer and the output layer of a stream. */
    private LayerChain stream(Layer output, Buffer layerGradient, Buffer linearGradient) {
        return new LayerChain(engine, List.of(output.previous(), output), layerGradient, linearGradient);
    }

    private Layer layer(LayerPlan plan, Layer previous, Buffer patchGradients) {
        NormalisedRows rows = plan.gain() == null
                ? null
                : NormalisedRows.of(engine, plan.weight(), plan.gain(), parameters.values(), gradients);
        Buffer weight = rows == null ? plan.weight().in(parameters.values()) : rows.used();
        LinearMap map;
        if (plan.geometry() == null) {
            map = new DenseMap(engine, weight, plan.inputSize(), plan.outputSize());
        } else {
            Buffer patches = engine.allocate(engine.convolutionScratch(plan.geometry(), batchCapacity));
            map = new ConvolutionMap(engine, weight, plan.geometry(), patches, patchGradients);
        }
        return new Layer(
                engine,
                plan.name(),
                previous,
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
