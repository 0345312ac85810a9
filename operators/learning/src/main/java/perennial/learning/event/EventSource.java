package perennial.learning.event;

/**
 * What feeds a learner that has its events made beside it, one by one, rather than sent to it. The next event may depend on
 * what the learner made of those before: it is asked for when they have all been taken in. Not thread-safe.
 */
public interface EventSource extends AutoCloseable {

    /** Whether there is no event left. */
    boolean isDone();

    /**
     * Makes the next event. Not called once the source is done.
     *
     * @return the event, which the next call overwrites
     */
    Event next();

    /** Everything that the source is. */
    byte[] save();

    /**
     * Goes on where {@link #save} was called, on a source made alike whose learner goes on from the same moment.
     *
     * @param saved Not modified.
     * @throws IllegalArgumentException if the bytes are damaged, or of another source
     */
    void restore(byte[] saved);

    @Override
    void close();
}
