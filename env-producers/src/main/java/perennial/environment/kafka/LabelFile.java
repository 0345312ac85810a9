package perennial.environment.kafka;

import java.io.IOException;
import java.nio.file.Path;
import perennial.environment.labels.LabelStream;
import perennial.schemas.EventFileWriter;
import perennial.schemas.EventFiles;

/** A whole label stream as a file of events, for use without Kafka. */
public final class LabelFile {

    private LabelFile() {}

    /**
     * Writes what is left of a stream, in the format that goes with the file's name.
     *
     * @param stream a stream with an end. Modified: at its end afterwards.
     * @param file replaced if it exists
     * @return how many events were written
     * @throws IllegalArgumentException if the stream has no end
     * @throws IOException if the file cannot be written
     */
    public static long write(LabelStream stream, Path file) throws IOException {
        if (stream.spec().resets() == 0) {
            throw new IllegalArgumentException("a file needs a stream with an end: stream=" + stream.spec().stream()
                    + " resets=0; set resets to at least 1");
        }
        LabelEvents events = new LabelEvents(stream);
        long written = 0;
        try (EventFileWriter writer = EventFiles.create(file, EventFiles.Format.of(file))) {
            while (stream.next()) {
                writer.write(events.event());
                written++;
            }
        }
        return written;
    }
}
