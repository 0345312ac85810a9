package perennial.learning.state;

import java.io.DataInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Reads what {@link ChunkedOutput} wrote. Arrays grow as bytes arrive, so that a damaged length cannot ask for much more
 * memory than there are bytes.
 */
final class ChunkedInput {

    private static final int CHUNK = ChunkedOutput.CHUNK;

    private final DataInput input;
    private final CRC32 crc = new CRC32();
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    private long bytesRead;

    ChunkedInput(DataInput input) {
        this.input = input;
    }

    long bytesRead() {
        return bytesRead;
    }

    int readByte() throws IOException {
        return fill(1).get();
    }

    int readShort() throws IOException {
        return Short.reverseBytes(fill(Short.BYTES).getShort()) & 0xffff;
    }

    int readInt() throws IOException {
        return Integer.reverseBytes(fill(Integer.BYTES).getInt());
    }

    byte[] readBytes(int length) throws IOException {
        byte[] values = new byte[Math.min(length, CHUNK)];
        for (int done = 0; done < length; ) {
            int count = Math.min(CHUNK, length - done);
            if (done + count > values.length) {
                values = Arrays.copyOf(values, grown(values.length, length));
            }
            fill(count).get(values, done, count);
            done += count;
        }
        return values;
    }

    float[] readFloats(int length) throws IOException {
        int step = CHUNK / Float.BYTES;
        float[] values = new float[Math.min(length, step)];
        for (int done = 0; done < length; ) {
            int count = Math.min(step, length - done);
            if (done + count > values.length) {
                values = Arrays.copyOf(values, grown(values.length, length));
            }
            fill(count * Float.BYTES).asFloatBuffer().get(values, done, count);
            done += count;
        }
        return values;
    }

    double[] readDoubles(int length) throws IOException {
        int step = CHUNK / Double.BYTES;
        double[] values = new double[Math.min(length, step)];
        for (int done = 0; done < length; ) {
            int count = Math.min(step, length - done);
            if (done + count > values.length) {
                values = Arrays.copyOf(values, grown(values.length, length));
            }
            fill(count * Double.BYTES).asDoubleBuffer().get(values, done, count);
            done += count;
        }
        return values;
    }

    long[] readLongs(int length) throws IOException {
        int step = CHUNK / Long.BYTES;
        long[] values = new long[Math.min(length, step)];
        for (int done = 0; done < length; ) {
            int count = Math.min(step, length - done);
            if (done + count > values.length) {
                values = Arrays.copyOf(values, grown(values.length, length));
            }
            fill(count * Long.BYTES).asLongBuffer().get(values, done, count);
            done += count;
        }
        return values;
    }

    int[] readInts(int length) throws IOException {
        int step = CHUNK / Integer.BYTES;
        int[] values = new int[Math.min(length, step)];
        for (int done = 0; done < length; ) {
            int count = Math.min(step, length - done);
            if (done + count > values.length) {
                values = Arrays.copyOf(values, grown(values.length, length));
            }
            fill(count * Integer.BYTES).asIntBuffer().get(values, done, count);
            done += count;
        }
        return values;
    }

    /** Reads the CRC-32 and compares it with that of everything before. */
    void finish() throws IOException {
        int expected = (int) crc.getValue();
        int found = input.readInt();
        if (found != expected) {
            throw LearnerStateCodec.damaged("its checksum does not fit: saved=" + Integer.toHexString(found)
                    + " computed=" + Integer.toHexString(expected));
        }
    }

    private static int grown(int size, int length) {
        return (int) Math.min(length, 2L * size);
    }

    private ByteBuffer fill(int count) throws IOException {
        input.readFully(chunk.array(), 0, count);
        crc.update(chunk.array(), 0, count);
        bytesRead += count;
        return chunk.clear().limit(count);
    }
}
