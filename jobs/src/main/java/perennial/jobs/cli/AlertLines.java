package perennial.jobs.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.jobs.UserException;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicReader;
import perennial.jobs.kafka.TopicRecords;
import perennial.v1.AlertState;
import perennial.v1.PlasticityAlert;

/**
 * Prints alerts as lines while they come to their topic, from a thread of its own: what committed readers see, so that after a failure nothing is
 * printed that was never delivered.
 */
final class AlertLines implements AutoCloseable {

    private final TopicReader reader;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Thread thread;
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile boolean ending;

    private AlertLines(TopicReader reader, PrintWriter out, PrintWriter err) {
        this.reader = reader;
        this.out = out;
        this.err = err;
        this.thread = new Thread(this::read, "alert-lines");
    }

    /**
     * Prints what is written to {@code topic} from now on.
     *
     * @throws UserException if the cluster cannot be reached
     */
    static AlertLines start(KafkaConnection connection, String topic, PrintWriter out, PrintWriter err) {
        AlertLines lines = new AlertLines(new TopicReader(connection, topic, true), out, err);
        lines.thread.setDaemon(true);
        lines.thread.start();
        try {
            lines.begun.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return lines;
    }

    private void read() {
        try {
            reader.read(false, true, new Lines());
        } catch (UserException e) {
            err.println("alerts are written, but no longer shown here: " + e.getMessage());
            err.flush();
        } finally {
            begun.countDown();
        }
    }

    private final class Lines implements TopicReader.Sink {

        private final TopicRecords records = new TopicRecords();
        private boolean took;

        @Override
        public void begun() {
            begun.countDown();
        }

        @Override
        public boolean take(ConsumerRecord<byte[], byte[]> record) {
            took = true;
            try {
                if (records.decode(record) instanceof PlasticityAlert alert) {
                    out.println(line(alert, Instant.ofEpochMilli(record.timestamp())));
                    out.flush();
                }
            } catch (IllegalArgumentException e) {
                err.println("a record among the alerts is none: partition=" + record.partition() + " offset="
                        + record.offset() + " error=" + Printable.of(String.valueOf(e.getMessage())));
                err.flush();
            }
            return true;
        }

        @Override
        public boolean paused() {
            // The last alerts are committed when the job ends: it ends after a look that found no more.
            boolean goesOn = took || !ending;
            took = false;
            return goesOn;
        }
    }

    /** An alert for people, with the time when it was written. */
    static String line(PlasticityAlert alert, Instant written) {
        return written.truncatedTo(ChronoUnit.SECONDS)
                + (alert.getState() == AlertState.RAISED ? " RAISED  " : " cleared ")
                + Printable.of(alert.getMessage());
    }

    /** Prints what was written until now, and ends. */
    @Override
    public void close() {
        ending = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reader.close();
    }
}
