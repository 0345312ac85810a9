package perennial.schemas;

/** Bytes that are no record: the message says what a record must be and what was found instead. */
public final class UndecodableRecordException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    UndecodableRecordException(String message) {
        super(message);
    }

    UndecodableRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
