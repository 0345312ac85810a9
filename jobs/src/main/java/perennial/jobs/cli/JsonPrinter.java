package perennial.jobs.cli;

import java.io.PrintWriter;
import org.apache.avro.specific.SpecificRecord;
import perennial.schemas.JsonRecords;

/** Prints any record as one line of JSON. */
final class JsonPrinter implements RecordPrinter {

    private final PrintWriter out;

    JsonPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin() {}

    @Override
    public boolean print(SpecificRecord record) {
        out.print(JsonRecords.toJson(record));
        out.print('\n');
        return true;
    }
}
