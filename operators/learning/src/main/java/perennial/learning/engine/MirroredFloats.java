package perennial.learning.engine;

/**
 * A vector that exists twice: as an array on the heap, where the JIT compiler vectorises loops, and in native memory, where
 * OpenBLAS reads it without copies. Whoever uses one of them says how; what is out of date there is copied
 * first, and only that. The native part comes into being at its first use. Not thread-safe.
 */
final class MirroredFloats {

    private final int length;
    private float[] heap;
    private NativeFloats mirror;
    private Freshness freshness;

    MirroredFloats(int length) {
        this.length = length;
        heap = new float[length];
    }

    /** Copies values out, from the side that is up to date. */
    void read(int from, float[] target, int to, int count) {
        openHeap();
        if (freshness != null
                && freshness.at(from) == Freshness.NATIVE
                && freshness.endOfStretch(from) >= from + count) {
            mirror.get(from, target, to, count);
        } else {
            System.arraycopy(heapToRead(from, count), from, target, to, count);
        }
    }

    /** The heap array, up to date in {@code count} values from {@code from} on, to be read there. */
    float[] heapToRead(int from, int count) {
        if (freshness != null) {
            refresh(from, from + count, Freshness.NATIVE);
        }
        return openHeap();
    }

    /** The heap array, to be read and written in the range. */
    float[] heapToUpdate(int from, int count) {
        float[] array = heapToRead(from, count);
        return freshness == null ? array : heapToOverwrite(from, count);
    }

    /** The heap array, to be written in the whole range without being read. */
    float[] heapToOverwrite(int from, int count) {
        if (freshness != null) {
            freshness.assign(from, from + count, Freshness.HEAP);
        }
        return openHeap();
    }

    /** The native copy, up to date in {@code count} values from {@code from} on, to be read there. */
    NativeFloats nativeToRead(int from, int count) {
        allocateMirror();
        refresh(from, from + count, Freshness.HEAP);
        return mirror;
    }

    /** The native copy, to be read and written in the range. */
    NativeFloats nativeToUpdate(int from, int count) {
        nativeToRead(from, count);
        return nativeToOverwrite(from, count);
    }

    /** The native copy, to be written in the whole range without being read. */
    NativeFloats nativeToOverwrite(int from, int count) {
        allocateMirror();
        freshness.assign(from, from + count, Freshness.NATIVE);
        return mirror;
    }

    void close() {
        heap = null;
        if (mirror != null) {
            mirror.close();
            mirror = null;
        }
    }

    private float[] openHeap() {
        if (heap == null) {
            throw closed();
        }
        return heap;
    }

    private void allocateMirror() {
        if (mirror == null) {
            openHeap();
            mirror = new NativeFloats(length);
            freshness = new Freshness(length, Freshness.HEAP);
        }
    }

    /** Copies what is fresh only on the side {@code only} to the other side. */
    private void refresh(int from, int to, byte only) {
        openHeap();
        int at = from;
        while (at < to) {
            int end = Math.min(to, freshness.endOfStretch(at));
            if (freshness.at(at) == only) {
                if (only == Freshness.HEAP) {
                    mirror.put(at, heap, at, end - at);
                } else {
                    mirror.get(at, heap, at, end - at);
                }
                freshness.assign(at, end, Freshness.BOTH);
            }
            at = end;
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("a buffer is used after its engine was closed; close the engine last");
    }
}
