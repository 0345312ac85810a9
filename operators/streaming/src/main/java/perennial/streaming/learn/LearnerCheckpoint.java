package perennial.streaming.learn;

import java.util.List;
import perennial.learning.state.LearnerState;

/**
 * What a checkpoint holds of one learner. Immutable, as its state is by contract: it is written while the learner goes
 * on.
 *
 * @param learner name of the learner
 * @param stream stream of the last event it took in
 * @param trainedThrough how far each actor's events were taken in, ordered by stream and actor
 * @param state everything that the learner is
 * @param source what feeds it; null where its events come from elsewhere
 * @param control what it remembers of commands
 */
public record LearnerCheckpoint(
        String learner,
        String stream,
        List<TrainedThrough> trainedThrough,
        LearnerState state,
        SourceCheckpoint source,
        ControlCheckpoint control) {

    /** Of a learner that never had a command. */
    public LearnerCheckpoint(
            String learner,
            String stream,
            List<TrainedThrough> trainedThrough,
            LearnerState state,
            SourceCheckpoint source) {
        this(learner, stream, trainedThrough, state, source, ControlCheckpoint.NONE);
    }

    /** This one with another memory of commands. */
    LearnerCheckpoint with(ControlCheckpoint other) {
        return new LearnerCheckpoint(learner, stream, trainedThrough, state, source, other);
    }

    /**
     * How far the events of one actor were taken in.
     *
     * @param stream the actor's stream
     * @param actor the actor
     * @param sequence sequence number of its last event
     */
    public record TrainedThrough(String stream, int actor, long sequence) {}

    /**
     * A learner's own source.
     *
     * @param tickets tickets that it has had
     * @param state everything that the source is. Not modified, and shared.
     */
    public record SourceCheckpoint(long tickets, byte[] state) {}

    public LearnerCheckpoint {
        trainedThrough = List.copyOf(trainedThrough);
    }
}
