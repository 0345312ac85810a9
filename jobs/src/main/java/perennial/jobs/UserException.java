package perennial.jobs;

/**
 * Trouble that the person at the command line can mend: the message is a sentence that says what is wrong and what to
 * do, and is all that is printed unless {@code --stacktrace} is given.
 */
public final class UserException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private UserException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** What was asked for could not be done: exit code 1. */
    public static UserException failed(String message) {
        return new UserException(1, message, null);
    }

    /** What was asked for could not be done: exit code 1. */
    public static UserException failed(String message, Throwable cause) {
        return new UserException(1, message, cause);
    }

    /** It was asked for wrongly, on the command line or in a configuration: exit code 2. */
    public static UserException usage(String message) {
        return new UserException(2, message, null);
    }

    /** 1 for what failed, 2 for wrong usage. */
    public int exitCode() {
        return exitCode;
    }
}
