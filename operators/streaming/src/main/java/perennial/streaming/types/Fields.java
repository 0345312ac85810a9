package perennial.streaming.types;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** How strings and byte arrays lie in our serialised bytes: a length of four bytes, then the bytes; strings in UTF-8. */
public final class Fields {

    /** Bytes that are made room for on the word of a length alone. */
    static final int BELIEVED = 1 << 20;

    private static final int NULL = -1;

    private Fields() {}

    /** Writes {@code text} without the limit of 64 KiB that {@code writeUTF} has. */
    public static void writeText(String text, DataOutputView target) throws IOException {
        writeBytes(text.getBytes(StandardCharsets.UTF_8), target);
    }

    /** Reads what {@link #writeText} wrote. */
    public static String readText(DataInputView source) throws IOException {
        byte[] bytes = readBytes(source);
        if (bytes == null) {
            throw new IOException("a text must not be null: length=" + NULL);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Writes an array that may be null. */
    public static void writeBytes(byte[] bytes, DataOutputView target) throws IOException {
        if (bytes == null) {
            target.writeInt(NULL);
        } else {
            writeBytes(bytes, 0, bytes.length, target);
        }
    }

    /** Writes a part of an array, for {@link #readBytes} to read as a whole one. */
    static void writeBytes(byte[] bytes, int offset, int length, DataOutputView target) throws IOException {
        target.writeInt(length);
        target.write(bytes, offset, length);
    }

    /**
     * Reads what {@link #writeBytes} wrote, null included. A length is believed only as far as bytes arrive, so that a
     * damaged one asks for no more memory than a small multiple of them.
     */
    public static byte[] readBytes(DataInputView source) throws IOException {
        int length = source.readInt();
        if (length == NULL) {
            return null;
        }
        requireNotNegative(length);
        return readBytes(length, source);
    }

    /** Reads so many bytes, and makes room for them as they arrive. */
    static byte[] readBytes(int length, DataInputView source) throws IOException {
        byte[] bytes = new byte[Math.min(length, BELIEVED)];
        source.readFully(bytes);
        while (bytes.length < length) {
            int before = bytes.length;
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * before));
            source.readFully(bytes, before, bytes.length - before);
        }
        return bytes;
    }

    /** Reads a number of things that follow. */
    public static int readCount(DataInputView source) throws IOException {
        int count = source.readInt();
        requireNotNegative(count);
        return count;
    }

    /**
     * Reads the place of a constant in its enumeration.
     *
     * @param constants number of constants that there are
     */
    public static int readOrdinal(DataInputView source, int constants) throws IOException {
        int ordinal = source.readUnsignedByte();
        if (ordinal >= constants) {
            throw new IOException("a constant must be one of " + constants + ": found=" + ordinal);
        }
        return ordinal;
    }

    static void requireNotNegative(int length) throws IOException {
        if (length < 0) {
            throw new IOException("a length must be 0 or more: length=" + length);
        }
    }

    /**
     * Reads the version that state bytes begin with.
     *
     * @param what what the bytes are, for the error
     * @param newest the newest version known here; versions count from 1
     * @throws IOException if the version is not known
     */
    public static int readVersion(DataInputView source, String what, int newest) throws IOException {
        int version = source.readUnsignedByte();
        if (version < 1 || version > newest) {
            throw new IOException(what + " must be of a known version: version=" + version + " newest=" + newest
                    + "; restore it with the release that wrote it or a newer one");
        }
        return version;
    }
}
