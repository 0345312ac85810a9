package perennial.environment;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Reads what a {@link StateWriter} wrote, value by value in the same order. The checksum is looked at first, so that nothing
 * is taken over from damaged bytes. Not thread-safe.
 */
public final class StateReader {

    private final ByteBuffer bytes;
    private final int version;

    /**
     * @param state the bytes. Not modified.
     * @param format name of what is expected
     * @param newestVersion newest version of its layout that the caller can read
     * @throws IllegalArgumentException if the bytes are damaged, or of another format or a newer version
     */
    public StateReader(byte[] state, String format, int newestVersion) {
        int length = state.length - Integer.BYTES;
        bytes = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN);
        if (length < 3 * Integer.BYTES || bytes.getInt() != StateWriter.MARKER) {
            throw new IllegalArgumentException("these bytes are not the saved state of an environment: expected="
                    + format + " bytes=" + state.length);
        }
        CRC32C checksum = new CRC32C();
        checksum.update(state, 0, length);
        if ((int) checksum.getValue() != bytes.getInt(length)) {
            throw new IllegalArgumentException(
                    "the saved state of an environment is damaged: expected=" + format + " bytes=" + state.length);
        }
        bytes.limit(length);
        String found = string();
        if (!found.equals(format)) {
            throw new IllegalArgumentException(
                    "the state was saved by another environment: expected=" + format + " found=" + found);
        }
        version = integer();
        if (version < 1 || version > newestVersion) {
            throw new IllegalArgumentException("the state has a version that this release cannot read: environment="
                    + format + " newest=" + newestVersion + " found=" + version);
        }
    }

    /** Version of the layout that the state was saved in. */
    public int version() {
        return version;
    }

    public int integer() {
        return need(Integer.BYTES).getInt();
    }

    public long longInteger() {
        return need(Long.BYTES).getLong();
    }

    public double real() {
        return need(Double.BYTES).getDouble();
    }

    public boolean flag() {
        return need(1).get() != 0;
    }

    public String string() {
        return new String(byteArray(), StandardCharsets.UTF_8);
    }

    public byte[] byteArray() {
        byte[] value = new byte[length(1)];
        bytes.get(value);
        return value;
    }

    public int[] integers() {
        int[] values = new int[length(Integer.BYTES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes.getInt();
        }
        return values;
    }

    public float[] floats() {
        float[] values = new float[length(Float.BYTES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(bytes.getInt());
        }
        return values;
    }

    /** Refuses a state that holds more than was read. */
    public void finish() {
        if (bytes.hasRemaining()) {
            throw new IllegalArgumentException("the saved state holds more than it should: left=" + bytes.remaining());
        }
    }

    private int length(int size) {
        int length = integer();
        if (length < 0 || (long) length * size > bytes.remaining()) {
            throw new IllegalArgumentException(
                    "the saved state ends too early: wanted=" + (long) length * size + " left=" + bytes.remaining());
        }
        return length;
    }

    private ByteBuffer need(int size) {
        if (bytes.remaining() < size) {
            throw new IllegalArgumentException(
                    "the saved state ends too early: wanted=" + size + " left=" + bytes.remaining());
        }
        return bytes;
    }
}
