package perennial.streaming.types;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes and reads the few names that come again and again (streams, learners) without encoding, decoding or allocating
 * them again. A name that shares its slot with another is merely encoded anew. Not thread-safe.
 */
final class TextCache {

    private static final int SLOTS = 256;

    /** Far beyond any name that is let in. */
    private static final int MAX_BYTES = 1 << 20;

    private final String[] writtenTexts = new String[SLOTS];
    private final byte[][] writtenBytes = new byte[SLOTS][];
    private final String[] readTexts = new String[SLOTS];
    private final byte[][] readBytes = new byte[SLOTS][];
    private byte[] scratch = new byte[64];

    void write(String text, DataOutputView target) throws IOException {
        int slot = slot(text.hashCode());
        if (!text.equals(writtenTexts[slot])) {
            writtenTexts[slot] = text;
            writtenBytes[slot] = text.getBytes(StandardCharsets.UTF_8);
        }
        byte[] bytes = writtenBytes[slot];
        target.writeInt(bytes.length);
        target.write(bytes);
    }

    String read(DataInputView source) throws IOException {
        int length = source.readInt();
        if (length < 0 || length > MAX_BYTES) {
            throw new IOException("a name must have 0 to " + MAX_BYTES + " bytes: length=" + length);
        }
        if (scratch.length < length) {
            scratch = new byte[length];
        }
        source.readFully(scratch, 0, length);
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + scratch[i];
        }
        int slot = slot(hash);
        byte[] known = readBytes[slot];
        if (known == null || !Arrays.equals(known, 0, known.length, scratch, 0, length)) {
            readBytes[slot] = Arrays.copyOf(scratch, length);
            readTexts[slot] = new String(scratch, 0, length, StandardCharsets.UTF_8);
        }
        return readTexts[slot];
    }

    private static int slot(int hash) {
        return (hash ^ hash >>> 8 ^ hash >>> 16) & (SLOTS - 1);
    }
}
