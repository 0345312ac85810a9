package perennial.environment.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.environment.EnvironmentException;
import perennial.schemas.RecordCodec;
import perennial.schemas.UndecodableRecordException;

/** The policies topic as one learner's followers read it: first back as far as need be, then whatever comes. Not thread-safe. */
final class PolicyFeed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PolicyFeed.class);

    private static final long FIRST_STEP = 16;
    private static final long STEP_GROWTH = 4;

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final String learner;
    private final String stream;
    private final KafkaTrouble trouble;
    private final RecordCodec codec = new RecordCodec();
    private PolicyFollower follower;
    private long beginning;

    /**
     * @param consumer without subscription or assignment; closed with the feed
     * @param stream the stream whose actors count
     * @param trouble what says in words what Kafka throws
     */
    PolicyFeed(
            Consumer<byte[], byte[]> consumer,
            TopicPartition partition,
            String learner,
            String stream,
            KafkaTrouble trouble) {
        this.consumer = consumer;
        this.partition = partition;
        this.learner = learner;
        this.stream = stream;
        this.trouble = trouble;
        this.follower = new PolicyFollower(learner, stream);
    }

    /**
     * A feed of a broker's topic.
     *
     * @throws EnvironmentException if Kafka is not there or lacks the topic
     */
    static PolicyFeed open(AgentSpec agent, String stream, Map<String, ?> client, Duration timeout) {
        KafkaTrouble trouble = KafkaTrouble.withPolicies(agent, client);
        KafkaConsumer<byte[], byte[]> consumer = null;
        try {
            consumer = new KafkaConsumer<>(
                    ClientProperties.forConsumer(client, agent.learner()),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
            byte[] key = agent.learner().getBytes(StandardCharsets.UTF_8);
            TopicPartition partition =
                    StreamPartition.find(consumer, agent.topic(), key, timeout).orElseThrow(trouble::missingTopic);
            return new PolicyFeed(consumer, partition, agent.learner(), stream, trouble);
        } catch (RuntimeException failed) {
            if (consumer != null) {
                consumer.close();
            }
            throw failed instanceof KafkaException kafka ? trouble.explain(kafka) : failed;
        }
    }

    /**
     * Reads the topic's end, as far back as it takes to find the policy of a learner that had taken in at most {@code limit}
     * records of the stream, or to the beginning.
     *
     * @throws EnvironmentException if Kafka does not let it
     */
    void catchUp(long limit, Duration timeout) {
        try {
            PartitionLog log = new KafkaPartitionLog(consumer, partition, timeout, MonotonicClock.system());
            beginning = log.beginning();
            long end = log.end();
            long step = FIRST_STEP;
            long low = end;
            do {
                low = Math.max(beginning, end - step);
                step *= STEP_GROWTH;
                follower = new PolicyFollower(learner, stream);
                log.read(low, end, this::accept);
            } while (low > beginning && !follower.hasPolicyAt(limit));
            consumer.seek(partition, end);
        } catch (KafkaException e) {
            throw trouble.explain(e);
        }
    }

    /**
     * Takes in what came, and waits for it so long if nothing has.
     *
     * @throws EnvironmentException if Kafka does not let it
     */
    void poll(Duration wait) {
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
                accept(record.key(), record.value());
            }
        } catch (KafkaException e) {
            throw trouble.explain(e);
        }
    }

    private void accept(byte[] key, byte[] value) {
        if (value == null) {
            return;
        }
        try {
            follower.accept(codec.decode(value));
        } catch (UndecodableRecordException e) {
            LOG.warn(
                    "a record of the policies topic is passed over: partition={} reason=\"{}\"",
                    partition,
                    e.getMessage());
        }
    }

    /** Whether the topic no longer had its first records when it was caught up with. */
    boolean lacksOldest() {
        return beginning > 0;
    }

    PolicyFollower follower() {
        return follower;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
