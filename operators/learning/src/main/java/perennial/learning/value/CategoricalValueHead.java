package perennial.learning.value;

import java.util.Arrays;

/** A distribution over returns per action, whose logits are the outputs [action][atom]: C51. */
final class CategoricalValueHead implements ValueHead {

    private final AtomSupport support;
    private final int actions;
    private final int atoms;
    private final double[] targets;
    private final double[] probabilities;
    private double meanAbsoluteTdError = Double.NaN;

    CategoricalValueHead(ValueHeadSpec.Categorical spec, int actions, int batchCapacity) {
        this.support = new AtomSupport(spec.atoms(), spec.lowest(), spec.highest());
        this.actions = actions;
        this.atoms = spec.atoms();
        this.targets = new double[Math.multiplyExact(batchCapacity, atoms)];
        this.probabilities = new double[atoms];
    }

    @Override
    public int greedyAction(float[] outputs, int row) {
        int best = 0;
        double greatest = Double.NEGATIVE_INFINITY;
        for (int action = 0; action < actions; action++) {
            double value = value(outputs, row, action);
            if (value > greatest) {
                greatest = value;
                best = action;
            }
        }
        return best;
    }

    @Override
    public double greatestValue(float[] outputs, int row) {
        return value(outputs, row, greedyAction(outputs, row));
    }

    private double value(float[] outputs, int row, int action) {
        AtomSupport.softmax(outputs, (row * actions + action) * atoms, probabilities);
        return support.mean(probabilities, 0);
    }

    /** The mean of a softmax: the gradient of atom z's logit is its probability times (z - mean). */
    @Override
    public double valueGradient(float[] outputs, int row, int action, float[] gradient) {
        int start = row * actions * atoms;
        Arrays.fill(gradient, start, start + actions * atoms, 0f);
        double mean = value(outputs, row, action);
        for (int i = 0; i < atoms; i++) {
            gradient[start + action * atoms + i] = (float) (probabilities[i] * (support.atom(i) - mean));
        }
        return mean;
    }

    @Override
    public void target(int rows, float[] nextOutputs, int[] nextActions, float[] returns, float[] discounts) {
        for (int row = 0; row < rows; row++) {
            AtomSupport.softmax(nextOutputs, (row * actions + nextActions[row]) * atoms, probabilities);
            support.project(probabilities, returns[row], discounts[row], targets, row * atoms);
        }
    }

    @Override
    public double loss(int rows, float[] outputs, int[] taken, float[] weights, float[] gradient, double[] errors) {
        Arrays.fill(gradient, 0, rows * actions * atoms, 0f);
        double sum = 0;
        double absolute = 0;
        for (int row = 0; row < rows; row++) {
            int at = (row * actions + taken[row]) * atoms;
            int target = row * atoms;
            double logNormaliser = AtomSupport.softmax(outputs, at, probabilities);
            double crossEntropy = 0;
            for (int i = 0; i < atoms; i++) {
                crossEntropy += targets[target + i] * (logNormaliser - outputs[at + i]);
                gradient[at + i] = (float) (weights[row] * (probabilities[i] - targets[target + i]) / rows);
            }
            sum += weights[row] * crossEntropy;
            errors[row] = crossEntropy;
            absolute += Math.abs(support.mean(targets, target) - support.mean(probabilities, 0));
        }
        meanAbsoluteTdError = absolute / rows;
        return sum / rows;
    }

    @Override
    public double meanAbsoluteTdError() {
        return meanAbsoluteTdError;
    }
}
