package perennial.streaming.learn;

import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.assign.LearnerKeys;
import perennial.streaming.feed.Ticket;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.LearnerInput;

/**
 * Lets the learners of a subtask take in the events of their own sources, as many at a time as a ticket allows. A learner
 * and its source are one value of state. Commands come between two tickets.
 *
 * <p>All learners whose keys are this subtask's begin when it is opened, so that every checkpoint has them. One that a checkpoint
 * lacks has ended before it: Flink keeps no state of subtasks that have finished, and the tickets that come again are passed over.
 */
public final class InJobLearnerOperator extends LearnerHolder
        implements OneInputStreamOperator<LearnerInput, SpecificRecord>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

    private final InJobSources sources;
    private transient LearnerKeys keys;
    private transient Counter events;
    private transient boolean isRestored;

    /**
     * @param specs the learners of the job, of which this subtask holds those whose keys are its own
     * @param factory where they come from
     * @param sources where their sources come from
     * @param weightsAtEnd whether each learner's weights are sent out when all tickets were given
     * @param publications how often policies and progress are sent out, by learner
     */
    public InJobLearnerOperator(
            List<LearnerSpec> specs,
            LearnerFactory factory,
            InJobSources sources,
            boolean weightsAtEnd,
            Map<String, PolicyPublication> publications) {
        super(specs, factory, weightsAtEnd, publications);
        this.sources = sources;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        isRestored = context.isRestored();
    }

    @Override
    public void open() throws Exception {
        keys = LearnerKeys.of(specs().stream().map(LearnerSpec::name).toList());
        super.open();
        // Shown for the task as records that came in, as events are that come from elsewhere.
        events = new SimpleCounter();
        getContainingTask().getEnvironment().getMetricGroup().getIOMetricGroup().reuseRecordsInputCounter(events);
        TaskInfo subtask = getRuntimeContext().getTaskInfo();
        for (LearnerSpec spec : specs()) {
            if (keys.subtaskOf(spec.name(), subtask.getNumberOfParallelSubtasks()) != subtask.getIndexOfThisSubtask()) {
                continue;
            }
            if (!isRestored) {
                begin(spec, keys.of(spec.name()), null);
            } else if (held(spec.name()) == null && !isRetired(spec.name())) {
                LOG.info(
                        "A learner had ended before the checkpoint that the job goes on from: learner={}", spec.name());
            }
        }
    }

    /** Keys follow from all the learners' names: with others, tickets would not find the learners that were saved. */
    @Override
    void checkRestored(LearnerCheckpoint checkpoint, Integer key) {
        String learner = checkpoint.learner();
        if (spec(learner) == null || !keys.of(learner).equals(key)) {
            throw refusal(
                    "a job whose learners have sources of their own goes on with the same learners in the same order:"
                            + " saved=" + learner + " configured="
                            + specs().stream().map(LearnerSpec::name).toList()
                            + "; go on with the configuration that it was begun with, or start anew");
        }
        if (checkpoint.source() == null && !checkpoint.control().isRetired()) {
            throw refusal("a learner that has a source of its own must have had it from its beginning: learner="
                    + learner + "; go on without environment and labels, or start anew");
        }
    }

    @Override
    String wayOut() {
        return "start the job anew, without a state";
    }

    @Override
    TicketedSource sourceOf(LearnerSpec spec, Learner learner, LearnerCheckpoint checkpoint) {
        return new TicketedSource(spec, sources.open(spec, learner), checkpoint == null ? null : checkpoint.source());
    }

    @Override
    public void processElement(StreamRecord<LearnerInput> element) throws Exception {
        if (element.getValue() instanceof LearnerCommand command) {
            take(command);
            return;
        }
        Ticket ticket = (Ticket) element.getValue();
        LiveLearner learner = held(ticket.learner());
        if (learner != null) {
            events.inc(learner.observe(ticket));
            releaseIfRetired(learner);
        }
    }

    /** All learners begin with the job. */
    @Override
    boolean beginsOnCommand() {
        return false;
    }

    @Override
    public void endInput() {
        endLearners();
    }
}
