package perennial.learning.plasticity;

import java.util.Arrays;
import perennial.learning.engine.Buffer;

/**
 * How strongly the greatest function of the outputs (the most likely class's logit, the best action's value) answers to the input:
 * Euclidean norms of its gradients with respect to the inputs of the probe batch (SN, section 4). Not thread-safe.
 */
public final class InputGradients {

    private final ProbeNetwork probe;
    private double mean;
    private double greatest;

    public InputGradients(ProbeNetwork probe) {
        this.probe = probe;
    }

    /** Measures the probe batch. */
    public void measure(ProbeBatch batch) {
        int rows = probe.rows();
        int outputs = probe.network().outputs();
        float[] values = probe.outputs();
        float[] gradients = probe.gradientValues();
        for (int row = 0; row < rows; row++) {
            int best = 0;
            double bestValue = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < batch.functions(); i++) {
                double value = batch.function(i, values, row, gradients);
                if (value > bestValue) {
                    bestValue = value;
                    best = i;
                }
            }
            batch.function(best, values, row, gradients);
        }
        probe.outputGradient().write(0, gradients, 0, rows * outputs);
        Buffer inputGradient = probe.network().backwardToInput(probe.outputGradient());

        int size = probe.inputSize();
        float[] row = new float[size];
        double[] norms = new double[rows];
        for (int i = 0; i < rows; i++) {
            inputGradient.read(i * size, row, 0, size);
            double squares = 0;
            for (float value : row) {
                squares += (double) value * value;
            }
            norms[i] = Math.sqrt(squares);
        }
        mean = Arrays.stream(norms).average().orElse(Double.NaN);
        greatest = Arrays.stream(norms).max().orElse(Double.NaN);
    }

    /** Mean over the inputs. */
    public double mean() {
        return mean;
    }

    /** The largest among the inputs. */
    public double greatest() {
        return greatest;
    }
}
