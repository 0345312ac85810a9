package perennial.learning.learner;

import perennial.learning.state.LearnerState;
import perennial.learning.state.RunningValues;

/**
 * Mean and variance of each value of a vector over all vectors so far, one at a time (Welford 1962). The variance is the unbiased one;
 * before there are two vectors it is 1. Not thread-safe.
 */
final class RunningMoments implements RunningValues {

    private final double[] means;

    /** Sums of squared distances from the mean. */
    private final double[] squares;

    private long count;

    RunningMoments(int size) {
        this.means = new double[size];
        this.squares = new double[size];
    }

    /** Takes in a vector: the values from {@code at} on. Not modified. */
    void add(float[] values, int at) {
        count++;
        for (int i = 0; i < means.length; i++) {
            add(i, values[at + i]);
        }
    }

    /** Takes in a vector of one value. */
    void add(double value) {
        count++;
        add(0, value);
    }

    private void add(int index, double value) {
        double distance = value - means[index];
        means[index] += distance / count;
        squares[index] += distance * (value - means[index]);
    }

    /** How many vectors there were. */
    long count() {
        return count;
    }

    double mean(int index) {
        return means[index];
    }

    double variance(int index) {
        return count < 2 ? 1 : squares[index] / (count - 1);
    }

    @Override
    public int runningValues() {
        return 1 + 2 * means.length;
    }

    @Override
    public void writeRunningValues(double[] target, int at) {
        target[at] = count;
        System.arraycopy(means, 0, target, at + 1, means.length);
        System.arraycopy(squares, 0, target, at + 1 + means.length, means.length);
    }

    @Override
    public void readRunningValues(double[] source, int at) {
        count = (long) source[at];
        System.arraycopy(source, at + 1, means, 0, means.length);
        System.arraycopy(source, at + 1 + means.length, squares, 0, means.length);
    }

    void save(String prefix, LearnerState state) {
        state.put(prefix + ".count", new long[] {count})
                .put(prefix + ".means", means.clone())
                .put(prefix + ".squares", squares.clone());
    }

    void restore(String prefix, LearnerState state) {
        count = state.longs(prefix + ".count")[0];
        System.arraycopy(state.doubles(prefix + ".means"), 0, means, 0, means.length);
        System.arraycopy(state.doubles(prefix + ".squares"), 0, squares, 0, squares.length);
    }
}
