package perennial.learning.learner;

import perennial.learning.event.Event;
import perennial.learning.state.LearnerState;

/**
 * One network with its optimiser, its method, its random generators and its counters.
 *
 * <p>Plain Java: it reads no clock and no unseeded generator, so that the same events in the same order give the same
 * bytes. {@link #state()} taken between two events and given to a new learner continues exactly as if it had never
 * stopped. Not thread-safe; {@link #close()} frees native memory.
 */
public interface Learner extends AutoCloseable {

    /**
     * Takes in one event that its {@link TaskSpec} does not reject, and makes an update where one is due.
     *
     * @param event Not modified, and not kept.
     * @param output is told of reports, task summaries and predictions, during the call
     */
    void observe(Event event, LearnerOutput output);

    /**
     * The stream is over: trains a begun micro-batch as it is and closes the task. Nothing may be observed after it.
     */
    void endOfStream(LearnerOutput output);

    /**
     * Does between two events what somebody says. What it changes is part of the state, so that it is done once and for all.
     *
     * @param output is told of what is scored, during the call
     * @return what became of it; where it was refused, nothing has changed
     */
    Command.Answer command(Command command, LearnerOutput output);

    /** Whether it takes in events without learning from them, because somebody said so. */
    boolean isPaused();

    /** A copy of everything that the learner is. */
    LearnerState state();

    /** Updates begun so far: a discarded update keeps its number, so that each report has one of its own. */
    long updates();

    /** Updates discarded so far, since they diverged. */
    long divergences();

    /** The network's parameters, by name, in the layout that PyTorch uses. A copy. */
    NamedTensors weights();

    /**
     * The parameters by name as an actor needs them: loaded into a network without a method they give this network's outputs.
     * Where the method multiplies weights, its factors are folded in. A copy.
     */
    default NamedTensors policyWeights() {
        return weights();
    }

    /**
     * Replaces parameters by {@code weights} before the first event; projection radii are fixed at the norms of these.
     *
     * @throws IllegalArgumentException if a name is missing, unknown, or of another shape
     */
    void initialise(NamedTensors weights);

    @Override
    void close();
}
