package perennial.jobs.dashboard;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.jobs.kafka.DeadLetterHeaders;
import perennial.v1.DeadLetter;

/**
 * How many records could not be used, and what was wrong with the newest. Thread-safe.
 *
 * <p>After a failure the job writes dead letters again. On each partition those of one place come in its order, so that one that is not
 * beyond the last is there a second time and does not count.
 */
final class DeadLetterCount {

    private static final int NEWEST = 5;

    /** Longer texts are for the log. */
    private static final int MAX_ERROR_CHARACTERS = 300;

    private static final int MAX_PLACES = 10_000;

    private record Place(int letterPartition, String topic, int partition) {}

    private final Map<Place, Long> offsets = new HashMap<>();
    private final Deque<DeadLetter> newest = new ArrayDeque<>();
    private long count;

    /** Takes in a record of the topic of dead letters; one without the headers of a dead letter counts by its place on that topic. */
    synchronized void add(ConsumerRecord<byte[], byte[]> record) {
        DeadLetter letter;
        try {
            letter = DeadLetterHeaders.fromRecord(record);
        } catch (IllegalArgumentException e) {
            count++;
            return;
        }
        Place place = new Place(record.partition(), letter.getTopic(), letter.getPartition());
        Long before = offsets.get(place);
        if (before != null && letter.getOffset() <= before) {
            return;
        }
        if (before != null || offsets.size() < MAX_PLACES) {
            offsets.put(place, letter.getOffset());
        }
        count++;
        // The bytes themselves are not shown.
        letter.setValue(null);
        letter.setKey(null);
        String error = letter.getError();
        letter.setError(
                error.length() > MAX_ERROR_CHARACTERS ? error.substring(0, MAX_ERROR_CHARACTERS) + " ..." : error);
        newest.addFirst(letter);
        if (newest.size() > NEWEST) {
            newest.removeLast();
        }
    }

    synchronized long count() {
        return count;
    }

    /** The newest first, without keys and values. */
    synchronized List<DeadLetter> newest() {
        return List.copyOf(newest);
    }
}
