package perennial.streaming.types;

import static java.util.Objects.requireNonNull;

import perennial.learning.event.Event;

/**
 * An event on its way to one learner. Mutable, so that one instance can carry record after record without allocation:
 * whoever keeps a value past the call copies it. Not thread-safe.
 */
public final class LearnerEvent implements LearnerInput {

    private Integer key = 0;
    private String learner = "";
    private Event event;

    /** An empty one with an event of its own. */
    public LearnerEvent() {
        this(new Event());
    }

    /** An empty one around {@code event}, which is shared, not copied. */
    public LearnerEvent(Event event) {
        this.event = requireNonNull(event, "event");
    }

    /** Key of the learner, see {@code LearnerKeys}. An object, so that a key selector does not allocate one. */
    @Override
    public Integer key() {
        return key;
    }

    /** Name of the learner. */
    @Override
    public String learner() {
        return learner;
    }

    /** What happened. */
    public Event event() {
        return event;
    }

    /** Says which learner it is for. */
    public void address(Integer newKey, String newLearner) {
        key = newKey;
        learner = newLearner;
    }

    /** Takes over everything that {@code other} says. Not modified. */
    public void copyFrom(LearnerEvent other) {
        address(other.key, other.learner);
        event.copyFrom(other.event);
    }
}
