package perennial.environment.labels;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * The fixed network that says the targets of the slowly changing regression problem: a hidden layer of linear threshold units,
 * a linear output, and nothing but -1 and 1 as weights and biases. Immutable.
 *
 * <p>With m inputs, unit i is on, 1, where {@code w_i x + b_i > beta (m + 1) - S_i}, {@code S_i = (m - sum(w_i) + b_i) / 2}. The
 * paper has S_i as the number of negative weights, the bias included; this is what the authors' program computes.
 *
 * @see <a href="https://doi.org/10.1038/s41586-024-07711-7">Dohare et al., Loss of plasticity in deep continual learning
 *     (2024)</a>
 */
final class TargetNetwork {

    private final int[][] weights;
    private final int[] biases;
    private final double[] thresholds;
    private final int[] outputWeights;
    private final int outputBias;

    /**
     * @param weights [unit][input]
     * @param biases one for each unit
     * @param outputWeights one for each unit
     */
    TargetNetwork(int[][] weights, int[] biases, int[] outputWeights, int outputBias, double beta) {
        this.weights = weights;
        this.biases = biases;
        this.outputWeights = outputWeights;
        this.outputBias = outputBias;
        this.thresholds = new double[biases.length];
        for (int i = 0; i < thresholds.length; i++) {
            int inputs = weights[i].length;
            int sum = 0;
            for (int weight : weights[i]) {
                sum += weight;
            }
            thresholds[i] = beta * (inputs + 1) - (inputs - sum + biases[i]) / 2.0;
        }
    }

    /** A random network: the units one after the other, each its weights and its bias, then the output likewise. */
    static TargetNetwork draw(int inputs, int units, double beta, UniformRandomProvider random) {
        int[][] weights = new int[units][];
        int[] biases = new int[units];
        for (int i = 0; i < units; i++) {
            weights[i] = signs(inputs, random);
            biases[i] = sign(random);
        }
        return new TargetNetwork(weights, biases, signs(units, random), sign(random), beta);
    }

    private static int[] signs(int count, UniformRandomProvider random) {
        int[] signs = new int[count];
        for (int i = 0; i < count; i++) {
            signs[i] = sign(random);
        }
        return signs;
    }

    private static int sign(UniformRandomProvider random) {
        return 2 * random.nextInt(2) - 1;
    }

    /**
     * The target of an input.
     *
     * @param bits the input, each 0 or 1. Not modified.
     */
    float value(byte[] bits) {
        int value = outputBias;
        for (int unit = 0; unit < biases.length; unit++) {
            int[] row = weights[unit];
            int sum = biases[unit];
            for (int i = 0; i < row.length; i++) {
                sum += row[i] * bits[i];
            }
            if (sum > thresholds[unit]) {
                value += outputWeights[unit];
            }
        }
        return value;
    }
}
