package perennial.learning.engine;

import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A stretch of one of ND4J's data buffers, seen as whatever array an operation of {@link Nd4jEngine} needs. */
final class Nd4jBuffer implements Buffer {

    private final Nd4jEngine owner;
    private final DataBuffer data;
    private final int offset;
    private final int length;

    Nd4jBuffer(Nd4jEngine owner, DataBuffer data, int offset, int length) {
        this.owner = owner;
        this.data = data;
        this.offset = offset;
        this.length = length;
    }

    Nd4jEngine owner() {
        return owner;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public Buffer view(int from, int count) {
        Objects.checkFromIndexSize(from, count, length);
        return new Nd4jBuffer(owner, data, offset + from, count);
    }

    @Override
    public void read(int from, float[] target, int targetOffset, int count) {
        Objects.checkFromIndexSize(from, count, length);
        Objects.checkFromIndexSize(targetOffset, count, target.length);
        owner.checkOpen();
        if (count > 0) {
            float[] values =
                    strided(from, new long[] {count}, new long[] {1}).dup().toFloatVector();
            System.arraycopy(values, 0, target, targetOffset, count);
        }
    }

    @Override
    public void write(int from, float[] source, int sourceOffset, int count) {
        Objects.checkFromIndexSize(from, count, length);
        Objects.checkFromIndexSize(sourceOffset, count, source.length);
        owner.checkOpen();
        if (count > 0) {
            float[] values = Arrays.copyOfRange(source, sourceOffset, sourceOffset + count);
            strided(from, new long[] {count}, new long[] {1}).assign(Nd4j.createFromArray(values));
        }
    }

    /** All values in a row. */
    INDArray vector() {
        return strided(0, new long[] {length}, new long[] {1});
    }

    /** The first values as a row vector of shape [1, count]. */
    INDArray row(int count) {
        return matrix(1, count);
    }

    /** The first values as a row-major matrix. */
    INDArray matrix(int rows, int columns) {
        return strided(0, new long[] {rows, columns}, new long[] {columns, 1});
    }

    /** The first values as a column-major matrix: the transpose of a row-major one. */
    INDArray columnMajor(int rows, int columns) {
        return Nd4j.create(data, new long[] {rows, columns}, new long[] {1, rows}, offset, 'f');
    }

    /** The values from {@code from} on in a row-major array with steps of its own. */
    INDArray strided(int from, long[] shape, long[] strides) {
        return Nd4j.create(data, shape, strides, (long) offset + from, 'c');
    }
}
