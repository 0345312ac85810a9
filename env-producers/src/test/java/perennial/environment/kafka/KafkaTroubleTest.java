package perennial.environment.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.environment.actor.Players;

class KafkaTroubleTest {

    private static final Map<String, String> CLIENT =
            Map.of("bootstrap.servers", "here:1", "sasl.jaas.config", "hunter2");

    private final KafkaTrouble trouble = KafkaTrouble.withEvents(ProducerSettings.of("events", CLIENT));
    private final KafkaTrouble policiesTrouble =
            KafkaTrouble.withPolicies(new AgentSpec("dqn", Players.TASK, Players.NETWORK, "cpu", "policies"), CLIENT);

    static List<Arguments> troubles() {
        return List.of(
                arguments(new TimeoutException("x"), "no Kafka broker answered"),
                arguments(new UnknownTopicOrPartitionException("x"), "./perennial topics create"),
                arguments(new InvalidTopicException("x"), "name of the events topic"),
                arguments(new RecordTooLargeException("x"), "max.message.bytes"),
                arguments(new SaslAuthenticationException("x"), "who we are"),
                arguments(new TopicAuthorizationException("x"), "rights to describe, read and write the events topic"),
                arguments(new ConfigException("x"), "properties must be valid"),
                arguments(new UnknownServerException("x"), "UnknownServerException"));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void shouldSayInASentenceWhatIsWrong(Exception exception, String part) {
        assertThat(trouble.explain(exception))
                .hasMessageContainingAll(part, "topic=events", "bootstrap.servers=here:1", "reason=\"x\"")
                .hasMessageNotContaining("hunter2")
                .hasCause(exception);
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void shouldNotNameTheEventsTopicWhereThePoliciesAreMeant(Exception exception, String part) {
        assertThat(policiesTrouble.explain(exception))
                .hasMessageContainingAll("topic=policies", "bootstrap.servers=here:1", "reason=\"x\"")
                .hasMessageNotContainingAny("events", "the stream goes on", "hunter2")
                .hasCause(exception);
    }

    @Test
    void shouldSayWhichRightsAReaderOfPoliciesNeeds() {
        assertThat(policiesTrouble.explain(new TopicAuthorizationException("x")))
                .hasMessageContaining("the rights to describe and read the policies topic are needed");
    }

    @Test
    void shouldLeaveAnInterruptWhatItIs() {
        InterruptException interrupt = new InterruptException("x");
        // The exception interrupts the thread that makes it.
        assertThat(Thread.interrupted()).isTrue();

        assertThat(trouble.explain(interrupt)).isSameAs(interrupt);
    }

    @Test
    void shouldLookBehindExceptionsThatSayNothing() {
        KafkaException wrapped = new KafkaException("failed to construct", new ConfigException("no such host"));

        assertThat(trouble.explain(wrapped))
                .hasMessageContaining("no such host")
                .hasCause(wrapped);
    }

    @Test
    void shouldSayHowToCreateAMissingTopic() {
        assertThat(trouble.missingTopic())
                .hasMessageContainingAll("the events topic", "topic=events", "./perennial topics create");
        assertThat(policiesTrouble.missingTopic())
                .hasMessageContainingAll("the policies topic", "topic=policies", "./perennial topics create");
    }
}
