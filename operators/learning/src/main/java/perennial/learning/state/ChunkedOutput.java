package perennial.learning.state;

import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** Writes numbers to a {@link DataOutput} in chunks, since one call per value is slow, and sums their bytes up in a CRC-32. */
final class ChunkedOutput {

    static final int CHUNK = 1 << 16;

    private final DataOutput output;
    private final CRC32 crc = new CRC32();
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);

    ChunkedOutput(DataOutput output) {
        this.output = output;
    }

    void writeByte(int value) throws IOException {
        chunk.clear().put((byte) value);
        flush();
    }

    void writeShort(int value) throws IOException {
        chunk.clear().putShort(Short.reverseBytes((short) value));
        flush();
    }

    void writeInt(int value) throws IOException {
        chunk.clear().putInt(Integer.reverseBytes(value));
        flush();
    }

    void writeBytes(byte[] values) throws IOException {
        crc.update(values);
        output.write(values);
    }

    void writeFloats(float[] values) throws IOException {
        int step = CHUNK / Float.BYTES;
        for (int start = 0; start < values.length; start += step) {
            int count = Math.min(step, values.length - start);
            chunk.clear().asFloatBuffer().put(values, start, count);
            chunk.position(count * Float.BYTES);
            flush();
        }
    }

    void writeDoubles(double[] values) throws IOException {
        int step = CHUNK / Double.BYTES;
        for (int start = 0; start < values.length; start += step) {
            int count = Math.min(step, values.length - start);
            chunk.clear().asDoubleBuffer().put(values, start, count);
            chunk.position(count * Double.BYTES);
            flush();
        }
    }

    void writeLongs(long[] values) throws IOException {
        int step = CHUNK / Long.BYTES;
        for (int start = 0; start < values.length; start += step) {
            int count = Math.min(step, values.length - start);
            chunk.clear().asLongBuffer().put(values, start, count);
            chunk.position(count * Long.BYTES);
            flush();
        }
    }

    void writeInts(int[] values) throws IOException {
        int step = CHUNK / Integer.BYTES;
        for (int start = 0; start < values.length; start += step) {
            int count = Math.min(step, values.length - start);
            chunk.clear().asIntBuffer().put(values, start, count);
            chunk.position(count * Integer.BYTES);
            flush();
        }
    }

    /** Writes the CRC-32 of everything before. */
    void finish() throws IOException {
        output.writeInt((int) crc.getValue());
    }

    private void flush() throws IOException {
        crc.update(chunk.array(), 0, chunk.position());
        output.write(chunk.array(), 0, chunk.position());
    }
}
