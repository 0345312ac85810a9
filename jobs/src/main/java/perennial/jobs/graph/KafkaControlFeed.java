package perennial.jobs.graph;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import perennial.environment.kafka.ClientRole;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.KafkaErrors;
import perennial.jobs.kafka.Right;
import perennial.streaming.feed.ControlFeed;
import perennial.streaming.types.RawRecord;

/** The commands of a control topic, for learners that have sources of their own. It belongs to no consumer group. */
final class KafkaControlFeed implements ControlFeed {

    private static final long serialVersionUID = 1L;
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final TreeMap<String, String> kafka;
    private final String topic;
    private final long beginningMs;

    /**
     * @param kafka properties of Kafka's clients
     * @param beginningMs when the job begins, in milliseconds since 1970-01-01T00:00Z
     */
    KafkaControlFeed(Map<String, String> kafka, String topic, long beginningMs) {
        this.kafka = new TreeMap<>(kafka);
        this.topic = topic;
        this.beginningMs = beginningMs;
    }

    @Override
    public long beginningMs() {
        return beginningMs;
    }

    @Override
    public Reading open(long sinceMs) {
        KafkaConnection connection = KafkaConnection.of(kafka);
        Consumer<byte[], byte[]> consumer = connection.consumer(true);
        try {
            seek(consumer, sinceMs);
        } catch (RuntimeException failed) {
            close(consumer);
            throw explained(failed, connection);
        }
        return new Reading() {
            @Override
            public List<RawRecord> poll() {
                List<RawRecord> records = new ArrayList<>();
                try {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PATIENCE)) {
                        records.add(new RawRecord(
                                record.key(), record.value(), record.topic(), record.partition(), record.offset()));
                    }
                } catch (KafkaException failed) {
                    throw explained(failed, connection);
                }
                return records;
            }

            @Override
            public void close() {
                KafkaControlFeed.close(consumer);
            }
        };
    }

    /** In the log of a job, too, a missing right has a name. */
    private RuntimeException explained(RuntimeException failed, KafkaConnection connection) {
        return failed instanceof KafkaException
                ? KafkaErrors.explain(
                        failed,
                        connection,
                        "read the topic " + topic,
                        List.of(Right.topic(ClientRole.CONSUMER, AclOperation.READ, topic)))
                : failed;
    }

    private void seek(Consumer<byte[], byte[]> consumer, long sinceMs) {
        List<PartitionInfo> found = consumer.partitionsFor(topic);
        if (found == null || found.isEmpty()) {
            throw new IllegalStateException("the topic must exist: topic=" + topic + "; create it with topics create");
        }
        Map<TopicPartition, Long> times = new HashMap<>();
        found.forEach(partition -> times.put(new TopicPartition(topic, partition.partition()), sinceMs));
        consumer.assign(times.keySet());
        Map<TopicPartition, Long> ends = consumer.endOffsets(times.keySet());
        Map<TopicPartition, OffsetAndTimestamp> firsts = consumer.offsetsForTimes(times);
        ends.forEach((partition, end) -> {
            OffsetAndTimestamp first = firsts.get(partition);
            consumer.seek(partition, first == null ? end : first.offset());
        });
    }

    private static void close(Consumer<byte[], byte[]> consumer) {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
