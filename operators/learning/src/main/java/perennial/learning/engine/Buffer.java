package perennial.learning.engine;

/**
 * A vector of floats that an {@link Engine} owns, or a view of a part of one. What shape it has is the business of the
 * operation that uses it: matrices are row-major. Freed with its engine.
 */
public interface Buffer {

    /** How many floats there are. */
    int length();

    /** The part from {@code offset} on, {@code length} floats long: the same memory under a new name. */
    Buffer view(int offset, int length);

    /** Copies floats out: {@code target[targetOffset + i] = this[i]} for {@code count} values from {@code offset} on. */
    void read(int offset, float[] target, int targetOffset, int count);

    /** Copies floats in: {@code this[offset + i] = source[sourceOffset + i]} for {@code count} values. */
    void write(int offset, float[] source, int sourceOffset, int count);

    /** All floats, as a new array. */
    default float[] toArray() {
        float[] copy = new float[length()];
        read(0, copy, 0, copy.length);
        return copy;
    }

    /** Replaces all floats. */
    default void set(float[] source) {
        if (source.length != length()) {
            throw new IllegalArgumentException(
                    "a buffer takes as many floats as it has: length=" + length() + " given=" + source.length);
        }
        write(0, source, 0, source.length);
    }
}
