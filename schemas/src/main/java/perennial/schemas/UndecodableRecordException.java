package perennial.schemas;

/**
 * Bytes that are no record: the message says what a record must be and what was found instead. It has no stack trace: a stranger may send
 * thousands of such records a second, and a trace would take most of the time that one costs.
 */
public final class UndecodableRecordException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    UndecodableRecordException(String message) {
        super(message);
    }

    UndecodableRecordException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
