package perennial.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class LoggingTest {

    private final Configuration logging = ((LoggerContext) LogManager.getContext(false)).getConfiguration();

    @Test
    void shouldLogWhatPerennialSaysAndOnlyTheTroublesOfOthers() {
        assertThat(level("perennial.jobs.kafka.EmbeddedKafka")).isEqualTo(Level.INFO);
        assertThat(level("org.apache.flink.runtime.checkpoint.CheckpointCoordinator"))
                .isEqualTo(Level.WARN);
        assertThat(level("org.apache.flink.runtime.taskmanager.Task")).isEqualTo(Level.ERROR);
        assertThat(level("org.apache.flink.metrics.MetricGroup")).isEqualTo(Level.ERROR);
        assertThat(level("kafka.server.KafkaServer")).isEqualTo(Level.ERROR);
    }

    @Test
    void shouldMaskSecretsWhoeverLogsThem() {
        Log4jLogEvent event = Log4jLogEvent.newBuilder()
                .setLoggerName("org.apache.kafka.Client")
                .setLevel(Level.WARN)
                .setMessage(
                        new SimpleMessage(
                                "{ssl.key.password=hunter2, \"token\": \"hunter2 2\", url=https://me:hunter2@host/x, client.id=mine}"))
                .setThrown(new IllegalStateException("sasl.jaas.config: hunter2", new IOException("secret=hunter2")))
                .build();

        String line = new String(logging.getAppender("console").getLayout().toByteArray(event), StandardCharsets.UTF_8);

        assertThat(line)
                .contains("WARN", "Client - ", "ssl.key.password=******", "https://******@host/x", "client.id=mine")
                .contains("IllegalStateException", "Caused by: java.io.IOException")
                .endsWith("\n")
                .doesNotContain("hunter2");
    }

    @Test
    void shouldLogALineForAMessage() {
        Log4jLogEvent event = Log4jLogEvent.newBuilder()
                .setLoggerName("perennial.jobs.Demo")
                .setLevel(Level.INFO)
                .setMessage(new SimpleMessage("begun"))
                .build();

        assertThat(new String(logging.getAppender("console").getLayout().toByteArray(event), StandardCharsets.UTF_8))
                .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  Demo - begun\\R");
    }

    private Level level(String logger) {
        return logging.getLoggerConfig(logger).getLevel();
    }
}
