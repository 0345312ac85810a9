package perennial.jobs.dashboard;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.jobs.kafka.TopicRecords;
import perennial.v1.AlertState;
import perennial.v1.PlasticityAlert;

/** Alerts that were raised and not yet cleared, as {@code watch} has written them. Thread-safe. */
final class ActiveAlerts {

    /** More are not shown: somebody who has so many needs no list of them. */
    private static final int MOST = 100;

    /**
     * One of them.
     *
     * @param raisedMs when it was written, in milliseconds since 1970
     */
    record Alert(String learner, String rule, String message, long raisedMs) {}

    private record Key(String learner, String rule) {}

    private final TopicRecords records = new TopicRecords();
    private final Map<Key, Alert> active = new HashMap<>();

    /** Takes in a record of the topic of alerts; what is none is passed over. */
    synchronized void add(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (records.decode(record) instanceof PlasticityAlert alert) {
                take(alert, record.timestamp());
            }
        } catch (IllegalArgumentException e) {
            // Whoever reads that topic with metrics tail is told of it.
        }
    }

    private void take(PlasticityAlert alert, long writtenMs) {
        Key key = new Key(alert.getLearner(), alert.getRule());
        if (alert.getState() != AlertState.RAISED) {
            active.remove(key);
        } else if (active.size() < MOST || active.containsKey(key)) {
            active.put(key, new Alert(alert.getLearner(), alert.getRule(), alert.getMessage(), writtenMs));
        }
    }

    /** The newest first. */
    synchronized List<Alert> newestFirst() {
        return active.values().stream()
                .sorted(Comparator.comparingLong(Alert::raisedMs).reversed())
                .toList();
    }
}
