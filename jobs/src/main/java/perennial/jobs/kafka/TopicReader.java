package perennial.jobs.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import perennial.environment.kafka.ClientRole;
import perennial.jobs.UserException;

/**
 * Reads all partitions of one topic from their beginning or their end, up to what is there now or on and on. It belongs to
 * no consumer group, so it leaves no trace on the cluster. For one thread.
 */
public final class TopicReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);

    /** Empty polls after which a reader that expects records asks whether the cluster still answers. */
    private static final int PATIENCE = 20;

    /** The same for a sink that waits on and on and wants to know; and how long an answer may take then. */
    private static final int WAITING_PATIENCE = 6;

    private static final Duration ANSWER = Duration.ofSeconds(4);

    private final KafkaConnection connection;
    private final String topic;
    private final Consumer<byte[], byte[]> consumer;

    /** Where the partitions ended when reading began. */
    private Map<TopicPartition, Long> ends = Map.of();

    /** Takes the records that a reader reads. */
    public interface Sink {

        /** Called once, when it is settled where reading begins: what is written from now on will be read. */
        default void begun() {}

        /** One record; false to end. */
        boolean take(ConsumerRecord<byte[], byte[]> record);

        /** Called after each batch of records, and about twice a second while there are none; false to end. */
        boolean paused();
    }

    /** One that waits on and on, and wants to know when nobody answers any more, which a consumer keeps to itself. */
    public interface WaitingSink extends Sink {

        /** The cluster does not answer, for the reason given; called again and again while that is so. */
        void unanswered(UserException why);

        /** The cluster answers, after nothing came for some seconds. */
        void answered();
    }

    /**
     * A reader of {@code topic}.
     *
     * @param committedOnly false to read what open transactions have written, too
     * @throws UserException if the cluster cannot be reached
     */
    public TopicReader(KafkaConnection connection, String topic, boolean committedOnly) {
        this.connection = requireNonNull(connection, "connection");
        this.topic = requireNonNull(topic, "topic");
        this.consumer = connection.consumer(committedOnly);
    }

    /**
     * Reads until the sink has enough or, without {@code follow}, everything is read that was
     * there at the call.
     *
     * @throws UserException if the topic is missing or the cluster does not answer
     */
    public void read(boolean fromBeginning, boolean follow, Sink sink) {
        try {
            List<TopicPartition> partitions = partitions();
            consumer.assign(partitions);
            ends = consumer.endOffsets(partitions);
            Map<TopicPartition, Long> starts = fromBeginning ? consumer.beginningOffsets(partitions) : ends;
            starts.forEach(consumer::seek);
            sink.begun();
            read(follow, sink);
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            throw explained(e);
        }
    }

    /**
     * Goes on, on and on, behind what {@link #read} has read without following.
     *
     * @throws UserException if the cluster refuses
     */
    public void follow(Sink sink) {
        try {
            // What came later may have been fetched with it, and passed over.
            ends.forEach(consumer::seek);
            read(true, sink);
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            throw explained(e);
        }
    }

    private UserException explained(KafkaException e) {
        return KafkaErrors.explain(
                e,
                connection,
                "read the topic " + topic,
                List.of(Right.topic(ClientRole.CONSUMER, AclOperation.READ, topic)));
    }

    /**
     * Reads the last records of each partition and then, on and on, what is written.
     *
     * @param records how many of each partition
     * @throws UserException if the topic is missing or the cluster does not answer
     */
    public void readLast(long records, Sink sink) {
        try {
            List<TopicPartition> partitions = partitions();
            consumer.assign(partitions);
            Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
            ends = consumer.endOffsets(partitions);
            ends.forEach((partition, end) -> consumer.seek(partition, Math.max(starts.get(partition), end - records)));
            sink.begun();
            read(true, sink);
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            throw explained(e);
        }
    }

    private void read(boolean follow, Sink sink) {
        int emptyPolls = 0;
        while (follow || !reached()) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                boolean beyond =
                        !follow && record.offset() >= ends.get(new TopicPartition(record.topic(), record.partition()));
                if (!beyond && !sink.take(record)) {
                    sink.paused();
                    return;
                }
            }
            if (!sink.paused()) {
                return;
            }
            emptyPolls = records.isEmpty() ? emptyPolls + 1 : 0;
            if (!follow && emptyPolls >= PATIENCE) {
                // A poll never fails because nobody answers; this question does.
                consumer.endOffsets(ends.keySet());
                emptyPolls = 0;
            }
            if (follow && emptyPolls >= WAITING_PATIENCE && sink instanceof WaitingSink waiting) {
                ask(waiting);
                emptyPolls = 0;
            }
        }
    }

    private void ask(WaitingSink sink) {
        try {
            consumer.endOffsets(ends.keySet(), ANSWER);
            sink.answered();
        } catch (TimeoutException e) {
            sink.unanswered(explained(e));
        }
    }

    private boolean reached() {
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            if (consumer.position(end.getKey()) < end.getValue()) {
                return false;
            }
        }
        return true;
    }

    private List<TopicPartition> partitions() {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw KafkaErrors.missingTopic(topic, connection);
        }
        return partitions.stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    /** Closes the client. */
    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
