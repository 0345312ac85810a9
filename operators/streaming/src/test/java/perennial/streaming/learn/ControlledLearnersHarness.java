package perennial.streaming.learn;

import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import perennial.learning.event.Event;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.RecordingOutput;
import perennial.streaming.assign.DecodeAndAssign;
import perennial.streaming.assign.LearnerKeys;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.LearnerEvent;
import perennial.streaming.types.RecordSerializer;
import perennial.v1.ControlAudit;
import perennial.v1.ControlCommand;
import perennial.v1.DeadLetter;

/** One subtask of {@link ControlledLearnerOperator} under test. */
final class ControlledLearnersHarness implements AutoCloseable {

    private final KeyedTwoInputStreamOperatorTestHarness<Integer, LearnerEvent, LearnerCommand, SpecificRecord> harness;
    private final RecordingOutput<SpecificRecord> output =
            new RecordingOutput<>(new RecordSerializer<>(SpecificRecord.class)::copy);
    private final LearnerKeys keys;

    ControlledLearnersHarness(List<LearnerSpec> specs, LearnerFactory factory, OperatorSubtaskState state)
            throws Exception {
        keys = LearnerKeys.of(specs.stream().map(LearnerSpec::name).toList());
        harness = new KeyedTwoInputStreamOperatorTestHarness<>(
                new ControlledLearnerOperator(specs, factory, true, Map.of()),
                LearnerEvent::key,
                LearnerCommand::key,
                BasicTypeInfo.INT_TYPE_INFO,
                LearnerKeys.KEY_GROUPS,
                1,
                0);
        harness.setOutputCreator(serialiser -> output);
        harness.setup(new RecordSerializer<>(SpecificRecord.class));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
    }

    void observe(String learner, Event event) throws Exception {
        LearnerEvent learnerEvent = new LearnerEvent(event);
        learnerEvent.address(keys.of(learner), learner);
        harness.processElement1(new StreamRecord<>(learnerEvent));
    }

    /** Gives a command to the learner that it names, or to the first one's subtask. */
    void tell(ControlCommand command) throws Exception {
        Integer key = keys.asMap()
                .getOrDefault(
                        command.getLearner(), keys.asMap().values().iterator().next());
        give(new LearnerCommand(key, command.getLearner(), command));
    }

    void give(LearnerCommand command) throws Exception {
        harness.processElement2(new StreamRecord<>(command));
    }

    OperatorSubtaskState snapshot() throws Exception {
        return harness.snapshot(1, 1);
    }

    void endEvents() throws Exception {
        harness.endInput1();
    }

    List<SpecificRecord> main() {
        return output.main();
    }

    List<ControlAudit> audits() {
        return output.main().stream()
                .filter(ControlAudit.class::isInstance)
                .map(ControlAudit.class::cast)
                .toList();
    }

    List<SpecificRecord> policies() {
        return output.side(LearnerHolder.POLICIES);
    }

    List<DeadLetter> deadLetters() {
        return output.side(DecodeAndAssign.DEAD_LETTERS);
    }

    @Override
    public void close() {
        try {
            harness.close();
        } catch (Exception e) {
            throw new IllegalStateException("an operator under test must close", e);
        }
    }
}
