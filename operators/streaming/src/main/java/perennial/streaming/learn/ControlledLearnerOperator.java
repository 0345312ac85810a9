package perennial.streaming.learn;

import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.LearnerEvent;

/**
 * Gives the learners of a subtask the events that come for them, and between two events the commands. A learner begins with the first of
 * either.
 */
public final class ControlledLearnerOperator extends LearnerHolder
        implements TwoInputStreamOperator<LearnerEvent, LearnerCommand, SpecificRecord>, BoundedMultiInput {

    private static final long serialVersionUID = 1L;
    private static final int EVENTS = 1;

    /**
     * @param specs the learners of the job, of which this subtask holds those that events come for
     * @param factory where they come from
     * @param weightsAtEnd whether each learner's weights are sent out when there are no more events
     * @param publications how often policies and progress are sent out, by learner
     */
    public ControlledLearnerOperator(
            List<LearnerSpec> specs,
            LearnerFactory factory,
            boolean weightsAtEnd,
            Map<String, PolicyPublication> publications) {
        super(specs, factory, weightsAtEnd, publications);
    }

    @Override
    public void processElement1(StreamRecord<LearnerEvent> element) throws Exception {
        observe(element.getValue());
    }

    @Override
    public void processElement2(StreamRecord<LearnerCommand> element) throws Exception {
        take(element.getValue());
    }

    @Override
    public void endInput(int input) {
        if (input == EVENTS) {
            endLearners();
        }
    }
}
