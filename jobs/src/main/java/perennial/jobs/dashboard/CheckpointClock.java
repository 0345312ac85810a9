package perennial.jobs.dashboard;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Knows when the job's newest checkpoint was completed. */
public interface CheckpointClock {

    /**
     * When that was; empty where none has been completed.
     *
     * @throws IOException if nobody answers
     */
    Optional<Instant> newest() throws IOException, InterruptedException;
}
