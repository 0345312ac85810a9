package perennial.environment.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import perennial.environment.EnvironmentException;
import perennial.environment.labels.LabelStream;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.Specs;

class LabelStreamProducerTest {

    @Test
    void shouldSayThatNoBrokerAnswers() throws IOException {
        // Listens and never answers: the harder case.
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + socket.getLocalPort();

            assertThatThrownBy(
                            () -> producer(Map.of("bootstrap.servers", address)).run())
                    .isInstanceOf(EnvironmentException.class)
                    .hasMessageContaining("no Kafka broker answered")
                    .hasMessageContaining(address);
        }
    }

    @Test
    void shouldSayThatTheClientPropertiesAreWrong() {
        assertThatThrownBy(
                        () -> producer(Map.of("bootstrap.servers", "no-port")).run())
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("properties must be valid")
                .hasMessageContaining("no-port");
    }

    private static LabelStreamProducer producer(Map<String, String> client) {
        ProducerSettings settings = new ProducerSettings(
                "events", client, Duration.ofMillis(300), Duration.ofMillis(100), Duration.ofSeconds(1));
        return new LabelStreamProducer(
                LabelStream.open(Specs.small(new Change.RandomLabels())), settings, progress -> {});
    }
}
