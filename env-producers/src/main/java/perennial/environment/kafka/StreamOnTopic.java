package perennial.environment.kafka;

import java.time.Duration;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a topic holds of a stream already, as the stream's producer looks at it before it goes on: the partition, and the last record
 * in it. Not thread-safe.
 */
final class StreamOnTopic implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamOnTopic.class);

    /** So many quiet times are enough for any request of a killed producer to arrive. */
    private static final int PATIENCE = 10;

    private final String stream;
    private final byte[] key;
    private final ProducerSettings settings;
    private final MonotonicClock clock;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final PartitionLog log;

    /**
     * @param key key of the stream's records
     * @param trouble says that the topic is missing
     */
    StreamOnTopic(String stream, byte[] key, ProducerSettings settings, KafkaTrouble trouble, MonotonicClock clock) {
        this.stream = stream;
        this.key = key;
        this.settings = settings;
        this.clock = clock;
        this.consumer = new KafkaConsumer<>(
                ClientProperties.forConsumer(settings.client(), stream),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        try {
            this.partition = StreamPartition.find(consumer, settings.topic(), key, settings.connectTimeout())
                    .orElseThrow(trouble::missingTopic);
            this.log = new KafkaPartitionLog(consumer, partition, settings.connectTimeout(), clock);
        } catch (RuntimeException failed) {
            consumer.close();
            throw failed;
        }
    }

    /** Where the stream lies. */
    TopicPartition partition() {
        return partition;
    }

    /** The partition's records, those of other streams among them. Of no use once this is closed. */
    PartitionLog log() {
        return log;
    }

    /**
     * The bytes of the stream's last record, once it is the last for {@code quietTime}.
     *
     * @return null if the stream has no record
     */
    byte[] last(Duration quietTime) {
        LOG.info(
                "looking for the end of the stream: stream={} partition={} quietSeconds={}",
                stream,
                partition,
                quietTime.toMillis() / 1e3);
        return new StreamEnd(log, key, clock)
                .find(quietTime, settings.quietTime().multipliedBy(PATIENCE));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
