package perennial.streaming.assign;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import perennial.learning.event.Event;
import perennial.learning.event.Rejection;
import perennial.learning.learner.LearnerSpec;
import perennial.schemas.EventDecoder;
import perennial.streaming.types.DeadLetterSerializer;
import perennial.streaming.types.LearnerEvent;
import perennial.streaming.types.RawRecord;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;

/**
 * Decodes records, checks them, and sends each to the learners that can use it. What cannot be used becomes one dead
 * letter with its reason; no bytes whatever stop the job.
 *
 * <p>Chained to the source: what leaves it is one {@link LearnerEvent} per learner, all sharing one instance of the
 * event, which holds until the next record. Its state is small and every subtask gets all of it on a restore: how far
 * each actor has counted (a stream lies in one partition, and partitions move between subtasks), and the learners' keys.
 */
public final class DecodeAndAssign extends ProcessFunction<RawRecord, LearnerEvent> implements CheckpointedFunction {

    /** Where dead letters leave. */
    public static final OutputTag<DeadLetter> DEAD_LETTERS =
            new OutputTag<>("dead-letters", DeadLetterSerializer.TYPE_INFO);

    /** Characters of a stream's name, so that names can be remembered. */
    static final int MAX_STREAM_NAME = 1000;

    private static final long serialVersionUID = 1L;

    private final ArrayList<LearnerSpec> learners;
    private final int maxRecordBytes;

    private transient EventReader reader;
    private transient EventDecoder decoder;
    private transient DeadLetters letters;
    private transient Routes routes;
    private transient Event event;
    private transient LearnerEvent assigned;
    private transient DeadLetterCounters lettersByReason;
    private transient Counter recordsUsed;

    private transient KeyMemory memory;
    private transient LearnerKeys keys;
    private transient Sequences sequences;
    private transient ListState<SequencePosition> positionState;

    /**
     * @param learners the learners of the job, each with a name of its own
     * @param maxRecordBytes bytes that a record's key, value and headers may have together
     */
    public DecodeAndAssign(List<LearnerSpec> learners, int maxRecordBytes) {
        if (learners.isEmpty()) {
            throw new IllegalArgumentException("a job needs at least one learner: learners=[]");
        }
        if (maxRecordBytes < 1) {
            throw new IllegalArgumentException("maxRecordBytes must be at least 1: maxRecordBytes=" + maxRecordBytes);
        }
        this.learners = new ArrayList<>(learners);
        this.maxRecordBytes = maxRecordBytes;
        // Finds a name that two learners have before a job is submitted.
        LearnerKeys.of(names());
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        memory = new KeyMemory(names(), context.getOperatorStateStore());
        keys = memory.keys();
        positionState = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("sequence-positions", new SequencePositionSerializer()));
        sequences = new Sequences(positionState.get());
    }

    @Override
    public void open(OpenContext context) {
        reader = new EventReader();
        decoder = new EventDecoder();
        letters = new DeadLetters(maxRecordBytes);
        routes = new Routes(learners);
        event = new Event();
        assigned = new LearnerEvent(event);
        recordsUsed = getRuntimeContext().getMetricGroup().counter("recordsUsed");
        lettersByReason = new DeadLetterCounters(getRuntimeContext().getMetricGroup());
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        memory.save();
        positionState.update(sequences.positions());
    }

    @Override
    public void processElement(RawRecord record, Context context, Collector<LearnerEvent> out) {
        if (!decode(record, context)) {
            return;
        }
        Routes.Route route = routes.of(event.stream);
        if (route.learners().length == 0) {
            refuse(
                    record,
                    DeadLetterReason.UNKNOWN_STREAM,
                    "a stream must be one that a learner follows: stream=" + event.stream
                            + "; add it to the streams of a learner, or send it to another topic",
                    context);
            return;
        }
        event.stream = route.stream();
        Sequences.Finding finding = sequences.note(event, record);
        if (finding == Sequences.Finding.REPEATED) {
            refuse(record, DeadLetterReason.SEQUENCE_REPEATED, repeated(), context);
            return;
        }
        assign(record, route.learners(), finding == Sequences.Finding.GAP, context, out);
    }

    /** Fills {@link #event}, or sends the record to the dead letters and returns false. */
    private boolean decode(RawRecord record, Context context) {
        byte[] value = record.value();
        if (value == null) {
            refuse(record, DeadLetterReason.UNDECODABLE, "a record must have a value: value=null", context);
            return false;
        }
        long bytes = DeadLetters.bytes(record);
        if (bytes > maxRecordBytes) {
            refuse(
                    record,
                    DeadLetterReason.TOO_LARGE,
                    "a record's key, value and headers must have at most " + maxRecordBytes + " bytes: bytes=" + bytes
                            + " value=" + value.length + " key=" + (record.key() == null ? 0 : record.key().length)
                            + "; this letter carries the first of its key and value; raise limits.maxRecordBytes, or"
                            + " send smaller records",
                    context);
            return false;
        }
        Optional<String> error = read(value);
        if (error.isPresent()) {
            refuse(record, DeadLetterReason.UNDECODABLE, error.get(), context);
            return false;
        }
        if (event.stream.length() > MAX_STREAM_NAME) {
            refuse(
                    record,
                    DeadLetterReason.OTHER,
                    "a stream's name must have at most " + MAX_STREAM_NAME + " characters: length="
                            + event.stream.length(),
                    context);
            return false;
        }
        return true;
    }

    /** Fills {@link #event}, or says what is wrong with the bytes. */
    private Optional<String> read(byte[] value) {
        try {
            if (reader.read(value, event)) {
                return Optional.empty();
            }
            Optional<String> error = reader.error();
            if (error.isEmpty()) {
                EventMapping.map(decoder.decode(value), event);
            }
            return error;
        } catch (RuntimeException e) {
            // UndecodableRecordException as a rule; but nobody can foresee what all bytes of the world lead to.
            return Optional.of(sentence(e));
        }
    }

    private void assign(RawRecord record, int[] followers, boolean gap, Context context, Collector<LearnerEvent> out) {
        Refusals refusals = null;
        for (int follower : followers) {
            LearnerSpec learner = learners.get(follower);
            Rejection rejection = learner.task().rejectionOf(event);
            if (rejection == null) {
                assigned.address(keys.of(learner.name()), learner.name());
                out.collect(assigned);
            } else {
                refusals = refusals == null ? new Refusals() : refusals;
                refusals.add(learner.name(), rejection);
            }
        }
        int used = followers.length - (refusals == null ? 0 : refusals.count());
        if (used > 0) {
            recordsUsed.inc();
        }
        if (refusals != null) {
            String error = refusals.sentence() + (used > 0 ? "; used by the stream's other learners" : "");
            refuse(record, refusals.reason(), gap ? error + "; also, " + missing() : error, context);
        } else if (gap) {
            refuse(record, DeadLetterReason.SEQUENCE_GAP, missing() + "; this record was used", context);
        }
    }

    private void refuse(RawRecord record, DeadLetterReason reason, String error, Context context) {
        lettersByReason.count(reason);
        context.output(DEAD_LETTERS, letters.letter(record, reason, error));
    }

    private String repeated() {
        return "a sequence must go up by one: stream=" + event.stream + " actor=" + event.actor + " expected="
                + (sequences.lastBefore() + 1) + " found=" + event.sequence + "; it was dropped as a repetition";
    }

    private String missing() {
        long expected = sequences.lastBefore() + 1;
        // Numbers of both signs may lie further apart than a signed number can say.
        String count = Long.toUnsignedString(event.sequence - expected);
        return "a sequence must go up by one: stream=" + event.stream + " actor=" + event.actor + " expected="
                + expected + " found=" + event.sequence + " missing=" + count;
    }

    private static String sentence(RuntimeException e) {
        return e.getMessage() == null ? e.getClass().getName() : e.getMessage();
    }

    private List<String> names() {
        return learners.stream().map(LearnerSpec::name).toList();
    }
}
