package perennial.environment.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

class ClientRoleTest {

    private static final Map<String, String> PROPERTIES = Map.of(
            "bootstrap.servers", "here:1",
            "sasl.mechanism", "PLAIN",
            "producer.sasl.mechanism", "SCRAM-SHA-512",
            "consumer.fetch.max.bytes", "1");

    @Test
    void shouldLayARolesOwnPropertiesOverThoseOfAll() {
        assertThat(ClientRole.PRODUCER.of(PROPERTIES))
                .containsOnly(entry("bootstrap.servers", "here:1"), entry("sasl.mechanism", "SCRAM-SHA-512"));
    }

    @Test
    void shouldKeepThemFromOtherRoles() {
        assertThat(ClientRole.CONSUMER.of(PROPERTIES))
                .containsOnly(
                        entry("bootstrap.servers", "here:1"),
                        entry("sasl.mechanism", "PLAIN"),
                        entry("fetch.max.bytes", "1"));
        assertThat(ClientRole.ADMIN.of(PROPERTIES))
                .containsOnly(entry("bootstrap.servers", "here:1"), entry("sasl.mechanism", "PLAIN"));
    }

    @Test
    void shouldReachTheClientsOfProducers() {
        assertThat(ClientProperties.forProducer(PROPERTIES, "s")).containsEntry("sasl.mechanism", "SCRAM-SHA-512");
        assertThat(ClientProperties.forConsumer(PROPERTIES, "s"))
                .containsEntry("sasl.mechanism", "PLAIN")
                .containsEntry("fetch.max.bytes", "1");
    }

    @Test
    void shouldHideNoPropertyOfKafka() {
        List<String> names = new ArrayList<>(ProducerConfig.configNames());
        names.addAll(ConsumerConfig.configNames());
        names.addAll(AdminClientConfig.configNames());

        assertThat(names).noneMatch(name -> name.matches("(producer|consumer|admin)\\..*"));
    }
}
