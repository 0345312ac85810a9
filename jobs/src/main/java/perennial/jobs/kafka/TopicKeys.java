package perennial.jobs.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import perennial.v1.ControlAudit;
import perennial.v1.ControlCommand;
import perennial.v1.Event;
import perennial.v1.LearnerProgress;
import perennial.v1.PlasticityReport;
import perennial.v1.PolicySnapshot;
import perennial.v1.Prediction;
import perennial.v1.TaskSummary;

/**
 * The keys under which records stand on their topics.
 *
 * <p>The topic of policies is compacted: of the records of one key only the last is kept. So a policy's chunks and the
 * progress of its learner have keys of their own, {@code learner/chunk} and {@code learner/progress}, and the last whole
 * policy of every learner stays there to be found. Everything else is keyed by what must stay in order: an event by its
 * stream, the rest by its learner.
 */
public final class TopicKeys {

    private TopicKeys() {}

    /**
     * The key of a record, in UTF-8.
     *
     * @throws IllegalArgumentException if it is not a record of a topic
     */
    public static byte[] of(SpecificRecord record) {
        return text(record).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(SpecificRecord record) {
        if (record instanceof Event event) {
            return event.getStream();
        }
        if (record instanceof PlasticityReport report) {
            return report.getLearner();
        }
        if (record instanceof TaskSummary summary) {
            return summary.getLearner();
        }
        if (record instanceof Prediction prediction) {
            return prediction.getLearner();
        }
        if (record instanceof ControlCommand command) {
            return command.getLearner();
        }
        if (record instanceof ControlAudit audit) {
            return audit.getLearner();
        }
        if (record instanceof PolicySnapshot policy) {
            return policy.getLearner() + "/" + policy.getChunk();
        }
        if (record instanceof LearnerProgress progress) {
            return progress.getLearner() + "/progress";
        }
        throw new IllegalArgumentException("only a record of a topic has a key: record="
                + record.getSchema().getFullName());
    }
}
