package perennial.learning.value;

import java.util.Arrays;
import perennial.learning.value.ValueHeadSpec.TdLoss;

/** One expected return per action: DQN, and double DQN. */
final class ExpectedValueHead implements ValueHead {

    private final TdLoss loss;
    private final int actions;
    private final double[] targets;
    private double meanAbsoluteTdError = Double.NaN;

    ExpectedValueHead(ValueHeadSpec.Expected spec, int actions, int batchCapacity) {
        this.loss = spec.loss();
        this.actions = actions;
        this.targets = new double[batchCapacity];
    }

    @Override
    public int greedyAction(float[] outputs, int row) {
        int start = row * actions;
        int best = 0;
        for (int i = 1; i < actions; i++) {
            if (outputs[start + i] > outputs[start + best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public double greatestValue(float[] outputs, int row) {
        return outputs[row * actions + greedyAction(outputs, row)];
    }

    @Override
    public double valueGradient(float[] outputs, int row, int action, float[] gradient) {
        int start = row * actions;
        Arrays.fill(gradient, start, start + actions, 0f);
        gradient[start + action] = 1f;
        return outputs[start + action];
    }

    @Override
    public void target(int rows, float[] nextOutputs, int[] nextActions, float[] returns, float[] discounts) {
        for (int row = 0; row < rows; row++) {
            // Without the test an infinite value after a terminal state would make the target NaN.
            double next = discounts[row] == 0 ? 0 : nextOutputs[row * actions + nextActions[row]];
            targets[row] = returns[row] + discounts[row] * next;
        }
    }

    @Override
    public double loss(int rows, float[] outputs, int[] taken, float[] weights, float[] gradient, double[] errors) {
        Arrays.fill(gradient, 0, rows * actions, 0f);
        double sum = 0;
        double absolute = 0;
        for (int row = 0; row < rows; row++) {
            int at = row * actions + taken[row];
            double difference = outputs[at] - targets[row];
            sum += weights[row] * TemporalDifference.loss(loss, difference);
            gradient[at] = (float) (weights[row] * TemporalDifference.slope(loss, difference) / rows);
            errors[row] = Math.abs(difference);
            absolute += errors[row];
        }
        meanAbsoluteTdError = absolute / rows;
        return sum / rows;
    }

    @Override
    public double meanAbsoluteTdError() {
        return meanAbsoluteTdError;
    }
}
