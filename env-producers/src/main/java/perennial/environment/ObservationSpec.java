package perennial.environment;

import java.util.List;

/**
 * The shape and kind of an environment's observations.
 *
 * @param values whether observations are unsigned bytes or floats
 * @param shape sizes, outermost first: channels, rows, columns for images; one size for a vector. Flattened in row-major
 *     order, so that each channel's plane stands in one piece
 */
public record ObservationSpec(Values values, List<Integer> shape) {

    /** What an observation is made of. */
    public enum Values {
        /** Unsigned 8-bit values. */
        BYTES,
        /** 32-bit floats. */
        FLOATS
    }

    public ObservationSpec {
        shape = List.copyOf(shape);
        long size = 1;
        for (int extent : shape) {
            size = extent < 1 ? 0 : Math.min(size * extent, 1L << 32);
        }
        if (shape.isEmpty() || size < 1 || size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "an observation's shape must be positive sizes whose product fits an array: shape=" + shape);
        }
    }

    /** Observations of unsigned bytes. */
    public static ObservationSpec bytes(Integer... shape) {
        return new ObservationSpec(Values.BYTES, List.of(shape));
    }

    /** Observations of floats. */
    public static ObservationSpec floats(Integer... shape) {
        return new ObservationSpec(Values.FLOATS, List.of(shape));
    }

    /** Values of one observation: the product of the shape. */
    public int size() {
        int size = 1;
        for (int extent : shape) {
            size *= extent;
        }
        return size;
    }

    /** Planes of an observation: the first size of its shape. */
    public int channels() {
        return shape.get(0);
    }
}
