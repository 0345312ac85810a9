package perennial.environment.kafka;

/**
 * What a run of a producer came to.
 *
 * @param resumedAt sequence of the first record that this run was to publish; 0 for a new stream
 * @param published records of the stream that are on the topic now, those of earlier runs included
 * @param finished whether the stream is complete; otherwise the run was stopped
 */
public record Outcome(long resumedAt, long published, boolean finished) {

    /** Whether the stream was complete before the run, so that nothing was to be done. */
    public boolean nothingToDo() {
        return finished && resumedAt == published;
    }
}
