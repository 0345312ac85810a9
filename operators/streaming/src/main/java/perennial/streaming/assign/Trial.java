package perennial.streaming.assign;

import java.util.List;
import perennial.learning.event.Event;
import perennial.learning.event.Rejection;
import perennial.learning.learner.LearnerSpec;
import perennial.schemas.EventDecoder;
import perennial.streaming.types.RawRecord;

/**
 * Says what a job would say of a record, without the job: whether it can be decoded, and whether a learner can use it. Of its
 * place in its stream, which only the job's state knows, it says nothing. Not thread-safe.
 */
public final class Trial {

    private final List<LearnerSpec> learners;
    private final int maxRecordBytes;
    private final EventDecoder decoder = new EventDecoder();
    private final Routes routes;
    private final Event event = new Event();

    /**
     * @param learners the learners of the job; none to look only at whether a record can be decoded
     * @param maxRecordBytes bytes that a record's key, value and headers may have together
     */
    public Trial(List<LearnerSpec> learners, int maxRecordBytes) {
        this.learners = List.copyOf(learners);
        this.maxRecordBytes = maxRecordBytes;
        this.routes = new Routes(this.learners);
    }

    /** Why the job would refuse the record, in a sentence; null where one of the learners, at least, would use it. */
    public String refusal(RawRecord record) {
        if (record.value() == null) {
            return "a record must have a value: value=null";
        }
        if (DeadLetters.bytes(record) > maxRecordBytes) {
            return "a record must have at most " + maxRecordBytes + " bytes: bytes=" + DeadLetters.bytes(record);
        }
        try {
            EventMapping.map(decoder.decode(record.value()), event);
        } catch (RuntimeException e) {
            return e.getMessage() == null ? e.getClass().getName() : e.getMessage();
        }
        return learners.isEmpty() ? null : refusalOfLearners();
    }

    private String refusalOfLearners() {
        int[] followers = routes.of(event.stream).learners();
        if (followers.length == 0) {
            return "a stream must be one that a learner follows: stream=" + event.stream;
        }
        Refusals refusals = new Refusals();
        for (int follower : followers) {
            LearnerSpec learner = learners.get(follower);
            Rejection rejection = learner.task().rejectionOf(event);
            if (rejection == null) {
                return null;
            }
            refusals.add(learner.name(), rejection);
        }
        return refusals.sentence();
    }
}
