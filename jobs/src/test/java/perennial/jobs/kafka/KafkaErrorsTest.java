package perennial.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.environment.kafka.ClientRole;
import perennial.jobs.UserException;

class KafkaErrorsTest {

    private static final String ADDRESS = "broker.example:9092";

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(new TimeoutException("Timed out waiting for a node assignment."), "no broker answered"),
                Arguments.of(new SaslAuthenticationException("invalid credentials"), "sasl.jaas.config"),
                Arguments.of(new SslAuthenticationException("handshake failed"), "ssl.truststore.location"),
                Arguments.of(new TopicAuthorizationException(Set.of("secret")), "topics=[secret]"),
                Arguments.of(
                        new UnknownTopicOrPartitionException("This server does not host this topic-partition."),
                        "perennial topics create --bootstrap-server " + ADDRESS),
                Arguments.of(new TimeoutException("Topic x not present in metadata after 60000 ms."), "topics create"),
                Arguments.of(new RecordTooLargeException("2000000 bytes"), "max.message.bytes"),
                Arguments.of(new InvalidTxnTimeoutException("too long"), "transaction.max.timeout.ms"),
                Arguments.of(new ProducerFencedException("fenced"), "same transactional id"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void shouldNameTheAddressTheErrorAndTheWayOut(Exception error, String wayOut) {
        UserException explained =
                KafkaErrors.explain(new ExecutionException(new KafkaException(error)), ADDRESS, "read the topic x");

        // Whatever topic it is, it is named by who asks: none other must be named beside it.
        assertThat(explained)
                .hasMessageStartingWith("cannot read the topic x: address=" + ADDRESS)
                .hasMessageContaining(wayOut)
                .hasMessageNotContainingAny("events", "policies", "metrics");
        assertThat(explained.exitCode()).isEqualTo(1);
        assertThat(explained.getCause()).hasRootCause(error);
    }

    @Test
    void shouldPreferTheCauseOfATimeoutToTheTimeout() {
        TimeoutException timeout = new TimeoutException("expired", new SaslAuthenticationException("bad password"));

        assertThat(KafkaErrors.explain(timeout, ADDRESS, "read"))
                .hasMessageContaining("bad password")
                .hasMessageContaining("refused the login");
    }

    @Test
    void shouldCallAnInvalidPropertyWrongUsage() {
        Exception error = new KafkaException("Failed to create", new ConfigException("acks", "many", "not a number"));

        UserException explained = KafkaErrors.explain(error, ADDRESS, "connect");

        assertThat(explained).hasMessageContaining("acks").hasMessageContaining("kafka:");
        assertThat(explained.exitCode()).isEqualTo(2);
    }

    @Test
    void shouldLeaveWhatIsExplainedAlready() {
        UserException explained = UserException.failed("known");

        assertThat(KafkaErrors.explain(explained, ADDRESS, "read")).isSameAs(explained);
    }

    @Test
    void shouldKnowAnErrorOfKafkaAmongTheCausesOfAnother() {
        assertThat(KafkaErrors.isKafka(new RuntimeException(new TimeoutException("t"))))
                .isTrue();
        assertThat(KafkaErrors.isKafka(new RuntimeException(new IllegalStateException())))
                .isFalse();
    }

    @Test
    void shouldNameEachRightThatIsMissing() {
        KafkaConnection connection = KafkaConnection.of(Map.of(
                "bootstrap.servers",
                ADDRESS,
                "security.protocol",
                "SASL_SSL",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"alice\" password=\"x\";"));

        assertThat(KafkaErrors.explain(
                        new TopicAuthorizationException(Set.of("t")),
                        connection,
                        "read the topic t",
                        List.of(Right.topic(ClientRole.CONSUMER, AclOperation.READ, "t"))))
                .hasMessage("cannot read the topic t: address=" + ADDRESS
                        + " User:alice lacks the right Read on the topic t; grant it with kafka-acls --bootstrap-server "
                        + ADDRESS + " --add --allow-principal \"User:alice\" --operation Read --topic t");
        assertThat(KafkaErrors.lacking(
                        connection, "run the job j", List.of(Right.group("g"), Right.transactions("j-metrics-")), null))
                .hasMessageContaining("missing rights=2")
                .hasMessageContaining("Read on the group g; grant it with")
                .hasMessageContaining("Write on the transactional ids that begin with j-metrics-; grant it with")
                .hasMessageEndingWith(
                        "--operation Write --transactional-id j-metrics- --resource-pattern-type prefixed");
    }

    @Test
    void shouldKnowARefusalByItsClass() {
        assertThat(KafkaErrors.isRefusal(GroupAuthorizationException.class.getName()))
                .isTrue();
        assertThat(KafkaErrors.isRefusal(SaslAuthenticationException.class.getName()))
                .isTrue();
        assertThat(KafkaErrors.isRefusal(TimeoutException.class.getName())).isFalse();
        assertThat(KafkaErrors.isRefusal("")).isFalse();
    }
}
