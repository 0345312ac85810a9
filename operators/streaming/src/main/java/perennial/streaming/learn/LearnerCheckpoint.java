package perennial.streaming.learn;

import java.util.List;
import perennial.learning.learner.LearnerSpec.Provenance;
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
 * @param origin what it was made from
 */
public record LearnerCheckpoint(
        String learner,
        String stream,
        List<TrainedThrough> trainedThrough,
        LearnerState state,
        SourceCheckpoint source,
        ControlCheckpoint control,
        Origin origin) {

    /** This one with another memory of commands. */
    LearnerCheckpoint with(ControlCheckpoint other) {
        return new LearnerCheckpoint(learner, stream, trainedThrough, state, source, other, origin);
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

    /**
     * What the learner was made from when the checkpoint was taken.
     *
     * @param format version of the checkpoint's bytes
     * @param configHash hash of its configuration
     * @param codeVersion version of the code that ran
     * @param configuration its effective configuration as JSON; empty where none describes it
     */
    public record Origin(int format, String configHash, String codeVersion, String configuration) {

        static Origin of(Provenance provenance) {
            return new Origin(
                    LearnerCheckpointSerializer.VERSION,
                    provenance.configHash(),
                    provenance.codeVersion(),
                    provenance.configuration());
        }
    }

    public LearnerCheckpoint {
        trainedThrough = List.copyOf(trainedThrough);
    }
}
