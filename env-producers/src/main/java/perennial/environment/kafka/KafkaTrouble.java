package perennial.environment.kafka;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import perennial.environment.EnvironmentException;

/** What Kafka's exceptions mean to the person who runs a producer. */
final class KafkaTrouble {

    private final ProducerSettings settings;

    KafkaTrouble(ProducerSettings settings) {
        this.settings = settings;
    }

    EnvironmentException missingTopic() {
        return new EnvironmentException("the events topic must exist: topic=" + settings.topic() + " bootstrap.servers="
                + settings.bootstrapServers() + "; create it with ./perennial topics create");
    }

    /** The sentence for an exception, and the exception as its cause. */
    EnvironmentException explain(Throwable trouble) {
        Throwable reason = reason(trouble);
        return new EnvironmentException(sentence(reason), trouble);
    }

    private String sentence(Throwable reason) {
        String where = ": topic=" + settings.topic() + " bootstrap.servers=" + settings.bootstrapServers()
                + " reason=\"" + reason.getMessage() + "\"";
        if (reason instanceof UnknownTopicOrPartitionException) {
            return "the events topic must exist" + where + "; create it with ./perennial topics create";
        }
        if (reason instanceof InvalidTopicException) {
            return "the name of the events topic must be one that Kafka allows" + where;
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
            return "the broker does not allow this" + where
                    + "; the producer needs the rights to describe, read and write the events topic";
        }
        if (reason instanceof TimeoutException) {
            return "no Kafka broker answered in time" + where
                    + "; check that the broker runs and that bootstrap.servers names it, then start again: the stream"
                    + " goes on where it ended";
        }
        if (reason instanceof ConfigException) {
            return "the Kafka client properties must be valid" + where;
        }
        return "Kafka failed (" + reason.getClass().getSimpleName() + ")" + where
                + "; start again when it is well: the stream goes on where it ended";
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
