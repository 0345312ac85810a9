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
        OperatorSubtaskState state;
        try (var harness = harness(null, classifier("gone", "s"), classifier("stays", "s"))) {
            harness.processElement(PAUSE, 0);
            assertThat(harness.extractOutputValues())
                    .singleElement()
                    .extracting(LearnerCommand::key)
                    .isEqualTo(key);
            state = harness.snapshot(1, 1);
        }

        try (var harness = harness(state, classifier("stays", "s"))) {
            harness.processElement(PAUSE, 0);

            assertThat(harness.extractOutputValues())
                    .singleElement()
                    .extracting(LearnerCommand::key)
                    .isEqualTo(key);
        }
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
