package perennial.environment.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.environment.EnvironmentException;
import perennial.environment.labels.LabelStream;

/**
 * Publishes a {@link LabelStream} as events on a topic, each record once and in order, from wherever an earlier run ended.
 *
 * <p>All records of the stream have its name as key and lie in the partition that Kafka's own partitioner chooses for that
 * key. At the start, the last record there is found and compared with what the stream has in its place; a producer that was
 * killed at any moment therefore goes on without gap and without repeat. The topic must keep its number of partitions and
 * the stream's last record until the stream is finished, or the stream begins anew. {@link #run} is called once;
 * {@link #stop} may be called by any thread.
 */
public final class LabelStreamProducer {

    private static final Logger LOG = LoggerFactory.getLogger(LabelStreamProducer.class);

    /** A producer with a low rate is alive though it is silent for longer than the quiet time; three examples tell. */
    private static final double MILLIS_OF_THREE = 3_000;

    private static final Duration LONGEST_QUIET_TIME = Duration.ofSeconds(30);

    private final LabelStream stream;
    private final ProducerSettings settings;
    private final Consumer<Progress> progress;
    private final MonotonicClock clock = MonotonicClock.system();
    private final byte[] key;

    private volatile boolean stopped;

    /**
     * A producer that has not begun.
     *
     * @param stream owned by the producer from now on
     * @param progress told how far the producer is, now and then and at the end, by the thread that runs it
     */
    public LabelStreamProducer(LabelStream stream, ProducerSettings settings, Consumer<Progress> progress) {
        this.stream = stream;
        this.settings = settings;
        this.progress = progress;
        this.key = stream.spec().stream().getBytes(StandardCharsets.UTF_8);
    }

    /** Asks {@link #run} to publish what it has sent, and to return. */
    public void stop() {
        stopped = true;
    }

    /**
     * Publishes what is missing of the stream.
     *
     * @throws EnvironmentException if Kafka is not there, lacks the topic or refuses a record, or if the topic holds a stream
     *     of this name that is another one or has another producer
     */
    public Outcome run() {
        KafkaTrouble trouble = KafkaTrouble.withEvents(settings);
        LabelEvents events = new LabelEvents(stream);
        try {
            TopicPartition partition;
            byte[] last;
            try (StreamOnTopic there = new StreamOnTopic(name(), key, settings, trouble, clock)) {
                partition = there.partition();
                last = there.last(quietTime());
            }
            return publish(events, partition, ResumePoint.after(stream, events, last));
        } catch (PublicationException e) {
            throw trouble.explain(e.getCause());
        } catch (KafkaException e) {
            throw trouble.explain(e);
        }
    }

    private Outcome publish(LabelEvents events, TopicPartition partition, long sequence) throws PublicationException {
        long length = stream.spec().length();
        if (length > 0 && sequence == length) {
            LOG.info("the stream is complete: stream={} partition={} records={}", name(), partition, length);
            progress.accept(new Progress(length, length, 0));
            return new Outcome(length, length, true);
        }
        LOG.info("publishing: stream={} partition={} from sequence={} of {}", name(), partition, sequence, length);
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                ClientProperties.forProducer(settings.client(), name()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        Duration patience = Duration.ZERO;
        try {
            Outcome outcome = new Publication(
                            stream, events, producer, partition, key, clock, settings.progressInterval(), progress)
                    .publishFrom(sequence, () -> stopped);
            patience = settings.connectTimeout();
            return outcome;
        } finally {
            // After a failure nothing more may be sent, so the producer is closed without waiting.
            producer.close(patience);
        }
    }

    private Duration quietTime() {
        double perSecond = stream.spec().examplesPerSecond();
        if (perSecond == 0) {
            return settings.quietTime();
        }
        double millis = Math.min(MILLIS_OF_THREE / perSecond, LONGEST_QUIET_TIME.toMillis());
        return Duration.ofMillis(Math.max(settings.quietTime().toMillis(), (long) millis));
    }

    private String name() {
        return stream.spec().stream();
    }
}
