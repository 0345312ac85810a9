package perennial.learning.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Everything that a learner is, as named arrays: what a checkpoint holds. Names are paths such as {@code
 * optimiser.firstMoment}; values are {@code float[]}, {@code double[]}, {@code long[]}, {@code int[]}, {@code byte[]}
 * or {@code String}. Arrays are not copied here and must not be changed once put: a state is written to a checkpoint
 * while its learner goes on.
 */
public final class LearnerState {

    private final Map<String, Object> entries = new LinkedHashMap<>();

    public LearnerState put(String name, Object value) {
        if (!(value instanceof float[]
                || value instanceof double[]
                || value instanceof long[]
                || value instanceof int[]
                || value instanceof byte[]
                || value instanceof String)) {
            throw new IllegalArgumentException("a state entry must be an array of numbers or a string: name=" + name);
        }
        if (entries.put(name, value) != null) {
            throw new IllegalArgumentException("two state entries have one name: name=" + name);
        }
        return this;
    }

    public boolean has(String name) {
        return entries.containsKey(name);
    }

    public float[] floats(String name) {
        return get(name, float[].class);
    }

    public double[] doubles(String name) {
        return get(name, double[].class);
    }

    public long[] longs(String name) {
        return get(name, long[].class);
    }

    public int[] ints(String name) {
        return get(name, int[].class);
    }

    public byte[] bytes(String name) {
        return get(name, byte[].class);
    }

    public String string(String name) {
        return get(name, String.class);
    }

    /** All entries in the order they were put. */
    public Map<String, Object> entries() {
        return Collections.unmodifiableMap(entries);
    }

    /** Bytes of the values whose names {@code counted} accepts; of a string those of its UTF-8. */
    public long bytes(Predicate<String> counted) {
        return entries.entrySet().stream()
                .filter(entry -> counted.test(entry.getKey()))
                .mapToLong(entry -> bytesOf(entry.getValue()))
                .sum();
    }

    private static long bytesOf(Object value) {
        if (value instanceof float[] floats) {
            return (long) Float.BYTES * floats.length;
        }
        if (value instanceof double[] doubles) {
            return (long) Double.BYTES * doubles.length;
        }
        if (value instanceof long[] longs) {
            return (long) Long.BYTES * longs.length;
        }
        if (value instanceof int[] ints) {
            return (long) Integer.BYTES * ints.length;
        }
        return value instanceof byte[] bytes ? bytes.length : ((String) value).getBytes(StandardCharsets.UTF_8).length;
    }

    private <T> T get(String name, Class<T> type) {
        Object value = entries.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the state has no entry of this name: name=" + name);
        }
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("the state's entry has another type: name=" + name + " expected="
                    + type.getSimpleName() + " found=" + value.getClass().getSimpleName());
        }
        return type.cast(value);
    }

    @Override
    public boolean equals(Object object) {
        if (!(object instanceof LearnerState other) || !entries.keySet().equals(other.entries.keySet())) {
            return false;
        }
        return entries.entrySet().stream()
                .allMatch(e ->
                        Arrays.deepEquals(new Object[] {e.getValue()}, new Object[] {other.entries.get(e.getKey())}));
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(entries.values().toArray());
    }
}
