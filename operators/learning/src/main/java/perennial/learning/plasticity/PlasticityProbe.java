package perennial.learning.plasticity;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Network;
import perennial.learning.optimise.Optimiser;
import perennial.learning.random.RandomStreams;

/**
 * How well the network, as it is, fits new random targets (Lyle et al. 2023): P = b - mean over targets of the loss after training. A
 * target is g(x) = a + sin(100 000 f(x)) with f a freshly drawn network of the same shape and a the present outputs' mean; b is the
 * targets' variance, the loss of their best constant. The fit is made on a copy with an optimiser of the learner's kind, rate and empty
 * memory, on the whole probe batch at each step; what a method does around steps is left out, and its factors stay as they are. The
 * targets are the same each time. Not thread-safe.
 */
public final class PlasticityProbe {

    private static final double FREQUENCY = 1e5;

    private final ProbeNetwork probe;
    private final Network random;
    private final Optimiser optimiser;
    private final double rate;
    private final int targetCount;
    private final int steps;
    private final Buffer targets;

    /**
     * @param random a network of the probe's shape, for the targets
     * @param optimiser of the probe's parameters
     * @param rate its learning rate
     * @param targetCount how many targets to fit
     * @param steps optimiser steps on each
     */
    public PlasticityProbe(
            ProbeNetwork probe, Network random, Optimiser optimiser, double rate, int targetCount, int steps) {
        this.probe = probe;
        this.random = random;
        this.optimiser = optimiser;
        this.rate = rate;
        this.targetCount = targetCount;
        this.steps = steps;
        this.targets = probe.engine().allocate(probe.outputGradient().length());
    }

    /** P; its difference from that of a fresh network tells of the loss of plasticity. */
    public double measure() {
        int columns = probe.network().outputs();
        double[] means = columnMeans(probe.outputs(), probe.rows(), columns);
        UniformRandomProvider seeds = new RandomStreams(0).generator("metrics/plasticityProbe");
        double baseline = 0;
        double loss = 0;
        for (int i = 0; i < targetCount; i++) {
            baseline += draw(seeds.nextLong(), means);
            loss += fit();
        }
        probe.goBack();
        return (baseline - loss) / targetCount;
    }

    /** Makes a target and returns its variance. */
    private double draw(long seed, double[] means) {
        int rows = probe.rows();
        int columns = means.length;
        random.initialise(new RandomStreams(seed));
        float[] values = new float[rows * columns];
        random.forward(probe.inputs(), rows).read(0, values, 0, values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (means[i % columns] + Math.sin(FREQUENCY * values[i]));
        }
        targets.write(0, values, 0, values.length);
        double[] targetMeans = columnMeans(values, rows, columns);
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            double difference = values[i] - targetMeans[i % columns];
            squares += difference * difference;
        }
        return squares / values.length;
    }

    /** Trains the copy from the measured parameters on, and returns the loss at the end. */
    private double fit() {
        Engine engine = probe.engine();
        Network network = probe.network();
        int rows = probe.rows();
        int columns = network.outputs();
        probe.goBack();
        optimiser.reset();
        for (int step = 0; step < steps; step++) {
            engine.meanSquaredError(rows, columns, probe.forward(), targets, probe.outputGradient());
            network.backward(probe.outputGradient());
            optimiser.step(network.parameters().values(), network.gradients(), rate);
        }
        return engine.meanSquaredError(rows, columns, probe.forward(), targets, probe.outputGradient());
    }

    private static double[] columnMeans(float[] values, int rows, int columns) {
        double[] means = new double[columns];
        Arrays.setAll(means, column -> {
            double sum = 0;
            for (int row = 0; row < rows; row++) {
                sum += values[row * columns + column];
            }
            return sum / rows;
        });
        return means;
    }
}
