package perennial.learning.state;

import java.io.IOException;

/** Says that bytes are not a learner's state, or not a whole one. */
public final class StateFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    public StateFormatException(String message) {
        super(message);
    }

    public StateFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
