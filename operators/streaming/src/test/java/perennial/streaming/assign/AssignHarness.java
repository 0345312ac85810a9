package perennial.streaming.assign;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.RecordingOutput;
import perennial.streaming.Records;
import perennial.streaming.types.LearnerEvent;
import perennial.streaming.types.LearnerEventSerializer;
import perennial.streaming.types.RawRecord;
import perennial.v1.DeadLetter;
import perennial.v1.Event;

/** One subtask of {@link DecodeAndAssign} under test. */
final class AssignHarness implements AutoCloseable {

    static final int MAX_RECORD_BYTES = 2000;

    private final OneInputStreamOperatorTestHarness<RawRecord, LearnerEvent> harness;
    private final RecordingOutput<LearnerEvent> output = new RecordingOutput<>(new LearnerEventSerializer()::copy);
    private long offset;

    private AssignHarness(List<LearnerSpec> learners, int parallelism, int subtask, OperatorSubtaskState state)
            throws Exception {
        harness = new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(new DecodeAndAssign(learners, MAX_RECORD_BYTES)),
                LearnerKeys.KEY_GROUPS,
                parallelism,
                subtask);
        harness.setOutputCreator(serialiser -> output);
        harness.setup(new LearnerEventSerializer());
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
    }

    static AssignHarness of(LearnerSpec... learners) throws Exception {
        return new AssignHarness(List.of(learners), 1, 0, null);
    }

    static AssignHarness restored(OperatorSubtaskState state, LearnerSpec... learners) throws Exception {
        return new AssignHarness(List.of(learners), 1, 0, state);
    }

    /** All subtasks of a job restored with another parallelism. */
    static List<AssignHarness> rescaled(OperatorSubtaskState state, int from, int to, LearnerSpec... learners)
            throws Exception {
        List<AssignHarness> subtasks = new ArrayList<>();
        for (int i = 0; i < to; i++) {
            OperatorSubtaskState part = OneInputStreamOperatorTestHarness.repartitionOperatorState(
                    state, LearnerKeys.KEY_GROUPS, from, to, i);
            subtasks.add(new AssignHarness(List.of(learners), to, i, part));
        }
        return subtasks;
    }

    static OperatorSubtaskState snapshotOfAll(List<AssignHarness> subtasks) throws Exception {
        OperatorSubtaskState[] states = new OperatorSubtaskState[subtasks.size()];
        for (int i = 0; i < states.length; i++) {
            states[i] = subtasks.get(i).snapshot();
        }
        return OneInputStreamOperatorTestHarness.repackageState(states);
    }

    void read(RawRecord record) throws Exception {
        harness.processElement(record, 0);
    }

    /** Reads an event at the next offset. */
    RawRecord read(Event event) throws Exception {
        RawRecord record = Records.raw(event, offset++);
        read(record);
        return record;
    }

    OperatorSubtaskState snapshot() throws Exception {
        return harness.snapshot(1, 1);
    }

    List<LearnerEvent> assigned() {
        return output.main();
    }

    /** Learner and sequence of everything assigned, as {@code nap:3}. */
    List<String> assignments() {
        return output.main().stream()
                .map(e -> e.learner() + ":" + e.event().sequence)
                .toList();
    }

    List<DeadLetter> letters() {
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
