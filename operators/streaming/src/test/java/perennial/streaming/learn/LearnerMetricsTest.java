package perennial.streaming.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import perennial.streaming.RecordedMetrics;
import perennial.streaming.RecordingOutput;
import perennial.streaming.Specs;
import perennial.streaming.assign.LearnerKeys;
import perennial.streaming.learn.LearnersHarness.RecordingFactory;
import perennial.streaming.types.LearnerEvent;
import perennial.streaming.types.RecordSerializer;

class LearnerMetricsTest {

    @Test
    void shouldCountRecordsUpdatesAndDivergencesOfEachLearner() throws Exception {
        RecordedMetrics metrics = new RecordedMetrics(LearnerKeys.KEY_GROUPS);
        var harness = harness(metrics, null);

        for (int i = 0; i < 5; i++) {
            harness.processElement(event(1, "a"), 0);
        }
        harness.processElement(event(2, "b"), 0);
        harness.processElement(event(3, "gone"), 0);
        harness.close();

        // Read after the learners were closed: a gauge must not touch them.
        assertThat(metrics.value("a.records")).isEqualTo(5);
        assertThat(metrics.value("a.updates")).isEqualTo(2);
        assertThat(metrics.value("a.divergences")).isEqualTo(2);
        assertThat(metrics.value("b.records")).isEqualTo(1);
        assertThat(metrics.value("b.updates")).isZero();
        assertThat(metrics.value(".eventsOfUnknownLearners")).isEqualTo(1);
    }

    /** A learner that has stopped reports no more, so that only its state can tell. */
    @Test
    void shouldShowUpdatesAndDivergencesAfterARestoreBeforeAnyReport() throws Exception {
        var before = harness(new RecordedMetrics(LearnerKeys.KEY_GROUPS), null);
        for (int i = 0; i < 5; i++) {
            before.processElement(event(1, "a"), 0);
        }
        OperatorSubtaskState state = before.snapshot(1, 1);
        before.close();
        RecordedMetrics metrics = new RecordedMetrics(LearnerKeys.KEY_GROUPS);

        harness(metrics, state).close();

        assertThat(metrics.value("a.updates")).isEqualTo(2);
        assertThat(metrics.value("a.divergences")).isEqualTo(2);
    }

    private static KeyedOneInputStreamOperatorTestHarness<Integer, LearnerEvent, SpecificRecord> harness(
            RecordedMetrics metrics, OperatorSubtaskState state) throws Exception {
        LearnerOperator operator = new LearnerOperator(
                List.of(Specs.classifier("a", "s"), Specs.classifier("b", "s")),
                new RecordingFactory(false),
                false,
                Map.of());
        var harness = new KeyedOneInputStreamOperatorTestHarness<Integer, LearnerEvent, SpecificRecord>(
                operator, LearnerEvent::key, BasicTypeInfo.INT_TYPE_INFO, metrics.environment());
        harness.setOutputCreator(serialiser -> new RecordingOutput<>(record -> record));
        harness.setup(new RecordSerializer<>(SpecificRecord.class));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }

    private static LearnerEvent event(Integer key, String learner) {
        LearnerEvent event = new LearnerEvent();
        event.address(key, learner);
        return event;
    }
}
