package perennial.jobs.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import perennial.environment.kafka.ClientRole;
import perennial.jobs.UserException;
import perennial.schemas.RecordCodec;
import perennial.v1.ControlCommand;

/** Sends commands to a control topic, each keyed by the learner that it names. For one thread. */
public final class CommandPublisher implements AutoCloseable {

    private final KafkaConnection connection;
    private final String topic;
    private final List<Right> needed;
    private final RecordCodec codec = new RecordCodec();
    private final Producer<byte[], byte[]> producer;

    /**
     * A publisher to {@code topic}.
     *
     * @throws UserException if the topic is missing or the cluster cannot be reached
     */
    public CommandPublisher(KafkaConnection connection, String topic) {
        this.connection = requireNonNull(connection, "connection");
        this.topic = requireNonNull(topic, "topic");
        this.needed = List.of(Right.topic(ClientRole.PRODUCER, AclOperation.WRITE, topic));
        Rights.require(connection, "write to the topic " + topic, needed);
        this.producer = connection.producer();
    }

    /**
     * Sends a command, and returns when the cluster has it.
     *
     * @param command Not modified.
     * @throws UserException if it could not be written
     */
    public void send(ControlCommand command) {
        String doing = "write to the topic " + topic;
        try {
            producer.send(new ProducerRecord<>(topic, TopicKeys.of(command), codec.encode(command)))
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserException.failed("the command was interrupted, and may have been sent or not: id="
                    + command.getId() + "; send it again with --id " + command.getId());
        } catch (ExecutionException | KafkaException e) {
            throw KafkaErrors.explain(e, connection, doing, needed);
        }
    }

    /** Closes the client. */
    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
