package perennial.streaming.types;

import static java.util.Objects.requireNonNull;

import org.apache.avro.specific.SpecificRecord;

/**
 * A command on its way to one learner. What is no command travels the same way, since somebody has to tell of it. Immutable.
 *
 * @param key key of the learner; that of any learner where none is meant
 * @param learner name of the learner; what the command names where no learner has that name
 * @param record the {@code ControlCommand}, or the {@code DeadLetter} of a record that is none. Not modified.
 */
public record LearnerCommand(Integer key, String learner, SpecificRecord record) implements LearnerInput {

    public LearnerCommand {
        requireNonNull(key, "key");
        requireNonNull(learner, "learner");
        requireNonNull(record, "record");
    }
}
