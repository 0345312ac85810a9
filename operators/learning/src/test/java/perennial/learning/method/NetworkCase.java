package perennial.learning.method;

import java.util.List;
import java.util.SplittableRandom;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Initialiser;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Outputs;
import perennial.learning.network.Parameter;
import perennial.learning.network.WeightForm;
import perennial.learning.random.RandomStreams;

/** A network with a batch of images and labels, for tests of what a method does to a whole network. */
public final class NetworkCase implements AutoCloseable {

    public static final int BATCH = 16;
    public static final int CLASSES = 4;
    public static final List<Integer> INPUT = List.of(2, 6, 6);

    public final Engine engine = new CpuEngine();
    public final Network network;
    public final Buffer input = engine.allocate(BATCH * 72);
    public final Buffer gradient = engine.allocate(BATCH * CLASSES);
    public final int[] labels = new int[BATCH];

    /** No epsilon in the normalisers, so that scaling a weight changes nothing at all. */
    public NetworkCase(Normalisation normalisation, Activation activation) {
        this(normalisation, activation, true);
    }

    public NetworkCase(Normalisation normalisation, Activation activation, boolean affine) {
        this(normalisation, activation, affine, new Outputs.Linear(CLASSES));
    }

    public NetworkCase(Normalisation normalisation, Activation activation, boolean affine, Outputs outputs) {
        NetworkSpec spec = new NetworkSpec(
                List.of(new ConvolutionSpec(5, 3, 1, 0)),
                List.of(12, 10),
                activation,
                0.1,
                normalisation,
                0,
                Initialiser.PYTORCH);
        network = new Network(
                spec, INPUT, outputs, BATCH, engine, affine ? WeightForm.WITH_AFFINE : WeightForm.WITHOUT_AFFINE);
        network.initialise(new RandomStreams(9));
        drawBatch(21);
    }

    public void drawBatch(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[input.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        input.set(values);
        for (int i = 0; i < BATCH; i++) {
            labels[i] = random.nextInt(CLASSES);
        }
    }

    public float[] logits() {
        float[] all = network.forward(input, BATCH).toArray();
        return java.util.Arrays.copyOf(all, BATCH * CLASSES);
    }

    /** Forward and backward; returns the loss. */
    public double differentiate() {
        double loss = engine.softmaxCrossEntropy(BATCH, CLASSES, network.forward(input, BATCH), labels, gradient);
        network.backward(gradient);
        return loss;
    }

    public Layer layer(int index) {
        return network.layers().get(index);
    }

    public Buffer value(Parameter parameter) {
        return parameter.in(network.parameters().values());
    }

    public Buffer gradientOf(Parameter parameter) {
        return parameter.in(network.gradients());
    }

    public double norm(Buffer buffer) {
        return Math.sqrt(engine.sumOfSquares(buffer));
    }

    /** Moves every parameter by up to {@code size}. */
    public void disturb(long seed, double size) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = network.parameters().values().toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) random.nextDouble(-size, size);
        }
        network.parameters().values().set(values);
    }

    @Override
    public void close() {
        engine.close();
    }
}
