package perennial.jobs.graph;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * Says that records which a checkpoint counts as written are missing from a topic, because the broker aborted their transaction
 * before it was committed. A job that meets it fails at once: started again from that checkpoint it would go on without them.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class LostRecordsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Has no cause: what is told of a job's failure is its innermost cause, and that must be this one. */
    LostRecordsException(String topic, String transactionalId, String timeout, Throwable refusal) {
        super("records that a checkpoint counts as written are not on their topic: topic=" + topic + " transaction="
                + transactionalId + " transaction.timeout.ms=" + timeout + " error=" + refusal.getMessage()
                + "; the broker aborted them, because broker or job were away for longer than that. Nothing is lost if"
                + " the job goes on from the checkpoint before its newest one: perennial run --resume PATH (see"
                + " docs/reliability.md)");
    }
}
