package perennial.jobs.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Fetches single records from where they stood: the whole ones of letters that were cut. For one thread. */
final class OriginalRecords implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);

    /** Empty polls after which a record that should be there is given up. */
    private static final int PATIENCE = 20;

    private final KafkaConnection connection;
    private final Consumer<byte[], byte[]> consumer;

    OriginalRecords(KafkaConnection connection) {
        this.connection = connection;
        this.consumer = connection.consumer(false);
    }

    /**
     * The record at that place; null where retention has deleted it.
     *
     * @throws perennial.jobs.UserException if the cluster does not answer
     */
    ConsumerRecord<byte[], byte[]> fetch(Origin origin) {
        TopicPartition partition = new TopicPartition(origin.topic(), origin.partition());
        try {
            consumer.assign(List.of(partition));
            Map<TopicPartition, Long> first = consumer.beginningOffsets(List.of(partition));
            Map<TopicPartition, Long> end = consumer.endOffsets(List.of(partition));
            if (origin.offset() < first.get(partition) || origin.offset() >= end.get(partition)) {
                return null;
            }
            consumer.seek(partition, origin.offset());
            for (int emptyPolls = 0; emptyPolls < PATIENCE; emptyPolls++) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    return record.offset() == origin.offset() ? record : null;
                }
            }
            return null;
        } catch (KafkaException e) {
            throw KafkaErrors.explain(e, connection, "read the topic " + origin.topic());
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
