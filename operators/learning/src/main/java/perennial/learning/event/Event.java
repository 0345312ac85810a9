package perennial.learning.event;

/**
 * Anything that a stream says to a learner. Mutable, so that one instance can carry record after record without
 * allocation: whoever keeps a value past the call copies it. Which fields mean something follows from {@link #kind}.
 * Not thread-safe.
 */
public final class Event {

    /** What happened. */
    public enum Kind {
        /** {@link Event#features} with {@link Event#label} or {@link Event#target}. */
        EXAMPLE,
        /** The task changes to {@link Event#task}. */
        LABEL_RESET,
        /** One step of an actor: {@link Event#features} is the observation. */
        TRANSITION,
        /** An episode of an actor is over. */
        EPISODE_END
    }

    /** What a label reset changed. */
    public enum ResetKind {
        LABELS_REDRAWN,
        CLASSES_PERMUTED,
        PIXELS_PERMUTED,
        ENVIRONMENT_CHANGED,
        OTHER
    }

    public Kind kind = Kind.EXAMPLE;

    /** Name of the stream. */
    public String stream = "";

    /** Which of the stream's actors speaks. */
    public int actor;

    /** Place among the records of this stream and actor, from 0. */
    public long sequence;

    /** Input of an example, or observation of a transition. */
    public final Features features = new Features();

    /** Class of an example, counted from 0; -1 where the example has a {@link #target}. */
    public int label = -1;

    /** Target values of a regression example (always floats; length 0 where the example has a class). */
    public final Features target = new Features();

    /** Number of the task that a label reset begins. */
    public int task;

    public ResetKind resetKind = ResetKind.OTHER;

    public int action;
    public float reward;
    public boolean terminal;
    public boolean truncated;
    public long episode;

    /** Whether {@link #nextObservation} is given. */
    public boolean hasNextObservation;

    public final Features nextObservation = new Features();

    /** Undiscounted return of a finished episode. */
    public double episodeReturn;

    /** Length of a finished episode, in environment steps. */
    public long episodeLength;

    /** Takes over everything that {@code other} says. Not modified. */
    public void copyFrom(Event other) {
        kind = other.kind;
        stream = other.stream;
        actor = other.actor;
        sequence = other.sequence;
        features.copyFrom(other.features);
        label = other.label;
        target.copyFrom(other.target);
        task = other.task;
        resetKind = other.resetKind;
        action = other.action;
        reward = other.reward;
        terminal = other.terminal;
        truncated = other.truncated;
        episode = other.episode;
        hasNextObservation = other.hasNextObservation;
        nextObservation.copyFrom(other.nextObservation);
        episodeReturn = other.episodeReturn;
        episodeLength = other.episodeLength;
    }
}
