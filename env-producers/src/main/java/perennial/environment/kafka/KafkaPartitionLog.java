package perennial.environment.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** A partition of a Kafka topic, read by a consumer that belongs to no group. */
final class KafkaPartitionLog implements PartitionLog {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final Duration timeout;
    private final MonotonicClock clock;

    /**
     * @param consumer without subscription or assignment. Not closed.
     * @param timeout how long a broker that does not answer is waited for
     */
    KafkaPartitionLog(
            Consumer<byte[], byte[]> consumer, TopicPartition partition, Duration timeout, MonotonicClock clock) {
        this.consumer = consumer;
        this.partition = partition;
        this.timeout = timeout;
        this.clock = clock;
        consumer.assign(List.of(partition));
    }

    @Override
    public long beginning() {
        return consumer.beginningOffsets(Set.of(partition), timeout).get(partition);
    }

    @Override
    public long end() {
        return consumer.endOffsets(Set.of(partition), timeout).get(partition);
    }

    @Override
    public void read(long from, long to, Reader reader) {
        consumer.seek(partition, from);
        long position = from;
        long lastAdvance = clock.nanoTime();
        // Not every offset has a record (compaction, transaction markers), so the position tells, not the records.
        while (position < to) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                if (record.offset() < to) {
                    reader.read(record.key(), record.value());
                }
            }
            long reached = consumer.position(partition, timeout);
            if (reached > position) {
                position = reached;
                lastAdvance = clock.nanoTime();
            } else if (clock.nanoTime() - lastAdvance > timeout.toNanos()) {
                throw new TimeoutException("no record came: partition=" + partition + " offset=" + position + " end="
                        + to + " waitedSeconds=" + timeout.toSeconds());
            }
        }
    }
}
