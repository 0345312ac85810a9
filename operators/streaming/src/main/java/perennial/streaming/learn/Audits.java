package perennial.streaming.learn;

import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import perennial.schemas.CommandDecoder;
import perennial.streaming.learn.LearnerCheckpoint.TrainedThrough;
import perennial.v1.ControlAudit;
import perennial.v1.ControlCommand;
import perennial.v1.ControlOutcome;

/**
 * Says on the way of the reports what became of commands.
 *
 * @param output the way of the reports
 */
record Audits(Output<StreamRecord<SpecificRecord>> output) {

    /**
     * Tells of one command.
     *
     * @param learner the learner, or what the command names
     * @param detail what was done, or why not
     * @param update updates that the learner had made
     * @param positions how far each actor's events were taken in
     */
    void tell(
            String learner,
            ControlCommand command,
            ControlOutcome outcome,
            String detail,
            long update,
            List<TrainedThrough> positions) {
        ControlAudit audit = new ControlAudit();
        audit.setLearner(learner);
        audit.setCommand(command.getId());
        audit.setAction(CommandDecoder.action(command));
        audit.setOutcome(outcome);
        audit.setDetail(detail);
        audit.setUpdate(update);
        audit.setAtUpdate(command.getAtUpdate());
        audit.setTrainedThrough(PolicyChunks.records(positions));
        audit.setNote(command.getNote());
        output.collect(new StreamRecord<>(audit));
    }
}
