package perennial.learning.engine;

import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A view of {@link MirroredFloats}: what {@link CpuEngine} hands out. Heap loops index the array that the {@code heap}
 * methods return from {@link #offset()} on, and likewise what the {@code native} methods return; products use the pointers.
 */
final class CpuBuffer implements Buffer {

    private final CpuEngine owner;
    private final MirroredFloats floats;
    private final int offset;
    private final int length;
    private FloatPointer pointer;

    CpuBuffer(CpuEngine owner, MirroredFloats floats, int offset, int length) {
        this.owner = owner;
        this.floats = floats;
        this.offset = offset;
        this.length = length;
    }

    CpuEngine owner() {
        return owner;
    }

    /** Where this view begins in the arrays of the {@code heap} methods. */
    int offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public Buffer view(int from, int count) {
        Objects.checkFromIndexSize(from, count, length);
        return new CpuBuffer(owner, floats, offset + from, count);
    }

    @Override
    public void read(int from, float[] target, int targetOffset, int count) {
        Objects.checkFromIndexSize(from, count, length);
        Objects.checkFromIndexSize(targetOffset, count, target.length);
        floats.read(offset + from, target, targetOffset, count);
    }

    @Override
    public void write(int from, float[] source, int sourceOffset, int count) {
        Objects.checkFromIndexSize(from, count, length);
        // Before anything is declared fresh: what cannot be copied must leave the buffer as it was.
        Objects.checkFromIndexSize(sourceOffset, count, source.length);
        System.arraycopy(source, sourceOffset, floats.heapToOverwrite(offset + from, count), offset + from, count);
    }

    float[] heapToRead(int count) {
        return floats.heapToRead(offset, count);
    }

    float[] heapToUpdate(int count) {
        return floats.heapToUpdate(offset, count);
    }

    float[] heapToOverwrite(int count) {
        return floats.heapToOverwrite(offset, count);
    }

    NativeFloats nativeToRead(int count) {
        return floats.nativeToRead(offset, count);
    }

    NativeFloats nativeToUpdate(int count) {
        return floats.nativeToUpdate(offset, count);
    }

    NativeFloats nativeToOverwrite(int count) {
        return floats.nativeToOverwrite(offset, count);
    }

    /** As {@link #nativeToRead}: where this view begins. */
    FloatPointer pointerToRead(int count) {
        return pointer(nativeToRead(count));
    }

    /** As {@link #nativeToUpdate}: where this view begins. */
    FloatPointer pointerToUpdate(int count) {
        return pointer(nativeToUpdate(count));
    }

    /** As {@link #nativeToOverwrite}: where this view begins. */
    FloatPointer pointerToOverwrite(int count) {
        return pointer(nativeToOverwrite(count));
    }

    private FloatPointer pointer(NativeFloats memory) {
        if (pointer == null) {
            pointer = memory.pointer(offset);
        }
        return pointer;
    }
}
