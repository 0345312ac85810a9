package perennial.schemas;

import java.io.IOException;
import java.io.OutputStream;
import perennial.v1.Event;

/** Writes events as lines of JSON, each ended by a newline. */
final class JsonEventFileWriter implements EventFileWriter {

    private final OutputStream out;

    JsonEventFileWriter(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(Event event) throws IOException {
        out.write(JsonRecords.eventLine(event));
        out.write('\n');
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
