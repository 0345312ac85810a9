package perennial.jobs.dashboard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.jobs.kafka.TopicRecords;
import perennial.v1.AlertState;
import perennial.v1.PlasticityAlert;

/**
 * The alerts that are raised, and those that were cleared last. A learner has at most one alert of each rule; raised again while it is, as after a
 * failure of the job that writes them, it is the same. Thread-safe.
 */
final class Alerts {

    private static final int CLEARED = 5;

    private static final int MAX_RAISED = 1000;

    /** Longer texts are for the log. */
    private static final int MAX_MESSAGE_CHARACTERS = 300;

    /**
     * An alert.
     *
     * @param newest what was said of it last
     * @param sinceUpdate update at which it was raised
     * @param raisedMs when, in milliseconds since 1970
     * @param clearedMs when it was cleared; 0 while it is raised
     */
    record Alert(PlasticityAlert newest, long sinceUpdate, long raisedMs, long clearedMs) {}

    private record Key(String learner, String rule) {}

    private final TopicRecords records = new TopicRecords();
    private final Map<Key, Alert> raised = new HashMap<>();
    private final Deque<Alert> cleared = new ArrayDeque<>();
    private long told;

    /** Takes in a record of the topic of alerts; what is none is passed over. */
    synchronized void add(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (records.decode(record) instanceof PlasticityAlert alert) {
                add(alert, record.timestamp());
            }
        } catch (IllegalArgumentException e) {
            // No alert: whoever writes the topic says so.
        }
    }

    private void add(PlasticityAlert alert, long writtenMs) {
        told++;
        String message = alert.getMessage();
        if (message.length() > MAX_MESSAGE_CHARACTERS) {
            alert.setMessage(message.substring(0, MAX_MESSAGE_CHARACTERS) + " ...");
        }
        Key key = new Key(alert.getLearner(), alert.getRule());
        Alert before = raised.get(key);
        if (alert.getState() == AlertState.RAISED) {
            if (before != null) {
                raised.put(key, new Alert(alert, before.sinceUpdate, before.raisedMs, 0));
            } else if (raised.size() < MAX_RAISED) {
                raised.put(key, new Alert(alert, alert.getUpdate(), writtenMs, 0));
            }
        } else if (alert.getState() == AlertState.CLEARED && before != null) {
            raised.remove(key);
            cleared.addFirst(new Alert(alert, before.sinceUpdate, before.raisedMs, writtenMs));
            if (cleared.size() > CLEARED) {
                cleared.removeLast();
            }
        }
    }

    /** Those that are raised, the newest first, and then those that were cleared last. */
    synchronized List<Alert> all() {
        List<Alert> all = new ArrayList<>(raised.values());
        all.sort(Comparator.comparingLong(Alert::raisedMs)
                .reversed()
                .thenComparing(alert -> alert.newest.getLearner())
                .thenComparing(alert -> alert.newest.getRule()));
        all.addAll(cleared);
        return all;
    }

    /** Alerts that were read. */
    synchronized long told() {
        return told;
    }
}
