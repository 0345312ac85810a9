package perennial.schemas;

import org.apache.avro.specific.SpecificRecord;
import perennial.v1.ControlCommand;

/**
 * Commands in either of their two forms: Avro's single-object encoding (see {@link RecordCodec}) or a JSON object (see
 * {@link JsonRecords}); the first bytes tell which. Not thread-safe: one for each thread.
 */
public final class CommandDecoder {

    private static final int MAX_ID = 200;
    private static final int MAX_LEARNER = 1000;
    private static final int MAX_NOTE = 2000;

    private final RecordCodec codec = new RecordCodec();

    /**
     * The command that the bytes stand for.
     *
     * @param bytes one whole command. Not modified.
     * @throws UndecodableRecordException if they are anything else
     */
    public ControlCommand decode(byte[] bytes) {
        SpecificRecord record;
        if (RecordCodec.isEncoded(bytes)) {
            record = codec.decode(bytes);
        } else if (JsonRecords.isJson(bytes)) {
            record = JsonRecords.parse(bytes);
        } else {
            throw new UndecodableRecordException("a command must begin with C3 01 (Avro) or with { (JSON): length="
                    + bytes.length + " first bytes=" + RecordCodec.hex(bytes, 0, Math.min(bytes.length, 10)));
        }
        if (!(record instanceof ControlCommand command)) {
            throw new UndecodableRecordException(
                    "a command is needed: record=" + record.getSchema().getFullName());
        }
        requireTexts(command);
        return command;
    }

    /**
     * Makes sure that a command's texts are no longer than they may be: learners keep them in their state, and repeat them in audits that the
     * metrics topic must take.
     *
     * @throws UndecodableRecordException if one is
     */
    public static void requireTexts(ControlCommand command) {
        if (command.getId().isBlank() || command.getId().length() > MAX_ID) {
            throw new UndecodableRecordException("a command's id must have 1 to " + MAX_ID + " characters: length="
                    + command.getId().length());
        }
        if (command.getLearner().length() > MAX_LEARNER) {
            throw new UndecodableRecordException("what a command calls its learner must have at most " + MAX_LEARNER
                    + " characters: length=" + command.getLearner().length());
        }
        if (command.getNote().length() > MAX_NOTE) {
            throw new UndecodableRecordException("a command's note must have at most " + MAX_NOTE
                    + " characters: length=" + command.getNote().length());
        }
    }

    /** What a command asks for, as JSON names it: setRate, pause and the like. */
    public static String action(ControlCommand command) {
        return JsonCommands.typeOf(((SpecificRecord) command.getBody()).getSchema());
    }
}
