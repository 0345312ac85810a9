package perennial.streaming.learn;

import perennial.learning.event.Event;
import perennial.learning.event.EventSource;
import perennial.learning.event.Rejection;
import perennial.learning.learner.LearnerSpec;
import perennial.streaming.feed.Ticket;
import perennial.streaming.learn.LearnerCheckpoint.SourceCheckpoint;

/** A learner's own source, which gives events on tickets only, each ticket once. Not thread-safe. */
final class TicketedSource implements AutoCloseable {

    private final LearnerSpec spec;
    private final EventSource source;
    private long passed;
    private int allowed;

    /**
     * @param spec of the learner
     * @param source at its beginning; closed with this
     * @param checkpoint what to go on from, or null
     */
    TicketedSource(LearnerSpec spec, EventSource source, SourceCheckpoint checkpoint) {
        this.spec = spec;
        this.source = source;
        if (checkpoint != null) {
            passed = checkpoint.tickets();
            source.restore(checkpoint.state());
        }
    }

    /** Takes a ticket: one that was taken before allows nothing. */
    void take(Ticket ticket) {
        if (ticket.number() > passed) {
            throw new IllegalStateException("a learner's tickets must come one after the other: learner=" + spec.name()
                    + " expected=" + passed + " found=" + ticket.number());
        }
        allowed = 0;
        if (ticket.number() == passed) {
            passed++;
            allowed = Ticket.EVENTS;
        }
    }

    /**
     * The next event that the ticket allows.
     *
     * @return the event, which the next call overwrites; null where there is none
     * @throws IllegalStateException if the learner cannot learn from it
     */
    Event next() {
        if (allowed == 0 || source.isDone()) {
            return null;
        }
        allowed--;
        Event event = source.next();
        Rejection rejection = spec.task().rejectionOf(event);
        if (rejection != null) {
            throw new IllegalStateException("a learner must be able to use what its own source makes: learner="
                    + spec.name() + " sequence=" + event.sequence + " reason=\"" + rejection.error()
                    + "\"; change the learner's task or its source");
        }
        return event;
    }

    SourceCheckpoint checkpoint() {
        return new SourceCheckpoint(passed, source.save());
    }

    @Override
    public void close() {
        source.close();
    }
}
