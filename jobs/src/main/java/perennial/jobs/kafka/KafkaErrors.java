package perennial.jobs.kafka;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import perennial.jobs.UserException;

/**
 * What Kafka's exceptions mean for the person at the command line, and what that person can do.
 *
 * <p>Kafka says "timed out waiting for a node assignment" where nobody listens; here that is the address that does not
 * answer. The original exception is kept as the cause.
 */
public final class KafkaErrors {

    private KafkaErrors() {}

    /**
     * The error in words.
     *
     * @param error what a Kafka client threw, or something it is the cause of
     * @param connection where to
     * @param doing what was tried, to follow "cannot", for example {@code read the topic perennial.metrics.v1}
     * @return the exception to throw; {@code error} itself if it is a {@link UserException} already
     */
    public static UserException explain(Throwable error, KafkaConnection connection, String doing) {
        UserException explained = explain(error, connection.bootstrapServers(), doing);
        // Kafka repeats what it cannot read of a login, and that may be the password.
        String shown = connection.masked(explained.getMessage());
        if (explained == error || shown.equals(explained.getMessage())) {
            return explained;
        }
        return explained.exitCode() == 2 ? UserException.usage(shown) : UserException.failed(shown);
    }

    /**
     * {@link #explain(Throwable, KafkaConnection, String)}, with the names of the rights where these are refused.
     *
     * @param needed the rights that are needed for what was tried
     */
    public static UserException explain(Throwable error, KafkaConnection connection, String doing, List<Right> needed) {
        return mostTelling(error) instanceof AuthorizationException && !(error instanceof UserException)
                ? lacking(connection, doing, needed, error)
                : explain(error, connection, doing);
    }

    /** Says which rights are missing, of whom, and how they are granted. */
    static UserException lacking(KafkaConnection connection, String doing, List<Right> missing, Throwable causeOrNull) {
        String where = "cannot " + doing + ": address=" + connection.bootstrapServers();
        List<String> sentences =
                missing.stream().map(right -> lacks(connection, right)).toList();
        return UserException.failed(
                where
                        + (sentences.size() == 1
                                ? " " + sentences.get(0)
                                : " missing rights=" + sentences.size() + "\n  " + String.join("\n  ", sentences)),
                causeOrNull);
    }

    /** Says who lacks a right, and how it is granted. */
    static String lacks(KafkaConnection connection, Right right) {
        String principal = connection.principal(right.role());
        return principal + " lacks the right " + right.inWords() + "; grant it with kafka-acls --bootstrap-server "
                + connection.bootstrapServers() + " --add --allow-principal \"" + principal + "\" " + right.grant();
    }

    /** Says that a topic must be created. */
    static UserException missingTopic(String topic, KafkaConnection connection) {
        return UserException.failed("the topic must exist: topic=" + topic + " address="
                + connection.bootstrapServers() + "; check its name, or create it with "
                + create(connection.bootstrapServers()));
    }

    /** {@link #explain(Throwable, KafkaConnection, String)} of a client that was made from plain properties. */
    public static UserException explain(Throwable error, String bootstrapServers, String doing) {
        if (error instanceof UserException user) {
            return user;
        }
        Throwable told = mostTelling(error);
        String where = "cannot " + doing + ": address=" + bootstrapServers;
        if (told instanceof ConfigException) {
            return config(told, where);
        }
        return UserException.failed(where + " " + reason(told, bootstrapServers), error);
    }

    /** Whether an error, or one of its causes, comes from a Kafka client. */
    public static boolean isKafka(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof org.apache.kafka.common.KafkaException) {
                return true;
            }
        }
        return false;
    }

    /** Whether an exception of this class says that a broker does not let a client in, or not do something. */
    public static boolean isRefusal(String className) {
        return className.startsWith("org.apache.kafka.")
                && (className.endsWith("AuthorizationException") || className.endsWith("AuthenticationException"));
    }

    private static UserException config(Throwable told, String where) {
        String message = String.valueOf(told.getMessage());
        if (message.contains("No resolvable bootstrap urls")) {
            return UserException.failed(
                    where + " error=no such host; check the host name in bootstrap.servers and that it resolves here",
                    told);
        }
        return UserException.usage(
                where + " error=" + message + "; correct this property under kafka: in the configuration");
    }

    private static String reason(Throwable told, String bootstrapServers) {
        String evidence = "error=" + message(told);
        if (told instanceof SslAuthenticationException) {
            return evidence
                    + "; the TLS handshake failed: check security.protocol and the ssl.* properties (the broker's"
                    + " certificate must be trusted by ssl.truststore.location and name the host)";
        }
        if (told instanceof AuthenticationException) {
            return evidence + "; the broker refused the login: check security.protocol, sasl.mechanism and"
                    + " sasl.jaas.config under kafka: in the configuration";
        }
        if (told instanceof TopicAuthorizationException topics) {
            return "topics=" + topics.unauthorizedTopics() + " " + evidence
                    + "; the login is not allowed to do this: have READ, WRITE, DESCRIBE or CREATE on these topics granted"
                    + " to it (kafka-acls)";
        }
        if (told instanceof GroupAuthorizationException group) {
            return "group=" + group.groupId() + " " + evidence
                    + "; the login is not allowed to use this consumer group: have READ on it granted (kafka-acls)";
        }
        if (told instanceof TransactionalIdAuthorizationException) {
            return evidence
                    + "; the login is not allowed to use transactions: have WRITE on the transactional ids granted"
                    + " (kafka-acls), or set delivery: at-least-once";
        }
        if (told instanceof ClusterAuthorizationException) {
            return evidence
                    + "; the login is not allowed to do this on the cluster: have CREATE or IDEMPOTENT_WRITE granted"
                    + " (kafka-acls)";
        }
        if (told instanceof AuthorizationException) {
            return evidence + "; the login is not allowed to do this: have it granted (kafka-acls)";
        }
        if (told instanceof UnknownTopicOrPartitionException) {
            return evidence + "; the topic does not exist: check its name, or create it with "
                    + create(bootstrapServers);
        }
        if (told instanceof InvalidTopicException) {
            return evidence + "; a topic's name has 1 to 249 letters, digits, dots, underscores and minuses";
        }
        if (told instanceof RecordTooLargeException) {
            return evidence
                    + "; raise max.message.bytes of the topic and max.request.size under kafka:, or send smaller"
                    + " records";
        }
        if (told instanceof InvalidTxnTimeoutException) {
            return evidence
                    + "; lower transaction.timeout.ms under kafka:, or raise the broker's transaction.max.timeout.ms";
        }
        if (told instanceof ProducerFencedException) {
            return evidence + "; another process with the same transactional id has taken over: stop one of the two";
        }
        if (told instanceof InvalidReplicationFactorException) {
            return evidence
                    + "; give a --replication-factor that is at most the number of brokers, or -1 for the broker's"
                    + " default";
        }
        if (told instanceof InvalidPartitionsException || told instanceof PolicyViolationException) {
            return evidence + "; the broker does not accept a topic like this: change its partitions or settings";
        }
        if (told instanceof NotEnoughReplicasException) {
            return evidence + "; too few replicas of the topic are in sync: start the missing brokers or lower its"
                    + " min.insync.replicas";
        }
        if (told instanceof UnsupportedVersionException) {
            return evidence + "; the broker is too old for this client: Kafka 3.0 or newer is needed";
        }
        if (told instanceof OffsetOutOfRangeException) {
            return evidence + "; the records were deleted by the topic's retention: start from its beginning";
        }
        if (isSilence(told)) {
            if (message(told).contains("not present in metadata")) {
                return evidence
                        + "; the topic does not exist or none of its brokers answers: check its name, or create it"
                        + " with " + create(bootstrapServers);
            }
            return evidence
                    + "; no broker answered in time: check that one runs at this address, that a firewall lets it"
                    + " through, that its advertised.listeners can be reached from here, and security.protocol";
        }
        if (told instanceof InterruptException || told instanceof InterruptedException) {
            return evidence + "; it was interrupted before it was done";
        }
        return evidence + "; --stacktrace shows where it comes from";
    }

    /** The command that makes the topics. */
    static String create(String bootstrapServers) {
        return "\"perennial topics create --bootstrap-server " + bootstrapServers + "\"";
    }

    private static boolean isSilence(Throwable error) {
        return error instanceof TimeoutException
                || error instanceof java.util.concurrent.TimeoutException
                || error instanceof DisconnectException
                || error instanceof NetworkException;
    }

    /** Of an error and its causes the first that says more than "it failed" or "it took too long". */
    private static Throwable mostTelling(Throwable error) {
        Throwable silence = null;
        Throwable last = error;
        int depth = 0;
        for (Throwable cause = error; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            last = cause;
            if (isSilence(cause)) {
                silence = silence == null ? cause : silence;
            } else if (!isWrapper(cause)) {
                return cause;
            }
        }
        return silence == null ? last : silence;
    }

    private static boolean isWrapper(Throwable error) {
        Set<Class<?>> wrappers = Set.of(
                ExecutionException.class,
                CompletionException.class,
                RuntimeException.class,
                org.apache.kafka.common.KafkaException.class);
        return error.getCause() != null && wrappers.contains(error.getClass());
    }

    private static String message(Throwable error) {
        return error.getMessage() == null || error.getMessage().isBlank()
                ? error.getClass().getSimpleName()
                : error.getMessage();
    }
}
