package perennial.streaming.saved;

import java.io.IOException;

/** Says in a sentence why a checkpoint or savepoint cannot be read. */
public final class CheckpointException extends IOException {

    private static final long serialVersionUID = 1L;

    CheckpointException(String message) {
        super(message);
    }

    CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
