package perennial.environment.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** The partition that a stream lies in: the one that Kafka's own partitioner gives to its key. */
final class StreamPartition {

    private StreamPartition() {}

    /**
     * Finds the partition.
     *
     * @param timeout how long a broker that does not answer is waited for
     * @return empty if there is no such topic
     */
    static Optional<TopicPartition> find(Consumer<?, ?> consumer, String topic, byte[] key, Duration timeout) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic, timeout);
        if (partitions == null || partitions.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new TopicPartition(topic, BuiltInPartitioner.partitionForKey(key, partitions.size())));
    }
}
