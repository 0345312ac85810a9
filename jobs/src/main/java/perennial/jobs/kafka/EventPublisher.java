package perennial.jobs.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import perennial.environment.kafka.ClientRole;
import perennial.jobs.UserException;
import perennial.schemas.RecordCodec;
import perennial.v1.Event;

/**
 * Sends events to a topic, each keyed by its stream, so that a stream stays in order in one partition. A record is there
 * once even if it had to be sent again. For one thread, except {@link #acknowledged}.
 */
public final class EventPublisher implements AutoCloseable {

    private final KafkaConnection connection;
    private final String topic;
    private final List<Right> needed;
    private final RecordCodec codec = new RecordCodec();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final Producer<byte[], byte[]> producer;

    /**
     * A publisher to {@code topic}.
     *
     * @throws UserException if the topic is missing or the cluster cannot be reached
     */
    public EventPublisher(KafkaConnection connection, String topic) {
        this.connection = requireNonNull(connection, "connection");
        this.topic = requireNonNull(topic, "topic");
        this.needed = List.of(Right.topic(ClientRole.PRODUCER, AclOperation.WRITE, topic));
        Rights.require(connection, "write to the topic " + topic, needed);
        this.producer = connection.producer();
    }

    /**
     * Sends an event, or waits for room to do so.
     *
     * @param event Not modified.
     * @throws UserException if it, or one before it, could not be written
     */
    public void send(Event event) {
        throwIfFailed();
        try {
            producer.send(
                    new ProducerRecord<>(topic, TopicKeys.of(event), codec.encode(event)), (metadata, exception) -> {
                        if (exception == null) {
                            acknowledged.incrementAndGet();
                        } else {
                            failure.compareAndSet(null, exception);
                        }
                    });
        } catch (KafkaException e) {
            failure.compareAndSet(null, e);
            throwIfFailed();
        }
    }

    /**
     * Waits until the cluster has everything that was sent.
     *
     * @throws UserException if something could not be written
     */
    public void flush() {
        try {
            producer.flush();
        } catch (KafkaException e) {
            failure.compareAndSet(null, e);
        }
        throwIfFailed();
    }

    /** Events that the cluster has confirmed. */
    public long acknowledged() {
        return acknowledged.get();
    }

    private void throwIfFailed() {
        Exception error = failure.get();
        if (error != null) {
            throw KafkaErrors.explain(
                    error, connection, "write to the topic " + topic + " after " + acknowledged() + " events", needed);
        }
    }

    /** Closes the client; what was sent and not flushed has some seconds left. */
    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
