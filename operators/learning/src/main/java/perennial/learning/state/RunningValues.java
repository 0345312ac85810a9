package perennial.learning.state;

import java.util.function.Supplier;

/**
 * Numbers beside parameters and optimiser that change while a learner trains, and that go back with the parameters where it goes back
 * to its last good ones. They are few; they are copied without allocating anything.
 */
public interface RunningValues {

    /** Those of whatever {@code owner} gives when they are asked for. */
    static RunningValues of(Supplier<? extends RunningValues> owner) {
        return new RunningValues() {
            @Override
            public int runningValues() {
                return owner.get().runningValues();
            }

            @Override
            public void writeRunningValues(double[] target, int at) {
                owner.get().writeRunningValues(target, at);
            }

            @Override
            public void readRunningValues(double[] source, int at) {
                owner.get().readRunningValues(source, at);
            }
        };
    }

    /** How many there are: always the same number. */
    default int runningValues() {
        return 0;
    }

    /** Writes them, from {@code at} on. {@code target} is modified. */
    default void writeRunningValues(double[] target, int at) {}

    /** Goes back to what {@link #writeRunningValues} wrote. {@code source} is not modified. */
    default void readRunningValues(double[] source, int at) {}
}
