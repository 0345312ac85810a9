package perennial.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a file line by line. Blank lines are no records, but they count. */
final class JsonEventFile implements EventFileReader {

    /** A longer line is no event but another kind of file. */
    private static final int LONGEST_LINE = 1 << 26;

    private final Path file;
    private final InputStream in;
    private final byte[] chunk = new byte[1 << 16];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 12);
    private int position;
    private int limit;
    private long nextOrdinal;

    JsonEventFile(Path file) throws IOException {
        this.file = file;
        this.in = Files.newInputStream(file);
    }

    @Override
    public FileRecord next() throws IOException {
        while (readLine()) {
            byte[] bytes = lineWithoutReturn();
            long ordinal = nextOrdinal++;
            if (!isBlank(bytes)) {
                return new FileRecord(ordinal, bytes);
            }
        }
        return null;
    }

    /** Reads up to the next newline, which it leaves out, or to the end of the file; false where nothing was left. */
    private boolean readLine() throws IOException {
        line.reset();
        boolean any = false;
        while (position < limit || fill()) {
            any = true;
            int end = position;
            while (end < limit && chunk[end] != '\n') {
                end++;
            }
            line.write(chunk, position, end - position);
            if (line.size() > LONGEST_LINE) {
                throw new UndecodableRecordException("a line must be no longer than " + LONGEST_LINE + " bytes: file="
                        + file + " line=" + nextOrdinal);
            }
            if (end < limit) {
                position = end + 1;
                return true;
            }
            position = end;
        }
        return any;
    }

    private byte[] lineWithoutReturn() {
        byte[] bytes = line.toByteArray();
        int last = bytes.length - 1;
        return last >= 0 && bytes[last] == '\r' ? Arrays.copyOf(bytes, last) : bytes;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(chunk));
        return limit > 0;
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte value : bytes) {
            if (value != ' ' && value != '\t') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
