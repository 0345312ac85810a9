package perennial.learning.plasticity;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;
import perennial.learning.network.Activation;
import perennial.learning.network.Initialiser;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Parameter;
import perennial.learning.network.ReferenceNetwork;
import perennial.learning.random.RandomStreams;

/** A small smooth classifier with its probe batch, beside the same network in double precision to differentiate by differences. */
final class ProbeCase implements AutoCloseable, ProbeBatch {

    static final int ROWS = 6;
    static final int INPUTS = 5;
    static final int CLASSES = 3;
    private static final double STEP = 1e-4;

    final Engine engine = new CpuEngine();
    final Network trained;
    final ProbeNetwork probe;
    final ReferenceNetwork reference;
    final Map<String, double[]> parameters = new LinkedHashMap<>();
    final double[][] inputs = new double[ROWS][INPUTS];
    final int[] labels = {0, 1, 2, 2, 1, 0};

    ProbeCase() {
        NetworkSpec spec = new NetworkSpec(
                List.of(), List.of(4, 3), Activation.TANH, 0, Normalisation.LAYER_NORM, 1e-2, Initialiser.PYTORCH);
        trained = new Network(spec, List.of(INPUTS), CLASSES, 2, engine, true);
        trained.initialise(new RandomStreams(5));
        reference = new ReferenceNetwork(spec, List.of(INPUTS), CLASSES);
        SplittableRandom random = new SplittableRandom(3);
        for (Parameter parameter : trained.parameters().all()) {
            float[] values = parameter.read(trained.parameters().values());
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) random.nextDouble(-0.5, 0.5);
            }
            parameter.write(values, trained.parameters().values());
        }
        for (double[] input : inputs) {
            for (int i = 0; i < INPUTS; i++) {
                input[i] = (float) random.nextDouble(-1, 1);
            }
        }
        probe = new ProbeNetwork(trained, new Network(spec, List.of(INPUTS), CLASSES, ROWS, engine, true), ROWS);
        readParameters();
    }

    /** The reference takes over the trained network's parameters. */
    void readParameters() {
        for (Parameter parameter : trained.parameters().all()) {
            parameters.put(
                    parameter.name(),
                    doubles(parameter.read(trained.parameters().values())));
        }
    }

    /** Begins a measurement. */
    void follow() {
        probe.follow(this);
    }

    /** The reference's mean loss over the probe batch. */
    double loss(Map<String, double[]> at) {
        return reference.crossEntropy(at, inputs, labels);
    }

    /** Gradient with respect to all parameters, in the order of {@link #parameters}, by central differences. */
    double[] gradient(ToDoubleFunction<Map<String, double[]>> function) {
        int length =
                parameters.values().stream().mapToInt(values -> values.length).sum();
        double[] gradient = new double[length];
        for (int i = 0; i < length; i++) {
            gradient[i] = (moved(function, i, STEP) - moved(function, i, -STEP)) / (2 * STEP);
        }
        return gradient;
    }

    /** Hessian with respect to all parameters, by differences of differences. */
    double[][] hessian(ToDoubleFunction<Map<String, double[]>> function) {
        int length =
                parameters.values().stream().mapToInt(values -> values.length).sum();
        double[][] hessian = new double[length][];
        for (int i = 0; i < length; i++) {
            int index = i;
            double[] ahead = gradient(at -> moved(function, at, index, STEP));
            double[] behind = gradient(at -> moved(function, at, index, -STEP));
            hessian[i] = new double[length];
            for (int j = 0; j < length; j++) {
                hessian[i][j] = (ahead[j] - behind[j]) / (2 * STEP);
            }
        }
        return hessian;
    }

    private double moved(ToDoubleFunction<Map<String, double[]>> function, int index, double step) {
        return moved(function, parameters, index, step);
    }

    private static double moved(
            ToDoubleFunction<Map<String, double[]>> function, Map<String, double[]> at, int index, double step) {
        int left = index;
        for (double[] values : at.values()) {
            if (left < values.length) {
                double kept = values[left];
                values[left] = kept + step;
                double result = function.applyAsDouble(at);
                values[left] = kept;
                return result;
            }
            left -= values.length;
        }
        throw new IllegalArgumentException("no such parameter: index=" + index);
    }

    static double norm(double[] vector) {
        return Math.sqrt(dot(vector, vector));
    }

    static double dot(double[] left, double[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }

    private static double[] doubles(float[] floats) {
        double[] doubles = new double[floats.length];
        Arrays.setAll(doubles, i -> floats[i]);
        return doubles;
    }

    // ---- The probe batch ----

    @Override
    public int draw(Buffer target) {
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < INPUTS; i++) {
                target.write(row * INPUTS + i, new float[] {(float) inputs[row][i]}, 0, 1);
            }
        }
        return ROWS;
    }

    @Override
    public double loss(Buffer outputs, int rows, Buffer gradient) {
        return engine.softmaxCrossEntropy(rows, CLASSES, outputs, labels, gradient);
    }

    @Override
    public int functions() {
        return CLASSES;
    }

    @Override
    public double function(int index, float[] outputs, int row, float[] gradient) {
        Arrays.fill(gradient, row * CLASSES, (row + 1) * CLASSES, 0f);
        gradient[row * CLASSES + index] = 1;
        return outputs[row * CLASSES + index];
    }

    @Override
    public double lossAfterUpdate() {
        return Double.NaN;
    }

    @Override
    public void close() {
        engine.close();
    }
}
