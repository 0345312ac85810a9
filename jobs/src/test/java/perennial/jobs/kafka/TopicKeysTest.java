package perennial.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.v1.ControlCommand;
import perennial.v1.LearnerProgress;
import perennial.v1.Pause;
import perennial.v1.PolicySnapshot;

class TopicKeysTest {

    @Test
    void shouldKeyAnEventByItsStreamAndAReportByItsLearner() {
        assertThat(TopicKeys.of(Samples.example("stream", 0, 1))).asString().isEqualTo("stream");
        assertThat(TopicKeys.of(Samples.report("nap", 1, 1.0))).asString().isEqualTo("nap");
        assertThat(TopicKeys.of(Samples.summary("nap", 1, 1.0))).asString().isEqualTo("nap");
    }

    @Test
    void shouldGiveEveryChunkAndTheProgressKeysOfTheirOwnSoThatCompactionKeepsThem() {
        assertThat(TopicKeys.of(policy(0))).asString().isEqualTo("nap/0");
        assertThat(TopicKeys.of(policy(1))).asString().isEqualTo("nap/1");
        assertThat(TopicKeys.of(new LearnerProgress("nap", "s", 3L, List.of())))
                .asString()
                .isEqualTo("nap/progress");
    }

    @Test
    void shouldKeyACommandByTheLearnerThatItNames() {
        assertThat(TopicKeys.of(new ControlCommand("1", "nap*", null, "", new Pause())))
                .asString()
                .isEqualTo("nap*");
    }

    @Test
    void shouldRefuseARecordThatStandsOnNoTopicByItself() {
        assertThatThrownBy(() -> TopicKeys.of(Samples.deadLetter(1, "e"))).isInstanceOf(IllegalArgumentException.class);
    }

    private static PolicySnapshot policy(int chunk) {
        return new PolicySnapshot("nap", "s", 3L, List.of(), chunk, 2, ByteBuffer.wrap(new byte[1]));
    }
}
