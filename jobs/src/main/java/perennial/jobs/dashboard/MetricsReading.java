package perennial.jobs.dashboard;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.jobs.kafka.TopicRecords;

/** Puts the records of the metrics topic into the history; those that cannot be read are counted. One thread adds, others look. */
final class MetricsReading {

    /** Longer texts are for the log. */
    private static final int MAX_ERROR_CHARACTERS = 300;

    private final MetricHistory history;
    private final TopicRecords records = new TopicRecords();
    private volatile long unreadable;
    private volatile String example = "";

    MetricsReading(MetricHistory history) {
        this.history = history;
    }

    void add(ConsumerRecord<byte[], byte[]> record) {
        try {
            history.add(records.decode(record), record.timestamp());
        } catch (IllegalArgumentException e) {
            String error = String.valueOf(e.getMessage());
            example = "partition=" + record.partition() + " offset=" + record.offset() + " error="
                    + (error.length() > MAX_ERROR_CHARACTERS
                            ? error.substring(0, MAX_ERROR_CHARACTERS) + " ..."
                            : error);
            unreadable = unreadable + 1;
        }
    }

    /** Records that could not be read. */
    long unreadable() {
        return unreadable;
    }

    /** Where the newest of them is and what is wrong with it; empty where there is none. */
    String example() {
        return example;
    }
}
