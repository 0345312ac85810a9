package perennial.learning.state;

import java.util.ArrayList;
import java.util.List;

/** The running values of several owners as those of one: one after another, in the order in which they were added. Not thread-safe. */
public final class RunningValuesList implements RunningValues {

    private final List<RunningValues> parts = new ArrayList<>();

    /** Adds an owner's. All are added before any is written. */
    public void add(RunningValues part) {
        parts.add(part);
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
