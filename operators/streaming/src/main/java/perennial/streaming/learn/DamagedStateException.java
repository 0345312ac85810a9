package perennial.streaming.learn;

import java.io.IOException;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * Says that the state of a learner in a checkpoint is damaged. A job that meets it fails at once instead of starting again and
 * again from the same checkpoint.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class DamagedStateException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Has no cause: what is told of a job's failure is its innermost cause, and that must be this one. */
    DamagedStateException(String message) {
        super(message);
    }
}
