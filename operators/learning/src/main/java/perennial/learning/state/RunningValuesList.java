package perennial.learning.state;

import java.util.Arrays;

/** The running values of several owners as those of one: one after another, in the order in which they were added. Not thread-safe. */
public final class RunningValuesList implements RunningValues {

    // An array: a list's iterator would be an object each time that the values are written.
    private RunningValues[] parts = new RunningValues[0];

    /** Adds an owner's. All are added before any is written. */
    public void add(RunningValues part) {
        parts = Arrays.copyOf(parts, parts.length + 1);
        parts[parts.length - 1] = part;
    }

    @Override
    public int runningValues() {
        int count = 0;
        for (RunningValues part : parts) {
            count += part.runningValues();
        }
        return count;
    }

    @Override
    public void writeRunningValues(double[] target, int at) {
        int next = at;
        for (RunningValues part : parts) {
            part.writeRunningValues(target, next);
            next += part.runningValues();
        }
    }

    @Override
    public void readRunningValues(double[] source, int at) {
        int next = at;
        for (RunningValues part : parts) {
            part.readRunningValues(source, next);
            next += part.runningValues();
        }
    }
}
