package perennial.streaming.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static perennial.streaming.Specs.classifier;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.LearnerCommandSerializer;
import perennial.streaming.types.RawRecord;

class AssignCommandsHarnessTest {

    private static final RawRecord PAUSE = new RawRecord(
            null,
            "{\"type\":\"pause\",\"id\":\"1\",\"learner\":\"stays\"}".getBytes(StandardCharsets.UTF_8),
            "control",
            0,
            0);

    /** Events of a learner that was there before keep going to where its state is; so must commands. */
    @Test
    void shouldSendCommandsWhereTheEventsGoThoughTheConfigurationHasChanged() throws Exception {
        Integer key = LearnerKeys.of(List.of("gone", "stays")).of("stays");
        assertThat(LearnerKeys.of(List.of("stays")).of("stays")).isNotEqualTo(key);
        OneInputStreamOperatorTestHarness<RawRecord, LearnerCommand> before =
                harness(null, classifier("gone", "s"), classifier("stays", "s"));
        assertThat(keyOfPause(before)).isEqualTo(key);
        OperatorSubtaskState state = before.snapshot(1, 1);
        before.close();

        OneInputStreamOperatorTestHarness<RawRecord, LearnerCommand> after = harness(state, classifier("stays", "s"));
        assertThat(keyOfPause(after)).isEqualTo(key);
        after.close();
    }

    private static Integer keyOfPause(OneInputStreamOperatorTestHarness<RawRecord, LearnerCommand> harness)
            throws Exception {
        harness.processElement(PAUSE, 0);
        assertThat(harness.extractOutputValues()).hasSize(1);
        return harness.extractOutputValues().get(0).key();
    }

    private static OneInputStreamOperatorTestHarness<RawRecord, LearnerCommand> harness(
            OperatorSubtaskState state, LearnerSpec... learners) throws Exception {
        OneInputStreamOperatorTestHarness<RawRecord, LearnerCommand> harness = new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(new AssignCommands(List.of(learners), 1000)));
        harness.setup(new LearnerCommandSerializer());
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }
}
