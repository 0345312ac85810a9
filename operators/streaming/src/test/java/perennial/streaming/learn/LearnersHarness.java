package perennial.streaming.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import perennial.learning.event.Event;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.state.LearnerState;
import perennial.streaming.RecordingOutput;
import perennial.streaming.assign.LearnerKeys;
import perennial.streaming.types.LearnerEvent;
import perennial.streaming.types.RecordSerializer;
import perennial.v1.PolicySnapshot;
import perennial.v1.Prediction;

/** One subtask of {@link LearnerOperator} under test. */
final class LearnersHarness implements AutoCloseable {

    /** Makes scripted learners and remembers them. */
    static final class RecordingFactory implements LearnerFactory {

        private static final long serialVersionUID = 1L;
        final transient List<ScriptedLearner> made = new ArrayList<>();
        private final boolean failsToClose;

        RecordingFactory(boolean failsToClose) {
            this.failsToClose = failsToClose;
        }

        @Override
        public Learner make(LearnerSpec spec, LearnerState state) {
            made.add(new ScriptedLearner(spec, state, failsToClose));
            return made.get(made.size() - 1);
        }
    }

    private final KeyedOneInputStreamOperatorTestHarness<Integer, LearnerEvent, SpecificRecord> harness;
    private final RecordingOutput<SpecificRecord> output =
            new RecordingOutput<>(new RecordSerializer<>(SpecificRecord.class)::copy);
    private final LearnerKeys keys;

    LearnersHarness(List<LearnerSpec> specs, LearnerFactory factory, OperatorSubtaskState state) throws Exception {
        this(specs, factory, state, 1, 0, Map.of());
    }

    /** Learners that publish their policies. */
    LearnersHarness(
            List<LearnerSpec> specs,
            LearnerFactory factory,
            OperatorSubtaskState state,
            Map<String, PolicyPublication> publications)
            throws Exception {
        this(specs, factory, state, 1, 0, publications);
    }

    LearnersHarness(
            List<LearnerSpec> specs, LearnerFactory factory, OperatorSubtaskState state, int parallelism, int subtask)
            throws Exception {
        this(specs, factory, state, parallelism, subtask, Map.of());
    }

    private LearnersHarness(
            List<LearnerSpec> specs,
            LearnerFactory factory,
            OperatorSubtaskState state,
            int parallelism,
            int subtask,
            Map<String, PolicyPublication> publications)
            throws Exception {
        keys = LearnerKeys.of(specs.stream().map(LearnerSpec::name).toList());
        harness = new KeyedOneInputStreamOperatorTestHarness<>(
                new LearnerOperator(specs, factory, true, publications),
                LearnerEvent::key,
                BasicTypeInfo.INT_TYPE_INFO,
                LearnerKeys.KEY_GROUPS,
                parallelism,
                subtask);
        harness.setOutputCreator(serialiser -> output);
        harness.setup(new RecordSerializer<>(SpecificRecord.class));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
    }

    /** Gives an example to a learner. */
    void observe(String learner, String stream, int actor, long sequence, int label) throws Exception {
        Event event = new Event();
        event.stream = stream;
        event.actor = actor;
        event.sequence = sequence;
        event.label = label;
        float[] features = event.features.resizeFloats(4);
        for (int i = 0; i < features.length; i++) {
            features[i] = (sequence * 7 + i * 3) % 11 / 11f;
        }
        give(keys.of(learner), learner, event);
    }

    void observe(String learner, long sequence) throws Exception {
        observe(learner, "s", 0, sequence, (int) (sequence % 2));
    }

    void reset(String learner, long sequence) throws Exception {
        Event event = new Event();
        event.kind = Event.Kind.LABEL_RESET;
        event.stream = "s";
        event.sequence = sequence;
        event.task = 1;
        give(keys.of(learner), learner, event);
    }

    void give(String learner, Event event) throws Exception {
        give(keys.of(learner), learner, event);
    }

    void give(Integer key, String learner, Event event) throws Exception {
        LearnerEvent learnerEvent = new LearnerEvent(event);
        learnerEvent.address(key, learner);
        harness.processElement(learnerEvent, 0);
    }

    OperatorSubtaskState snapshot() throws Exception {
        return harness.snapshot(1, 1);
    }

    int learnersInState() {
        return harness.numKeyedStateEntries();
    }

    void endInput() throws Exception {
        harness.endInput();
    }

    List<SpecificRecord> reports() {
        return output.main();
    }

    List<Prediction> predictions() {
        return output.side(LearnerOperator.PREDICTIONS);
    }

    /** Policies and word of progress. */
    List<SpecificRecord> policies() {
        return output.side(LearnerOperator.POLICIES);
    }

    List<PolicySnapshot> weights() {
        return output.side(LearnerOperator.WEIGHTS);
    }

    /** Closes as Flink does when a task ends, and lets what goes wrong be seen. */
    void closeLoudly() throws Exception {
        harness.close();
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
