package perennial.schemas;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Files of events: lines of JSON, or an Avro object container file. Which of the two a file is shows in its first bytes
 * when it is read, and is asked for when it is written. Equal events give equal files.
 */
public final class EventFiles {

    private static final byte[] CONTAINER_MAGIC = {'O', 'b', 'j', 1};

    /** The two kinds of files. */
    public enum Format {
        /** One JSON object to a line, as {@link JsonRecords} writes it. */
        JSON_LINES,
        /** Avro's object container file, compressed with deflate. */
        AVRO;

        /** The format that goes with a file's name: Avro for {@code .avro}, lines of JSON for all others. */
        public static Format of(Path file) {
            return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".avro") ? AVRO : JSON_LINES;
        }
    }

    private EventFiles() {}

    /**
     * Opens a file of either format.
     *
     * @throws UndecodableRecordException if it begins as an Avro container but is none of events
     * @throws IOException if it cannot be read
     */
    public static EventFileReader open(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(CONTAINER_MAGIC.length);
        }
        return Arrays.equals(start, CONTAINER_MAGIC) ? new AvroEventFile(file) : new JsonEventFile(file);
    }

    /**
     * Begins a file; one that exists is replaced.
     *
     * @throws IOException if it cannot be written
     */
    public static EventFileWriter create(Path file, Format format) throws IOException {
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
        return switch (format) {
            case JSON_LINES -> new JsonEventFileWriter(out);
            case AVRO -> new AvroEventFileWriter(out);
        };
    }
}
