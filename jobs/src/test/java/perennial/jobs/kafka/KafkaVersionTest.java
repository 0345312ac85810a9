package perennial.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.producer.internals.TransactionalRequestResult;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;

/** Newer clients let Flink's exactly-once sink fail at its first checkpoint, and a job restart for ever. */
class KafkaVersionTest {

    @Test
    void shouldHaveTheClientThatFlinksConnectorWorksWith() {
        assertThat(AppInfoParser.getVersion()).startsWith("4.2.");
    }

    @Test
    void shouldHaveTheMethodThatFlinksExactlyOnceSinkCalls() throws Exception {
        assertThat(TransactionalRequestResult.class.getMethod("await").getReturnType())
                .isEqualTo(void.class);
    }
}
