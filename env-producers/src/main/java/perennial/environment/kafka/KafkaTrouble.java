package perennial.environment.kafka;

import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import perennial.environment.EnvironmentException;

/** What Kafka's exceptions mean to the person who runs a producer, said of the topic that was read or written. */
final class KafkaTrouble {

    private final String purpose;
    private final String topic;
    private final String bootstrapServers;
    private final String rights;
    private final String sequel;

    private KafkaTrouble(String purpose, String topic, Object bootstrapServers, String rights, String sequel) {
        this.purpose = purpose;
        this.topic = topic;
        this.bootstrapServers = String.valueOf(bootstrapServers);
        this.rights = rights;
        this.sequel = sequel;
    }

    /** Trouble with the topic that a producer publishes to. */
    static KafkaTrouble withEvents(ProducerSettings settings) {
        return new KafkaTrouble(
                "events",
                settings.topic(),
                settings.bootstrapServers(),
                "describe, read and write",
                ": the stream goes on where it ended");
    }

    /** Trouble with the topic that an agent's policies are read from. */
    static KafkaTrouble withPolicies(AgentSpec agent, Map<String, ?> client) {
        return new KafkaTrouble("policies", agent.topic(), client.get("bootstrap.servers"), "describe and read", "");
    }

    EnvironmentException missingTopic() {
        return new EnvironmentException("the " + purpose + " topic must exist: topic=" + topic + " bootstrap.servers="
                + bootstrapServers + "; create it with ./perennial topics create");
    }

    /**
     * What to throw instead of an exception: the sentence for it, with the exception as its cause. An interrupt stays what it
     * is: whoever interrupted knows why, and it is no trouble of Kafka's.
     */
    RuntimeException explain(Throwable trouble) {
        if (trouble instanceof InterruptException interrupt) {
            return interrupt;
        }
        Throwable reason = reason(trouble);
        return new EnvironmentException(sentence(reason), trouble);
    }

    private String sentence(Throwable reason) {
        String where = ": topic=" + topic + " bootstrap.servers=" + bootstrapServers + " reason=\""
                + reason.getMessage() + "\"";
        if (reason instanceof UnknownTopicOrPartitionException) {
            return "the " + purpose + " topic must exist" + where + "; create it with ./perennial topics create";
        }
        if (reason instanceof InvalidTopicException) {
            return "the name of the " + purpose + " topic must be one that Kafka allows" + where;
        }
        if (reason instanceof RecordTooLargeException) {
            return "a record of the stream is larger than Kafka's limits" + where
                    + "; raise max.request.size of the client and max.message.bytes of the topic, or use smaller images";
        }
        if (reason instanceof AuthenticationException) {
            return "the broker does not accept who we are" + where
                    + "; check security.protocol, the sasl and ssl settings, and the secrets they name";
        }
        if (reason instanceof AuthorizationException) {
            return "the broker does not allow this" + where + "; the rights to " + rights + " the " + purpose
                    + " topic are needed";
        }
        if (reason instanceof TimeoutException) {
            return "no Kafka broker answered in time" + where
                    + "; check that the broker runs and that bootstrap.servers names it, then start again"
                    + sequel;
        }
        if (reason instanceof ConfigException) {
            return "the Kafka client properties must be valid" + where;
        }
        return "Kafka failed (" + reason.getClass().getSimpleName() + ")" + where + "; start again when it is well"
                + sequel;
    }

    /** Clients wrap what went wrong when they are made, in one or more exceptions that say only that they were not. */
    private static Throwable reason(Throwable trouble) {
        Throwable reason = trouble;
        while (reason.getClass() == KafkaException.class && reason.getCause() != null) {
            reason = reason.getCause();
        }
        return reason;
    }
}
