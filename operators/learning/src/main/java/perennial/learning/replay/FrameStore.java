package perennial.learning.replay;

import java.util.Arrays;
import perennial.learning.event.Features;
import perennial.learning.state.LearnerState;

/**
 * The last observations in order of arrival, each known by its number, counted from 0.
 *
 * <p>They stand in segments of equal size. A full segment does not change any more: {@link #save} puts the array itself, and from
 * then on it is not written again but replaced when its turn comes. One segment more than the capacity needs keeps the
 * oldest observations readable while the newest segment fills. Not thread-safe.
 */
final class FrameStore {

    private static final int SEGMENT_BYTES = 1 << 20;

    /** Smaller memories still have several segments, so that most of a snapshot is shared. */
    private static final int SEGMENTS = 8;

    private final ObservationEncoding encoding;
    private final int size;
    private final int elements;
    private final int capacity;
    private final int segmentRows;
    private final Object[] segments;
    private final boolean[] shared;
    private final byte[] packedBytes;
    private final float[] packedFloats;
    private long end;

    /**
     * @param size values of one observation
     * @param capacity observations kept
     */
    FrameStore(ObservationEncoding encoding, int size, int capacity) {
        this.encoding = encoding;
        this.size = size;
        this.elements = encoding.elements(size);
        this.capacity = capacity;
        int bytes = encoding == ObservationEncoding.FLOATS ? Float.BYTES * elements : elements;
        int fitting = Math.max(1, SEGMENT_BYTES / bytes);
        this.segmentRows = Math.min(fitting, Math.max(1, capacity / SEGMENTS));
        int count = (capacity + segmentRows - 1) / segmentRows + 1;
        this.segments = new Object[count];
        this.shared = new boolean[count];
        this.packedBytes = encoding == ObservationEncoding.FLOATS ? null : new byte[elements];
        this.packedFloats = encoding == ObservationEncoding.FLOATS ? new float[elements] : null;
    }

    /** Number of the oldest observation kept. */
    long oldest() {
        return Math.max(0, end - capacity);
    }

    /** Number that the next observation will have. */
    long end() {
        return end;
    }

    /** Stores an observation and returns its number; the oldest one gives way where there is no room. */
    long append(Features observation) {
        int row = (int) (end % segmentRows);
        int segment = segmentOf(end);
        if (row == 0 && (segments[segment] == null || shared[segment])) {
            segments[segment] = encoding.newSegment(segmentRows * elements);
            shared[segment] = false;
        }
        encoding.pack(observation, segments[segment], row * elements);
        return end++;
    }

    /** Whether an observation kept equals {@code observation}. */
    boolean equals(long number, Features observation) {
        Object packed = packedFloats == null ? packedBytes : packedFloats;
        encoding.pack(observation, packed, 0);
        int at = at(number);
        Object segment = segments[segmentOf(number)];
        return packedFloats == null
                ? Arrays.equals((byte[]) segment, at, at + elements, packedBytes, 0, elements)
                : Arrays.equals((float[]) segment, at, at + elements, packedFloats, 0, elements);
    }

    /** Writes an observation's values times {@code scale}. {@code target} is modified from {@code to} on. */
    void read(long number, float scale, float[] target, int to) {
        encoding.unpack(segments[segmentOf(number)], at(number), size, scale, target, to);
    }

    private int segmentOf(long number) {
        return (int) (number / segmentRows % segments.length);
    }

    private int at(long number) {
        return (int) (number % segmentRows) * elements;
    }

    /** Puts the observations kept: full segments as they are, a copy of the one that is being filled. */
    void save(LearnerState state) {
        state.put("replay.frames.end", new long[] {end});
        for (long first = firstOfSegment(oldest()); first < end; first += segmentRows) {
            int segment = segmentOf(first);
            long rows = end - first;
            if (rows >= segmentRows) {
                shared[segment] = true;
                state.put(name(first), segments[segment]);
            } else {
                state.put(name(first), copy(segments[segment], (int) rows * elements, (int) rows * elements));
            }
        }
    }

    /** Goes on from what {@link #save} put, in a store of the same shape. */
    void restore(LearnerState state) {
        end = state.longs("replay.frames.end")[0];
        Arrays.fill(segments, null);
        for (long first = firstOfSegment(oldest()); first < end; first += segmentRows) {
            int segment = segmentOf(first);
            Object saved = packedFloats == null ? state.bytes(name(first)) : state.floats(name(first));
            long rows = end - first;
            boolean isFull = rows >= segmentRows;
            shared[segment] = isFull;
            segments[segment] = isFull ? saved : copy(saved, (int) rows * elements, segmentRows * elements);
        }
    }

    private Object copy(Object segment, int count, int length) {
        Object copy = encoding.newSegment(length);
        System.arraycopy(segment, 0, copy, 0, count);
        return copy;
    }

    private long firstOfSegment(long number) {
        return number - number % segmentRows;
    }

    private String name(long first) {
        return "replay.frames." + first / segmentRows;
    }
}
