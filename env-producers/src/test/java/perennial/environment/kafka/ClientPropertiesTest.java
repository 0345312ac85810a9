package perennial.environment.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.environment.EnvironmentException;

class ClientPropertiesTest {

    @ParameterizedTest
    @CsvSource({
        "enable.idempotence, false",
        "acks, 1",
        "acks, 0",
        "max.in.flight.requests.per.connection, 5",
        "transactional.id, mine",
        "partitioner.class, mine.Partitioner",
        "value.serializer, mine.Serializer"
    })
    void shouldRefuseWhatWouldMakeGapsOrRepeats(String key, String value) {
        assertThatThrownBy(() -> settings(Map.of("bootstrap.servers", "here:1", key, value)))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining("remove this setting");
    }

    @Test
    void shouldAcceptWhatSaysTheSame() {
        Map<String, Object> client = Map.of("bootstrap.servers", "here:1", "acks", "-1", "enable.idempotence", true);

        Map<String, Object> properties =
                ClientProperties.forProducer(settings(client).client(), "s");

        assertThat(properties).containsEntry("acks", "all").containsEntry("enable.idempotence", "true");
    }

    @Test
    void shouldShowNoSecrets() {
        Map<String, String> client = Map.of("bootstrap.servers", "here:1", "ssl.key.password", "hunter2");

        assertThat(settings(client).toString()).contains("here:1").doesNotContain("hunter2");
    }

    @Test
    void shouldRefuseAPropertyWithoutAValue() {
        Map<String, String> client = new HashMap<>();
        client.put("bootstrap.servers", "here:1");
        client.put("sasl.mechanism", null);

        assertThatThrownBy(() -> settings(client))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("sasl.mechanism has none");
    }

    @Test
    void shouldNeedABroker() {
        assertThatThrownBy(() -> settings(Map.of("linger.ms", "5")))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("bootstrap.servers");
    }

    @Test
    void shouldRefuseTimesThatAreNoTimes() {
        Map<String, String> client = Map.of("bootstrap.servers", "here:1");

        assertThatThrownBy(() -> new ProducerSettings(
                        "events", client, Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("connectTimeout=PT0S");
    }

    @Test
    void shouldPassThroughEverythingToTheClientThatKnowsIt() {
        Map<String, String> client = new HashMap<>();
        client.put("bootstrap.servers", "here:1");
        client.put("security.protocol", "SASL_SSL");
        client.put("linger.ms", "77");
        client.put("fetch.max.bytes", "1000000");
        client.put("my.interceptor.setting", "x");
        client.put("group.id", "learners");

        Map<String, Object> producer = ClientProperties.forProducer(client, "s");
        Map<String, Object> consumer = ClientProperties.forConsumer(client, "s");

        assertThat(producer)
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("linger.ms", "77")
                .containsEntry("my.interceptor.setting", "x")
                .containsEntry("compression.type", "lz4")
                .containsEntry("client.id", "perennial-produce-s")
                .doesNotContainKeys("fetch.max.bytes", "group.id");
        assertThat(consumer)
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("fetch.max.bytes", "1000000")
                .containsEntry("my.interceptor.setting", "x")
                .containsEntry("allow.auto.create.topics", "false")
                .doesNotContainKeys("linger.ms", "group.id");
    }

    private static ProducerSettings settings(Map<String, ?> client) {
        return ProducerSettings.of("events", client);
    }
}
