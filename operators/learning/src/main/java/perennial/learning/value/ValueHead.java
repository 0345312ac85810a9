package perennial.learning.value;

/**
 * The reading of a network's outputs as values of actions: greedy actions, targets from a target network's outputs, loss. Works
 * on a batch of rows, one after the other in arrays; allocates nothing after its construction. Not thread-safe.
 */
public sealed interface ValueHead permits ExpectedValueHead, CategoricalValueHead {

    /** The head of that spec for batches of up to {@code batchCapacity} rows. */
    static ValueHead of(ValueHeadSpec spec, int actions, int batchCapacity) {
        if (spec instanceof ValueHeadSpec.Expected expected) {
            return new ExpectedValueHead(expected, actions, batchCapacity);
        }
        return new CategoricalValueHead((ValueHeadSpec.Categorical) spec, actions, batchCapacity);
    }

    /**
     * The action with the greatest value in one row of outputs, the first of equals.
     *
     * @param outputs Not modified.
     */
    int greedyAction(float[] outputs, int row);

    /** The greatest value of an action in one row of outputs. */
    double greatestValue(float[] outputs, int row);

    /**
     * The value of one action in one row of outputs, and its gradient.
     *
     * @param outputs Not modified.
     * @param gradient Modified: gradient with respect to the row's outputs, where the row stands in {@code outputs}
     */
    double valueGradient(float[] outputs, int row, int action, float[] gradient);

    /**
     * Makes the batch's targets: return of the first steps plus discount times what the target network says of the next action.
     *
     * @param nextOutputs the target network's outputs for the next inputs. Not modified.
     * @param nextActions one per row. Not modified.
     * @param returns sum of the discounted rewards up to the next inputs, one per row. Not modified.
     * @param discounts what the next value counts, one per row; 0 where the episode ended in a terminal state. Not modified.
     */
    void target(int rows, float[] nextOutputs, int[] nextActions, float[] returns, float[] discounts);

    /**
     * The loss against the targets: the mean over the batch of weight times the row's own loss.
     *
     * @param outputs the outputs for the inputs. Not modified.
     * @param actions the actions taken, one per row. Not modified.
     * @param weights importance weights, one per row. Not modified.
     * @param gradient Modified: gradient with respect to all outputs
     * @param errors Modified: what each row's priority follows: |TD error|, or its cross-entropy
     */
    double loss(int rows, float[] outputs, int[] actions, float[] weights, float[] gradient, double[] errors);

    /** Mean of |target - value of the action taken| over the rows of the last loss. */
    double meanAbsoluteTdError();
}
