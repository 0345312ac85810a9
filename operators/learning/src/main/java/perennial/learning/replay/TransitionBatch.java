package perennial.learning.replay;

import java.util.Arrays;
import perennial.learning.state.LearnerState;

/** Transitions drawn from a {@link ReplayMemory}, row by row in arrays that are filled anew at each draw. */
public final class TransitionBatch {

    /** Inputs in which the actions were taken: frames oldest first, one input after the other. */
    public final float[] inputs;

    public final int[] actions;

    /** Sums of the discounted rewards up to the next inputs. */
    public final float[] returns;

    /** What a value of the next input counts: the discount to the power of the steps in between, or 0 after a terminal state. */
    public final float[] discounts;

    /** Inputs after the last of the steps; zeros after a terminal state. */
    public final float[] nextInputs;

    /** Importance weights; 1 where sampling is uniform. */
    public final float[] weights;

    /** Numbers of the transitions' observations in the memory. */
    final long[] numbers;

    /** What priorities follow, to be filled in after the update. */
    public final double[] errors;

    private int rows;

    /** @param inputSize values of one input: an observation's times the history */
    public TransitionBatch(int capacity, int inputSize) {
        this.inputs = new float[Math.multiplyExact(capacity, inputSize)];
        this.nextInputs = new float[inputs.length];
        this.actions = new int[capacity];
        this.returns = new float[capacity];
        this.discounts = new float[capacity];
        this.weights = new float[capacity];
        this.numbers = new long[capacity];
        this.errors = new double[capacity];
    }

    /** Rows filled. */
    public int rows() {
        return rows;
    }

    /** Puts which transitions were drawn last. */
    public void save(LearnerState state) {
        state.put("replay.batch", Arrays.copyOf(numbers, rows));
    }

    /** Goes on from what {@link #save} put; {@link ReplayMemory#refill} brings the rest. */
    public void restore(LearnerState state) {
        long[] saved = state.longs("replay.batch");
        rows = Math.min(saved.length, capacity());
        System.arraycopy(saved, 0, numbers, 0, rows);
    }

    /** Says how many rows are filled. */
    public void rows(int count) {
        rows = count;
    }

    int capacity() {
        return actions.length;
    }
}
