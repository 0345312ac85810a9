package perennial.learning.event;

import java.util.Arrays;

/**
 * One input vector: unsigned bytes or floats. Mutable, so that one instance can carry record after record without
 * allocation; the arrays may be longer than {@link #length()}. Not thread-safe.
 */
public final class Features {

    private byte[] bytes = new byte[0];
    private float[] floats = new float[0];
    private boolean isBytes = true;
    private int length;

    /** How many values there are. */
    public int length() {
        return length;
    }

    /** Whether the values are unsigned bytes in {@link #bytes()}; otherwise they are in {@link #floats()}. */
    public boolean isBytes() {
        return isBytes;
    }

    /** The unsigned bytes; valid up to {@link #length()} and until the next change. */
    public byte[] bytes() {
        return bytes;
    }

    /** The floats; valid up to {@link #length()} and until the next change. */
    public float[] floats() {
        return floats;
    }

    /** Makes room for {@code count} bytes and returns the array to fill. */
    public byte[] resizeBytes(int count) {
        if (bytes.length < count) {
            bytes = new byte[count];
        }
        isBytes = true;
        length = count;
        return bytes;
    }

    /** Makes room for {@code count} floats and returns the array to fill. */
    public float[] resizeFloats(int count) {
        if (floats.length < count) {
            floats = new float[count];
        }
        isBytes = false;
        length = count;
        return floats;
    }

    /** Takes over the values of {@code other}. Not modified. */
    public void copyFrom(Features other) {
        if (other.isBytes) {
            System.arraycopy(other.bytes, 0, resizeBytes(other.length), 0, other.length);
        } else {
            System.arraycopy(other.floats, 0, resizeFloats(other.length), 0, other.length);
        }
    }

    /**
     * Writes the values times {@code scale} as floats.
     *
     * @param target Modified, from {@code offset} on for {@link #length()} values.
     */
    public void writeScaled(float scale, float[] target, int offset) {
        if (isBytes) {
            for (int i = 0; i < length; i++) {
                target[offset + i] = (bytes[i] & 0xff) * scale;
            }
        } else {
            for (int i = 0; i < length; i++) {
                target[offset + i] = floats[i] * scale;
            }
        }
    }

    /** Index of the first value that is NaN or infinite, or -1. */
    public int firstNotFinite() {
        return firstNotFinite(1f);
    }

    /** Index of the first float that is NaN or infinite when it is multiplied by {@code scale}, or -1. Bytes are not looked at. */
    public int firstNotFinite(float scale) {
        if (!isBytes) {
            for (int i = 0; i < length; i++) {
                if (!Float.isFinite(floats[i] * scale)) {
                    return i;
                }
            }
        }
        return -1;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Features other
                && isBytes == other.isBytes
                && length == other.length
                && (isBytes
                        ? Arrays.equals(bytes, 0, length, other.bytes, 0, length)
                        : Arrays.equals(floats, 0, length, other.floats, 0, length));
    }

    @Override
    public int hashCode() {
        int hash = Boolean.hashCode(isBytes);
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + (isBytes ? bytes[i] : Float.floatToIntBits(floats[i]));
        }
        return hash;
    }

    @Override
    public String toString() {
        return isBytes
                ? "bytes" + Arrays.toString(Arrays.copyOf(bytes, length))
                : "floats" + Arrays.toString(Arrays.copyOf(floats, length));
    }
}
