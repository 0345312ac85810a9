package perennial.streaming.learn;

import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.types.LearnerEvent;

/** Gives the learners of a subtask the events that come for them. A learner begins with its first event. */
public final class LearnerOperator extends LearnerHolder
        implements OneInputStreamOperator<LearnerEvent, SpecificRecord>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

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
    public void processElement(StreamRecord<LearnerEvent> element) throws Exception {
        observe(element.getValue());
    }

    @Override
    public void endInput() {
        endLearners();
    }
}
