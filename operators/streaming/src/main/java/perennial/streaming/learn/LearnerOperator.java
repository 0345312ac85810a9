package perennial.streaming.learn;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.types.LearnerEvent;

/** Gives the learners of a subtask the events that come for them. A learner begins with its first event. */
public final class LearnerOperator extends LearnerHolder<LearnerEvent> {

    private static final long serialVersionUID = 1L;

    private transient Set<String> unknownLearners;
    private transient Counter eventsOfUnknownLearners;

    /**
     * @param specs the learners of the job, of which this subtask holds those that events come for
     * @param factory where they come from
     * @param weightsAtEnd whether each learner's weights are sent out when the input ends
     * @param publications how often policies and progress are sent out, by learner
     */
    public LearnerOperator(
            List<LearnerSpec> specs,
            LearnerFactory factory,
            boolean weightsAtEnd,
            Map<String, PolicyPublication> publications) {
        super(specs, factory, weightsAtEnd, publications);
    }

    @Override
    public void open() throws Exception {
        super.open();
        unknownLearners = new HashSet<>();
        eventsOfUnknownLearners = getMetricGroup().counter("eventsOfUnknownLearners");
    }

    @Override
    public void processElement(StreamRecord<LearnerEvent> element) {
        LearnerEvent event = element.getValue();
        LiveLearner learner = held(event.learner());
        if (learner == null) {
            LearnerSpec spec = spec(event.learner());
            if (spec == null) {
                drop(event.learner());
                return;
            }
            learner = begin(spec, event.key(), null);
        }
        learner.observe(event.event());
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
}
