package perennial.learning.engine;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Floats in native memory: what OpenBLAS works on, and what loops in Java copy from and to. Freed by {@link #close}. Not
 * thread-safe.
 */
final class NativeFloats {

    private final int length;
    private final FloatPointer pointer;

    /** The same memory, since the copies of a buffer cost half of a pointer's; null where there is more than a buffer can hold. */
    private final FloatBuffer buffer;

    NativeFloats(int length) {
        this.length = length;
        pointer = new FloatPointer((long) length);
        buffer = length > 0 && length <= Integer.MAX_VALUE / Float.BYTES ? pointer.asBuffer() : null;
    }

    /** {@code target[to + i] = this[at + i]} for {@code count} values. */
    void get(int at, float[] target, int to, int count) {
        if (buffer != null) {
            buffer.get(at, target, to, count);
        } else {
            pointer.position(at).get(target, to, count);
            pointer.position(0);
        }
    }

    /** {@code this[at + i] = source[from + i]} for {@code count} values. */
    void put(int at, float[] source, int from, int count) {
        if (buffer != null) {
            buffer.put(at, source, from, count);
        } else {
            pointer.position(at).put(source, from, count);
            pointer.position(0);
        }
    }

    int length() {
        return length;
    }

    /** A pointer to the first value; valid until {@link #close}. */
    FloatPointer pointer() {
        return pointer;
    }

    /** A pointer to the value at {@code index}; valid until {@link #close}. */
    FloatPointer pointer(int index) {
        return pointer.getPointer(index);
    }

    void close() {
        pointer.deallocate();
    }
}
