package perennial.jobs.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import perennial.jobs.kafka.StoredLetter;
import perennial.schemas.EventGlimpse;
import perennial.schemas.JsonRecords;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;

/** Prints dead letters with what can be seen of their records: as a table for people, or as JSON lines. */
final class LetterPrinter {

    private static final String COLUMNS = "%-24s %-24s %4s %10s %-17s %7s %-20s %9s  %s";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;
    private final boolean json;
    private boolean begun;

    LetterPrinter(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    void print(StoredLetter stored) {
        if (json) {
            out.print(object(stored) + "\n");
            return;
        }
        if (!begun) {
            begun = true;
            line("WRITTEN", "TOPIC", "PART", "OFFSET", "REASON", "REPLAYS", "STREAM", "SEQUENCE", "RECORD AND ERROR");
        }
        DeadLetter letter = stored.letter();
        EventGlimpse glimpse = stored.glimpse();
        line(
                stored.written(),
                letter.getTopic(),
                letter.getPartition(),
                letter.getOffset(),
                Words.of(letter.getReason()),
                stored.replays() == 0 ? "-" : stored.replays(),
                glimpse.stream() == null ? "-" : glimpse.stream(),
                glimpse.sequence() == null ? "-" : glimpse.sequence(),
                glimpse.description() + "; " + letter.getError());
    }

    private void line(Object... cells) {
        for (int i = 0; i < cells.length; i++) {
            cells[i] = Printable.of(cells[i].toString());
        }
        out.print(String.format(Locale.ROOT, COLUMNS, cells).stripTrailing() + "\n");
    }

    private static String object(StoredLetter stored) {
        EventGlimpse glimpse = stored.glimpse();
        try {
            ObjectNode object = (ObjectNode) JSON.readTree(JsonRecords.toJson(stored.letter()));
            object.put("written", stored.written().toString());
            object.put("replays", stored.replays());
            object.put("stream", glimpse.stream());
            object.put("actor", glimpse.actor());
            object.put("sequence", glimpse.sequence());
            object.put("description", glimpse.description());
            if (glimpse.event() != null) {
                object.set("event", JSON.readTree(JsonRecords.eventLine(glimpse.event())));
            }
            return JSON.writeValueAsString(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The counts as one object. */
    static String json(Map<DeadLetterReason, Long> counts) {
        ObjectNode object = JSON.createObjectNode();
        counts.forEach((reason, count) -> object.put(Words.of(reason), count));
        return object.toString();
    }
}
