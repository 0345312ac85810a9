package perennial.jobs.dashboard;

import java.util.Arrays;

/**
 * One metric of one learner over its updates, in bounded memory. Not thread-safe.
 *
 * <p>The newest points are kept as they came. Where there are too many, older ones are thinned out: the updates are divided into buckets
 * of one width, a power of two, and of each bucket the smallest and the greatest value stay, at the updates they were reported at. So
 * every point is one that was reported, no peak is lost, and the whole past has one resolution, which halves when the room is used up
 * again. A value that is no number counts as the greatest: it is what one looks for.
 */
final class Series {

    /** Fewer points than these make no picture. */
    static final int MIN_CAPACITY = 16;

    private long[] updates = new long[MIN_CAPACITY];
    private double[] values = new double[MIN_CAPACITY];
    private long[] arrivals = new long[MIN_CAPACITY];
    private int size;
    private int capacity;
    private long width = 1;

    /** @param capacity points to keep at most, at least {@link #MIN_CAPACITY} */
    Series(int capacity) {
        this.capacity = requireCapacity(capacity);
    }

    private static int requireCapacity(int capacity) {
        if (capacity < MIN_CAPACITY) {
            throw new IllegalArgumentException(
                    "a series must have room for some points: capacity=" + capacity + " needed=" + MIN_CAPACITY);
        }
        return capacity;
    }

    /**
     * Adds a point after all others.
     *
     * @param update greater than that of every point that is there
     * @param arrival number of the record that brought it, greater than that of every point that is there
     */
    void add(long update, double value, long arrival) {
        if (size > 0 && (update <= updates[size - 1] || arrival <= arrivals[size - 1])) {
            throw new IllegalArgumentException("points must come in order: update=" + update + " after="
                    + updates[size - 1] + " arrival=" + arrival + " after=" + arrivals[size - 1]);
        }
        if (size == capacity) {
            thinOut();
        }
        if (size == updates.length) {
            int room = Math.min(capacity, 2 * size);
            updates = Arrays.copyOf(updates, room);
            values = Arrays.copyOf(values, room);
            arrivals = Arrays.copyOf(arrivals, room);
        }
        updates[size] = update;
        values[size] = value;
        arrivals[size] = arrival;
        size++;
    }

    /** Drops the points at {@code update} and after it. */
    void truncate(long update) {
        size = firstAtOrAfter(updates, update);
    }

    /** Gives the series less room, or more. */
    void resize(int points) {
        capacity = requireCapacity(points);
        while (size > capacity) {
            thinOut();
        }
        if (updates.length > capacity) {
            updates = Arrays.copyOf(updates, capacity);
            values = Arrays.copyOf(values, capacity);
            arrivals = Arrays.copyOf(arrivals, capacity);
        }
    }

    int size() {
        return size;
    }

    long update(int point) {
        return updates[point];
    }

    double value(int point) {
        return values[point];
    }

    /** The first point that came with a record after {@code arrival}; {@link #size} where there is none. */
    int firstAfter(long arrival) {
        return firstAtOrAfter(arrivals, arrival + 1);
    }

    private int firstAtOrAfter(long[] ascending, long key) {
        int found = Arrays.binarySearch(ascending, 0, size, key);
        return found >= 0 ? found : -found - 1;
    }

    /** Leaves three quarters of the capacity in use at most: a quarter as it came, the rest two points to a bucket. */
    private void thinOut() {
        int old = size - capacity / 4;
        long buckets = capacity / 4 - 1;
        while (updates[old - 1] / width - updates[0] / width + 1 > buckets) {
            width *= 2;
        }
        int kept = 0;
        int from = 0;
        while (from < old) {
            long bucket = updates[from] / width;
            int least = from;
            int greatest = from;
            int to = from + 1;
            while (to < old && updates[to] / width == bucket) {
                least = Double.compare(values[to], values[least]) < 0 ? to : least;
                greatest = Double.compare(values[to], values[greatest]) > 0 ? to : greatest;
                to++;
            }
            kept = keep(kept, Math.min(least, greatest));
            if (least != greatest) {
                kept = keep(kept, Math.max(least, greatest));
            }
            from = to;
        }
        for (int i = old; i < size; i++) {
            kept = keep(kept, i);
        }
        size = kept;
    }

    private int keep(int place, int point) {
        updates[place] = updates[point];
        values[place] = values[point];
        arrivals[place] = arrivals[point];
        return place + 1;
    }
}
