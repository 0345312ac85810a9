package perennial.jobs.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Lines of bytes from a stream that cannot be opened twice, such as standard input. Not thread-safe. */
final class JsonLinesInput {

    /** A longer line is no event. */
    private static final int LONGEST_LINE = 1 << 26;

    private final InputStream in;
    private final byte[] chunk = new byte[1 << 16];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 12);
    private int position;
    private int length;
    private long lines;

    JsonLinesInput(InputStream in) {
        this.in = in;
    }

    /** Lines read so far; that of the last line, counted from 1. */
    long lines() {
        return lines;
    }

    /**
     * The next line that is not blank, without its end, or null where there is none.
     *
     * @throws IOException if reading fails, or a line has no end in sight
     */
    byte[] next() throws IOException {
        while (position < length || fill()) {
            lines++;
            byte[] bytes = readLine();
            if (!new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).isBlank()) {
                return bytes;
            }
        }
        return null;
    }

    private byte[] readLine() throws IOException {
        line.reset();
        while (position < length || fill()) {
            int end = position;
            while (end < length && chunk[end] != '\n') {
                end++;
            }
            line.write(chunk, position, end - position);
            boolean whole = end < length;
            position = whole ? end + 1 : end;
            if (whole) {
                break;
            }
            if (line.size() > LONGEST_LINE) {
                throw new IOException("a line must be no longer than " + LONGEST_LINE + " bytes: line=" + lines);
            }
        }
        return line.toByteArray();
    }

    private boolean fill() throws IOException {
        position = 0;
        length = Math.max(0, in.read(chunk));
        return length > 0;
    }
}
