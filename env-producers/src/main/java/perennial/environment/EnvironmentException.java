package perennial.environment;

/**
 * Trouble that the person who runs an environment can mend: a file that is not what it should be, a broker that does not
 * answer. The message is a sentence that says what is wrong and what to do, and is fit to be printed on its own.
 */
public final class EnvironmentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public EnvironmentException(String message) {
        super(message);
    }

    public EnvironmentException(String message, Throwable cause) {
        super(message, cause);
    }
}
