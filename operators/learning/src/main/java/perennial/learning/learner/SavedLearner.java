package perennial.learning.learner;

import perennial.learning.state.LearnerState;

/**
 * What a saved state tells of its learner, without a learner being made. Of a twin it is what the projected run tells, which
 * is the learner to the outside.
 *
 * @param kind what learns: supervised, q, streamQ or twin; gone where there is no state
 * @param network names and shapes of the parameters
 * @param method name of the method
 * @param kernel engine and matrix kernels that it was computed on
 * @param updates updates begun
 * @param records records taken in
 * @param task number of the task
 * @param divergences updates that were discarded
 * @param stopped whether it had stopped learning
 * @param bytes size of everything, in bytes
 * @param replayBytes how much of that is replay memory
 */
public record SavedLearner(
        String kind,
        String network,
        String method,
        String kernel,
        long updates,
        long records,
        long task,
        long divergences,
        boolean stopped,
        long bytes,
        long replayBytes) {

    /** Kind of a learner of which no state was kept. */
    public static final String GONE = "gone";

    /**
     * Reads a state. One without entries is of a learner that will not learn again.
     *
     * @throws IllegalArgumentException if it is not a state that a learner has saved
     */
    public static SavedLearner of(LearnerState state) {
        if (state.entries().isEmpty()) {
            return new SavedLearner(GONE, "", "", "", 0, 0, 0, 0, true, 0, 0);
        }
        boolean isTwin = TwinLearner.isState(state);
        LearnerState run = isTwin ? TwinLearner.projected(state) : state;
        Progress progress = new Progress();
        progress.restore(run);
        return new SavedLearner(
                isTwin ? TwinLearner.TWIN : run.string(Training.KIND),
                run.string(Training.NETWORK),
                run.string(Training.METHOD),
                run.string(Training.KERNEL),
                progress.updates,
                progress.recordsSeen,
                progress.task,
                progress.divergences,
                progress.stopped,
                state.bytes(name -> true),
                state.bytes(name -> name.startsWith("replay.") || name.contains(".replay.")));
    }
}
