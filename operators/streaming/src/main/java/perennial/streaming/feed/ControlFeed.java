package perennial.streaming.feed;

import java.io.Serializable;
import java.util.List;
import perennial.streaming.types.RawRecord;

/** Where commands for learners come from that have sources of their own: shipped with the job graph, opened beside its coordinator. */
public interface ControlFeed extends Serializable {

    /** Milliseconds since 1970-01-01T00:00Z: commands from before are not for a job that begins now. */
    long beginningMs();

    /**
     * Begins to read.
     *
     * @param sinceMs milliseconds since 1970-01-01T00:00Z: what was written before is left out
     */
    Reading open(long sinceMs);

    /** A reading that is going on. For one thread at a time. */
    interface Reading extends AutoCloseable {

        /** What has come since the last call, in order; empty if nothing has, or nobody answers. Does not wait for more. */
        List<RawRecord> poll();

        @Override
        void close();
    }
}
