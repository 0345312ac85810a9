package perennial.environment;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Writes the saved state of an environment: a marker, the format's name and version, the values in the order they are put,
 * and a checksum. Little-endian. Not thread-safe.
 */
public final class StateWriter {

    /** First four bytes of every saved state. */
    static final int MARKER = 0x56_4e_45_50;

    private ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * @param format name of what is saved
     * @param version version of its layout
     */
    public StateWriter(String format, int version) {
        put(MARKER);
        put(format);
        put(version);
    }

    public StateWriter put(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    public StateWriter put(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    public StateWriter put(double value) {
        room(Double.BYTES).putDouble(value);
        return this;
    }

    public StateWriter put(boolean value) {
        room(1).put((byte) (value ? 1 : 0));
        return this;
    }

    public StateWriter put(String value) {
        return put(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts the length and the bytes. */
    public StateWriter put(byte[] value) {
        put(value.length);
        room(value.length).put(value);
        return this;
    }

    /** Puts the length and the first {@code length} values. */
    public StateWriter put(int[] values, int length) {
        put(length);
        room(length * Integer.BYTES);
        for (int i = 0; i < length; i++) {
            bytes.putInt(values[i]);
        }
        return this;
    }

    /** Puts the length and the first {@code length} values, every bit of them. */
    public StateWriter put(float[] values, int length) {
        put(length);
        room(length * Float.BYTES);
        for (int i = 0; i < length; i++) {
            bytes.putInt(Float.floatToRawIntBits(values[i]));
        }
        return this;
    }

    /** The whole state, checksum included. Nothing is put after it. */
    public byte[] finish() {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.array(), 0, bytes.position());
        put((int) checksum.getValue());
        byte[] state = new byte[bytes.position()];
        bytes.flip().get(state);
        return state;
    }

    private ByteBuffer room(int size) {
        if (bytes.remaining() < size) {
            int capacity = Math.max(Math.multiplyExact(2, bytes.capacity()), Math.addExact(bytes.position(), size));
            bytes = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(bytes.flip());
        }
        return bytes;
    }
}
