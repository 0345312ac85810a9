package perennial.learning.engine;

import java.util.Arrays;

/**
 * Which of two copies of a vector is up to date, stretch by stretch: an ordered list of neighbouring stretches, no two
 * neighbours alike. Not thread-safe; allocates only while the number of stretches grows beyond what it has been.
 */
final class Freshness {

    static final byte BOTH = 0;
    static final byte HEAP = 1;
    static final byte NATIVE = 2;

    /** Stretch i goes from starts[i] to starts[i + 1]; starts[count] is the length of the vector. */
    private int[] starts = new int[8];

    private byte[] states = new byte[8];
    private int count = 1;

    Freshness(int length, byte state) {
        starts[1] = length;
        states[0] = state;
    }

    /** The state of the value at {@code index}. */
    byte at(int index) {
        return states[stretchOf(index)];
    }

    /** Where the stretch of the value at {@code index} ends. */
    int endOfStretch(int index) {
        return starts[stretchOf(index) + 1];
    }

    /** Gives all values from {@code from} up to but without {@code to} one state. */
    void assign(int from, int to, byte state) {
        if (from >= to) {
            return;
        }
        int first = stretchOf(from);
        if (states[first] == state && starts[first + 1] >= to) {
            return;
        }
        first = splitAt(from);
        int next = to == starts[count] ? count : splitAt(to);
        if (first > 0 && states[first - 1] == state) {
            first--;
        }
        if (next < count && states[next] == state) {
            next++;
        }
        states[first] = state;
        // Stretches first + 1 up to next - 1 are now part of the first.
        System.arraycopy(starts, next, starts, first + 1, count + 1 - next);
        System.arraycopy(states, next, states, first + 1, count - next);
        count -= next - first - 1;
    }

    /** Makes a stretch begin at {@code index} and returns its number. */
    private int splitAt(int index) {
        int stretch = stretchOf(index);
        if (starts[stretch] == index) {
            return stretch;
        }
        if (count + 2 > starts.length) {
            starts = Arrays.copyOf(starts, 2 * starts.length);
            states = Arrays.copyOf(states, 2 * states.length);
        }
        System.arraycopy(starts, stretch + 1, starts, stretch + 2, count - stretch);
        System.arraycopy(states, stretch, states, stretch + 1, count - stretch);
        starts[stretch + 1] = index;
        count++;
        return stretch + 1;
    }

    private int stretchOf(int index) {
        int found = Arrays.binarySearch(starts, 0, count, index);
        return found >= 0 ? found : -found - 2;
    }
}
