package perennial.jobs.cli;

import java.io.PrintWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.jobs.Interrupts;
import perennial.jobs.kafka.TopicReader;
import perennial.jobs.kafka.TopicRecords;

/**
 * One reading of a topic: records go from the broker through a filter to a printer, and all are counted. A record that
 * cannot be decoded is counted and told of, and reading goes on; a reader that is gone (a closed pipe) ends it.
 */
final class RecordReading implements TopicReader.Sink {

    /** Undecodable records that are told of one by one; the rest only in the count at the end. */
    private static final int TOLD = 5;

    private final TopicRecords records = new TopicRecords();
    private final RecordFilter filter;
    private final RecordPrinter printer;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Interrupts interrupts;
    private final String greeting;
    private final long limit;

    private long printed;
    private long left;
    private long duplicates;
    private long undecodable;

    /**
     * @param greeting told on {@code err} when reading begins; empty for nothing
     * @param limit records to print
     */
    RecordReading(
            RecordFilter filter,
            RecordPrinter printer,
            PrintWriter out,
            PrintWriter err,
            Interrupts interrupts,
            String greeting,
            long limit) {
        this.filter = filter;
        this.printer = printer;
        this.out = out;
        this.err = err;
        this.interrupts = interrupts;
        this.greeting = greeting;
        this.limit = limit;
    }

    @Override
    public void begun() {
        if (!greeting.isEmpty()) {
            err.println(greeting);
            err.flush();
        }
        printer.begin();
    }

    @Override
    public boolean take(ConsumerRecord<byte[], byte[]> record) {
        if (TopicRecords.isReplayReceipt(record)) {
            return true;
        }
        SpecificRecord decoded;
        try {
            decoded = records.decode(record);
        } catch (IllegalArgumentException e) {
            undecodable++;
            if (undecodable <= TOLD) {
                err.println("a record could not be decoded: topic=" + record.topic() + " partition="
                        + record.partition() + " offset=" + record.offset() + " error="
                        + Printable.of(String.valueOf(e.getMessage())));
                err.flush();
            }
            return true;
        }
        switch (filter.judge(decoded)) {
            case TAKE -> {
                if (printer.print(decoded)) {
                    printed++;
                } else {
                    left++;
                }
            }
            case DUPLICATE -> duplicates++;
            case LEAVE -> left++;
        }
        return printed < limit;
    }

    @Override
    public boolean paused() {
        return !out.checkError() && !interrupts.interrupted();
    }

    /** What was read, in a line. */
    String counts() {
        StringBuilder counts = new StringBuilder("records=").append(printed);
        if (left > 0) {
            counts.append(" left out=").append(left);
        }
        if (duplicates > 0) {
            counts.append(" duplicates dropped=").append(duplicates);
        }
        if (undecodable > 0) {
            counts.append(" undecodable=").append(undecodable);
        }
        return counts.toString();
    }

    /** Whether something was met that nobody asked to leave out. */
    boolean metTrouble() {
        return undecodable > 0;
    }
}
