package perennial.streaming.learn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.assign.DeadLetterCounters;
import perennial.streaming.assign.DecodeAndAssign;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.LearnerEvent;
import perennial.streaming.types.RecordSerializer;
import perennial.v1.ControlCommand;
import perennial.v1.ControlOutcome;
import perennial.v1.DeadLetter;
import perennial.v1.PolicySnapshot;
import perennial.v1.Prediction;

/**
 * Holds the learners of a subtask. Every learning decision is a learner's; this class owns what Flink owns: life cycle, state
 * and counters.
 *
 * <p>An operator and not a function, because the learners live as objects between checkpoints: their networks are in
 * native memory or in large arrays, and only a checkpoint turns them into keyed state, one value per learner. A
 * learner's memory is freed in {@link #close()}, which Flink calls whether the job ends, fails or is cancelled.
 *
 * <p>Reports, task summaries and what became of commands leave on the main output, predictions, weights and policies on side outputs.
 *
 * <p>A learner that is retired leaves a checkpoint without a state, which is never removed: whatever comes for it later is passed over.
 */
abstract class LearnerHolder extends AbstractStreamOperator<SpecificRecord> {

    /** Where predictions leave. */
    public static final OutputTag<Prediction> PREDICTIONS =
            new OutputTag<>("predictions", RecordSerializer.typeInfo(Prediction.class));

    /** Where weights leave. */
    public static final OutputTag<PolicySnapshot> WEIGHTS =
            new OutputTag<>("weights", RecordSerializer.typeInfo(PolicySnapshot.class));

    /** Where policies and word of progress leave, for actors. */
    public static final OutputTag<SpecificRecord> POLICIES =
            new OutputTag<>("policies", RecordSerializer.typeInfo(SpecificRecord.class));

    /** Name of the keyed state. */
    public static final String STATE = "learner";

    private static final long serialVersionUID = 1L;

    private final ArrayList<LearnerSpec> specs;
    private final LearnerFactory factory;
    private final boolean weightsAtEnd;
    private final HashMap<String, PolicyPublication> publications;

    private transient Map<String, LearnerSpec> specsByName;
    private transient Map<String, LiveLearner> learners;
    private transient Map<String, LearnerCheckpoint> retired;
    private transient Audits audits;
    private transient Set<String> unknownLearners;
    private transient DeadLetterCounters deadLetters;
    private transient Counter eventsOfUnknownLearners;
    private transient Counter eventsOfRetiredLearners;
    private transient ValueState<LearnerCheckpoint> state;

    /**
     * @param specs the learners of the job, of which this subtask holds some
     * @param factory where they come from
     * @param weightsAtEnd whether each learner's weights are sent out when the input ends
     * @param publications how often policies and progress are sent out, by learner
     */
    LearnerHolder(
            List<LearnerSpec> specs,
            LearnerFactory factory,
            boolean weightsAtEnd,
            Map<String, PolicyPublication> publications) {
        this.specs = new ArrayList<>(specs);
        this.factory = factory;
        this.weightsAtEnd = weightsAtEnd;
        this.publications = new HashMap<>(publications);
    }

    @Override
    public void open() throws Exception {
        super.open();
        specsByName = new HashMap<>();
        specs.forEach(spec -> specsByName.put(spec.name(), spec));
        learners = new HashMap<>();
        retired = new HashMap<>();
        audits = new Audits(output);
        unknownLearners = new HashSet<>();
        deadLetters = new DeadLetterCounters(getMetricGroup());
        eventsOfUnknownLearners = getMetricGroup().counter("eventsOfUnknownLearners");
        eventsOfRetiredLearners = getMetricGroup().counter("eventsOfRetiredLearners");
        state = getRuntimeContext().getState(stateDescriptor());
        restore();
    }

    /** The keyed state: one value for each learner, under the learner's key. */
    public static ValueStateDescriptor<LearnerCheckpoint> stateDescriptor() {
        return new ValueStateDescriptor<>(STATE, new LearnerCheckpointSerializer());
    }

    private void restore() throws Exception {
        KeyedStateBackend<Integer> backend = getKeyedStateBackend();
        List<Integer> keys;
        // Collected first: what is done for a key below changes the state that the stream runs over.
        try (var stream = backend.getKeys(STATE, VoidNamespace.INSTANCE)) {
            keys = stream.sorted().toList();
        }
        for (Integer key : keys) {
            setCurrentKey(key);
            LearnerCheckpoint checkpoint = state.value();
            LearnerSpec spec = specsByName.get(checkpoint.learner());
            checkRestored(checkpoint, key);
            if (spec == null) {
                LOG.warn(
                        "The state of a learner is dropped, because the configuration has no such learner: learner={}",
                        checkpoint.learner());
                state.clear();
            } else if (checkpoint.control().isRetired()) {
                retired.put(spec.name(), checkpoint);
            } else {
                String misfit = SavedConfiguration.refusalOf(spec, checkpoint.origin(), wayOut());
                if (misfit != null) {
                    throw refusal(misfit);
                }
                begin(spec, key, checkpoint)
                        .followConfiguration(SavedConfiguration.rateChanges(spec, checkpoint.origin()));
            }
        }
    }

    /**
     * Looks at what a checkpoint has before it is gone on from.
     *
     * @param key the key that it lies under
     */
    void checkRestored(LearnerCheckpoint checkpoint, Integer key) {}

    /** What can be done where a learner's configuration and its state do not fit, beside configuring what was saved. */
    String wayOut() {
        return "give the learner another name, under which it begins anew";
    }

    /** A state that does not fit will be refused again: a restart is of no use. */
    static SuppressRestartsException refusal(String sentence) {
        return new SuppressRestartsException(new IllegalStateException(sentence));
    }

    /**
     * What feeds a learner that begins, or goes on, here.
     *
     * @param checkpoint what it goes on from, or null
     * @return null where its events come from elsewhere
     */
    TicketedSource sourceOf(LearnerSpec spec, Learner learner, LearnerCheckpoint checkpoint) {
        return null;
    }

    /** The learners of the job. */
    final List<LearnerSpec> specs() {
        return specs;
    }

    /** The spec of that learner; null where the configuration has none. */
    final LearnerSpec spec(String learner) {
        return specsByName.get(learner);
    }

    /** Gives its learner an event. */
    final void observe(LearnerEvent event) throws Exception {
        LiveLearner learner = learners.get(event.learner());
        if (learner == null) {
            LearnerSpec spec = specsByName.get(event.learner());
            if (spec == null) {
                drop(event.learner());
                return;
            }
            if (retired.containsKey(event.learner())) {
                eventsOfRetiredLearners.inc();
                return;
            }
            learner = begin(spec, event.key(), null);
        }
        learner.observe(event.event());
        releaseIfRetired(learner);
    }

    /** Events that were in flight in an unaligned checkpoint may be for a learner that is no longer configured. */
    private void drop(String learner) {
        eventsOfUnknownLearners.inc();
        if (unknownLearners.add(learner)) {
            LOG.warn(
                    "Events for a learner are dropped, because the configuration has no such learner: learner={}",
                    learner);
        }
    }

    /** Carries a command out, or tells why not. */
    final void take(LearnerCommand addressed) throws Exception {
        if (addressed.record() instanceof DeadLetter letter) {
            deadLetters.count(letter.getReason());
            output.collect(DecodeAndAssign.DEAD_LETTERS, new StreamRecord<>(letter));
            return;
        }
        ControlCommand command = (ControlCommand) addressed.record();
        String name = addressed.learner();
        LearnerSpec spec = specsByName.get(name);
        if (spec == null) {
            refuse(
                    name,
                    command,
                    0,
                    "no learner of the job has this name: learners="
                            + specs.stream().map(LearnerSpec::name).toList());
            return;
        }
        if (retired.containsKey(name)) {
            refuseForRetired(addressed.key(), name, command);
            return;
        }
        LiveLearner learner = learners.get(name);
        if (learner == null) {
            if (!beginsOnCommand()) {
                refuse(name, command, 0, "the learner has come to its end");
                return;
            }
            learner = begin(spec, addressed.key(), null);
        }
        learner.take(command);
        releaseIfRetired(learner);
    }

    /** Whether a learner that is not here has not begun yet, rather than ended. */
    boolean beginsOnCommand() {
        return true;
    }

    private void refuseForRetired(Integer key, String name, ControlCommand command) throws Exception {
        LearnerCheckpoint checkpoint = retired.get(name);
        ControlDesk desk = new ControlDesk(checkpoint.control());
        if (desk.note(command.getId())) {
            long retiredAt = checkpoint.control().retiredAt();
            refuse(name, command, retiredAt, "the learner is retired; a learner under a new name takes its place");
            keepRetired(key, checkpoint.with(desk.checkpoint(retiredAt)));
        }
    }

    private void refuse(String learner, ControlCommand command, long update, String why) {
        audits.tell(learner, command, ControlOutcome.REFUSED, why, update, List.of());
    }

    /** Frees the memory of a learner that is retired now. */
    final void releaseIfRetired(LiveLearner learner) throws Exception {
        if (learner.isRetired()) {
            LearnerCheckpoint checkpoint = learner.checkpoint();
            learners.remove(checkpoint.learner());
            learner.close();
            keepRetired(learner.key(), checkpoint);
        }
    }

    private void keepRetired(Integer key, LearnerCheckpoint checkpoint) throws Exception {
        retired.put(checkpoint.learner(), checkpoint);
        setCurrentKey(key);
        state.update(checkpoint);
    }

    /** Whether that learner was retired. */
    final boolean isRetired(String learner) {
        return retired.containsKey(learner);
    }

    /** The learner of that name; null where it has not begun here. */
    final LiveLearner held(String learner) {
        return learners.get(learner);
    }

    /** Makes a learner; {@code checkpoint} is what it goes on from, or null. */
    final LiveLearner begin(LearnerSpec spec, Integer key, LearnerCheckpoint checkpoint) {
        Learner made = null;
        TicketedSource source;
        try {
            made = factory.make(spec, checkpoint == null ? null : checkpoint.state());
            source = sourceOf(spec, made, checkpoint);
        } catch (RuntimeException e) {
            if (made != null) {
                made.close();
            }
            if (checkpoint == null || !(e instanceof IllegalArgumentException)) {
                throw e;
            }
            SuppressRestartsException refusal =
                    refusal("learner " + spec.name() + " cannot go on from its state: " + e.getMessage());
            refusal.addSuppressed(e);
            throw refusal;
        }
        LiveLearner learner = new LiveLearner(
                spec,
                key,
                made,
                source,
                checkpoint,
                publications.get(spec.name()),
                output,
                new LearnerMetrics(spec, getMetricGroup()));
        LiveLearner other = learners.put(spec.name(), learner);
        if (other != null) {
            other.close();
            throw new IllegalStateException("a learner must have its state under one key: learner=" + spec.name()
                    + " keys=" + other.key() + "," + key);
        }
        return learner;
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        for (LiveLearner learner : learners.values()) {
            setCurrentKey(learner.key());
            state.update(learner.checkpoint());
        }
    }

    /** There is nothing more to learn from. */
    final void endLearners() {
        for (LearnerSpec spec : specs) {
            LiveLearner learner = learners.get(spec.name());
            if (learner != null) {
                learner.endOfStream();
                if (weightsAtEnd) {
                    learner.weights().forEach(chunk -> output.collect(WEIGHTS, new StreamRecord<>(chunk)));
                }
            }
        }
    }

    @Override
    public void close() throws Exception {
        RuntimeException failure = null;
        // Null where Flink gave up before the operator was opened.
        if (learners != null) {
            for (LiveLearner learner : learners.values()) {
                try {
                    learner.close();
                } catch (RuntimeException e) {
                    // The others' memory is freed all the same.
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
            learners.clear();
        }
        super.close();
        if (failure != null) {
            throw failure;
        }
    }
}
