package perennial.streaming.feed;

import perennial.streaming.types.LearnerInput;

/**
 * Permission for a learner to take in the next events of its own source, {@link #EVENTS} at the most.
 *
 * <p>Between two tickets a checkpoint may pass. A learner counts its tickets and passes over those that it has had: so their source
 * needs no state, and begins with number 0 after every restart.
 *
 * @param key key of the learner
 * @param learner its name
 * @param number place among the learner's tickets, from 0
 */
public record Ticket(Integer key, String learner, long number) implements LearnerInput {

    /** Events that a ticket allows. Savepoints count in tickets: it never changes. */
    public static final int EVENTS = 256;

    /** Tickets that allow at least so many events. */
    public static long toAllow(long events) {
        return events / EVENTS + (events % EVENTS == 0 ? 0 : 1);
    }
}
