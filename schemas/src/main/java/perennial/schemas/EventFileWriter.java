package perennial.schemas;

import java.io.Closeable;
import java.io.IOException;
import perennial.v1.Event;

/** A file of events being written; whole only after {@link #close}. Not thread-safe. */
public sealed interface EventFileWriter extends Closeable permits JsonEventFileWriter, AvroEventFileWriter {

    /**
     * Appends an event.
     *
     * @param event Not modified.
     * @throws IllegalArgumentException if a field does not hold what its schema says
     * @throws IOException if the file cannot be written
     */
    void write(Event event) throws IOException;
}
