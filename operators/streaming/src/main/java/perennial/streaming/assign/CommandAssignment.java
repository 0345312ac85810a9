package perennial.streaming.assign;

import java.util.List;
import java.util.function.Consumer;
import perennial.schemas.CommandDecoder;
import perennial.schemas.UndecodableRecordException;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.RawRecord;
import perennial.v1.ControlCommand;
import perennial.v1.DeadLetterReason;

/**
 * Decodes the records of a control topic and addresses each command to every learner that it names. No bytes whatever stop the job.
 * Not thread-safe.
 */
public final class CommandAssignment {

    private final List<String> learners;
    private final LearnerKeys keys;
    private final int maxRecordBytes;
    private final CommandDecoder decoder = new CommandDecoder();
    private final DeadLetters letters;

    /**
     * @param learners names of the job's learners, at least one
     * @param keys their keys
     * @param maxRecordBytes size from which a record's value is too large
     */
    public CommandAssignment(List<String> learners, LearnerKeys keys, int maxRecordBytes) {
        this.learners = List.copyOf(learners);
        this.keys = keys;
        this.maxRecordBytes = maxRecordBytes;
        this.letters = new DeadLetters(maxRecordBytes);
    }

    /**
     * Gives {@code receiver} the record for each learner that it is for. A command that no learner's name matches, and a letter about
     * what is no command, go to the first learner's subtask, which tells of them.
     */
    public void assign(RawRecord record, Consumer<LearnerCommand> receiver) {
        ControlCommand command;
        try {
            command = decode(record);
        } catch (Unusable e) {
            receiver.accept(new LearnerCommand(anyKey(), "", letters.letter(record, e.reason, e.getMessage())));
            return;
        }
        boolean isForSomebody = false;
        for (String learner : learners) {
            if (Glob.matches(command.getLearner(), learner)) {
                isForSomebody = true;
                receiver.accept(new LearnerCommand(keys.of(learner), learner, command));
            }
        }
        if (!isForSomebody) {
            receiver.accept(new LearnerCommand(anyKey(), command.getLearner(), command));
        }
    }

    private ControlCommand decode(RawRecord record) throws Unusable {
        if (record.value() == null) {
            throw new Unusable(DeadLetterReason.UNDECODABLE, "a record must have a value: value=null");
        }
        if (record.value().length > maxRecordBytes) {
            throw new Unusable(
                    DeadLetterReason.TOO_LARGE,
                    "a record must have at most " + maxRecordBytes + " bytes: value=" + record.value().length
                            + "; this letter carries the first " + maxRecordBytes);
        }
        try {
            return decoder.decode(record.value());
        } catch (UndecodableRecordException e) {
            throw new Unusable(DeadLetterReason.UNDECODABLE, e.getMessage());
        } catch (RuntimeException e) {
            // Nobody can foresee what all bytes of the world lead to.
            throw new Unusable(DeadLetterReason.UNDECODABLE, e.toString());
        }
    }

    private Integer anyKey() {
        return keys.of(learners.get(0));
    }

    private static final class Unusable extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient DeadLetterReason reason;

        Unusable(DeadLetterReason reason, String message) {
            super(message, null, false, false);
            this.reason = reason;
        }
    }
}
