package perennial.jobs.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import perennial.schemas.EventDecoder;
import perennial.schemas.UndecodableRecordException;
import perennial.v1.Event;

/**
 * How far streams have come, as the job that reads a topic knows it: found among the last records of partitions. For one
 * thread.
 */
final class StreamPositions {

    /** Records at the end of a partition that are looked at. */
    static final long TAIL = 50_000;

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int PATIENCE = 20;

    private record Actor(String stream, int number) {}

    /**
     * A place in a stream.
     *
     * @param stream the stream
     * @param actor which of its actors counts
     * @param sequence its count
     */
    record Place(String stream, int actor, long sequence) {

        static Place of(Event event) {
            return new Place(event.getStream(), event.getActor(), event.getSequence());
        }
    }

    private final Map<Actor, Long> newest = new HashMap<>();
    private final EventDecoder decoder = new EventDecoder();
    private final Set<Origin> unnoted;

    /** @param unnoted where records stood that the job put to the dead letters before it looked at their sequence */
    StreamPositions(Set<Origin> unnoted) {
        this.unnoted = unnoted;
    }

    /**
     * Looks at a partition.
     *
     * @param from offset of the first record that matters
     * @return whether all from there on was looked at; false where it was too much, and only the last records were
     * @throws perennial.jobs.UserException if the cluster does not answer
     */
    boolean look(KafkaConnection connection, TopicPartition partition, long from) {
        Consumer<byte[], byte[]> consumer = connection.consumer(true);
        try {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            long beginning = consumer.beginningOffsets(List.of(partition)).get(partition);
            long start = Math.max(beginning, Math.max(from, end - TAIL));
            consumer.seek(partition, start);
            int emptyPolls = 0;
            while (consumer.position(partition) < end && emptyPolls < PATIENCE) {
                int records = 0;
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    records++;
                    note(record);
                }
                emptyPolls = records > 0 ? 0 : emptyPolls + 1;
            }
            return start <= Math.max(beginning, from);
        } catch (KafkaException e) {
            throw KafkaErrors.explain(e, connection, "read the topic " + partition.topic());
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
        }
    }

    private void note(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null
                || unnoted.contains(new Origin(record.topic(), record.partition(), record.offset()))) {
            return;
        }
        try {
            Event event = decoder.decode(record.value());
            newest.merge(new Actor(event.getStream(), event.getActor()), event.getSequence(), Math::max);
        } catch (UndecodableRecordException e) {
            // The job could not read it either.
        }
    }

    /** The last sequence number that was found of the actor that {@code place} is of; null where none was. */
    Long newestOf(Place place) {
        return newest.get(new Actor(place.stream(), place.actor()));
    }
}
