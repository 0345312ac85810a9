package perennial.streaming.assign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import perennial.streaming.RecordedMetrics;
import perennial.streaming.RecordingOutput;
import perennial.streaming.Records;
import perennial.streaming.Specs;
import perennial.streaming.types.LearnerEvent;
import perennial.streaming.types.LearnerEventSerializer;
import perennial.streaming.types.RawRecord;

class DecodeAndAssignMetricsTest {

    @Test
    void shouldCountRecordsUsedAndLettersByReason() throws Exception {
        RecordedMetrics metrics = new RecordedMetrics(LearnerKeys.KEY_GROUPS);
        DecodeAndAssign operator =
                new DecodeAndAssign(List.of(Specs.classifier("a", "s"), Specs.classifier("b", "s")), 1000);
        var harness = new OneInputStreamOperatorTestHarness<RawRecord, LearnerEvent>(
                new ProcessOperator<>(operator), metrics.environment());
        harness.setOutputCreator(serialiser -> new RecordingOutput<>(event -> event));
        harness.setup(new LearnerEventSerializer());
        harness.open();

        harness.processElement(Records.raw(new byte[0], 0), 0);
        harness.processElement(Records.raw(Records.example("s", 0, 1, 1, 2, 3, 4), 1), 0);
        harness.processElement(Records.raw(Records.example("s", 5, 1, 1, 2, 3, 4), 2), 0);
        harness.processElement(Records.raw(Records.example("s", 5, 1, 1, 2, 3, 4), 3), 0);
        harness.processElement(Records.raw(Records.example("s", 6, 9, 1, 2, 3, 4), 4), 0);
        harness.close();

        assertThat(metrics.value(".recordsUsed")).isEqualTo(2);
        assertThat(metrics.value("UNDECODABLE.deadLetters")).isEqualTo(1);
        assertThat(metrics.value("SEQUENCE_GAP.deadLetters")).isEqualTo(1);
        assertThat(metrics.value("SEQUENCE_REPEATED.deadLetters")).isEqualTo(1);
        assertThat(metrics.value("LABEL_OUT_OF_RANGE.deadLetters")).isEqualTo(1);
        assertThat(metrics.value("TOO_LARGE.deadLetters")).isZero();
    }
}
