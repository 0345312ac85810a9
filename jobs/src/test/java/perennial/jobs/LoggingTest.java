package perennial.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.junit.jupiter.api.Test;

class LoggingTest {

    private final Configuration logging = ((LoggerContext) LogManager.getContext(false)).getConfiguration();

    @Test
    void shouldLogWhatPerennialSaysAndOnlyTheTroublesOfOthers() {
        assertThat(level("perennial.jobs.kafka.EmbeddedKafka")).isEqualTo(Level.INFO);
        assertThat(level("org.apache.flink.runtime.Task")).isEqualTo(Level.WARN);
        assertThat(level("org.apache.flink.metrics.MetricGroup")).isEqualTo(Level.ERROR);
        assertThat(level("kafka.server.KafkaServer")).isEqualTo(Level.ERROR);
    }

    private Level level(String logger) {
        return logging.getLoggerConfig(logger).getLevel();
    }
}
