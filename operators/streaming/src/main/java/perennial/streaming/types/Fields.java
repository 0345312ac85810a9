package perennial.streaming.types;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** How strings and byte arrays lie in our serialised bytes: a length of four bytes, then the bytes; strings in UTF-8. */
public final class Fields {

    private static final int NULL = -1;

    /** A longer length is believed only as far as bytes arrive: a damaged one must not ask for gigabytes. */
    private static final int BELIEVED = 1 << 20;

    private Fields() {}

    /** Writes {@code text} without the limit of 64 KiB that {@code writeUTF} has. */
    public static void writeText(String text, DataOutputView target) throws IOException {
        writeBytes(text.getBytes(StandardCharsets.UTF_8), target);
    }

    /** Reads what {@link #writeText} wrote. */
    public static String readText(DataInputView source) throws IOException {
        return new String(readBytes(source), StandardCharsets.UTF_8);
    }

    /** Writes an array that may be null. */
    public static void writeBytes(byte[] bytes, DataOutputView target) throws IOException {
        if (bytes == null) {
            target.writeInt(NULL);
        } else {
            target.writeInt(bytes.length);
            target.write(bytes);
        }
    }

    /** Reads what {@link #writeBytes} wrote, null included. */
    public static byte[] readBytes(DataInputView source) throws IOException {
        int length = source.readInt();
        if (length == NULL) {
            return null;
        }
        if (length < 0) {
            throw new IOException("a length must be 0 or more: length=" + length);
        }
        byte[] bytes = new byte[Math.min(length, BELIEVED)];
        source.readFully(bytes);
        for (int read = bytes.length; read < length; read = bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * read));
            source.readFully(bytes, read, bytes.length - read);
        }
        return bytes;
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
