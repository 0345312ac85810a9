package perennial.environment.minatar;

import java.util.Arrays;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;

/** A list of {@link Thing}s in the order they came. Not thread-safe. */
final class Things {

    private int[] things = new int[32];
    private int size;

    int size() {
        return size;
    }

    int get(int index) {
        return things[index];
    }

    void set(int index, int thing) {
        things[index] = thing;
    }

    void add(int thing) {
        if (size == things.length) {
            things = Arrays.copyOf(things, 2 * size);
        }
        things[size++] = thing;
    }

    void clear() {
        size = 0;
    }

    void removeAt(int index) {
        System.arraycopy(things, index + 1, things, index, size - index - 1);
        size--;
    }

    /** Removes the first thing that equals {@code thing}, which is in the list; returns where it was. */
    int removeFirst(int thing) {
        int index = 0;
        while (things[index] != thing) {
            index++;
        }
        removeAt(index);
        return index;
    }

    /** Index of the first thing in a cell; -1 where there is none. */
    int firstIn(int cell) {
        for (int i = 0; i < size; i++) {
            if (Thing.cell(things[i]) == cell) {
                return i;
            }
        }
        return -1;
    }

    void save(StateWriter state) {
        state.put(things, size);
    }

    void restore(StateReader state) {
        int[] saved = state.integers();
        clear();
        for (int thing : saved) {
            add(thing);
        }
    }
}
