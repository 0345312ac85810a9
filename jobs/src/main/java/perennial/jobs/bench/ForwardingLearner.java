package perennial.jobs.bench;

import perennial.learning.event.Event;
import perennial.learning.learner.Command;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.NamedTensors;
import perennial.learning.state.LearnerState;

/** A learner that hands everything on to another: what is to be seen or disturbed of that one, a subclass overrides. */
public abstract class ForwardingLearner implements Learner {

    private final Learner learner;

    protected ForwardingLearner(Learner learner) {
        this.learner = learner;
    }

    @Override
    public void observe(Event event, LearnerOutput output) {
        learner.observe(event, output);
    }

    @Override
    public LearnerState state() {
        return learner.state();
    }

    @Override
    public void endOfStream(LearnerOutput output) {
        learner.endOfStream(output);
    }

    @Override
    public Command.Answer command(Command command, LearnerOutput output) {
        return learner.command(command, output);
    }

    @Override
    public boolean isPaused() {
        return learner.isPaused();
    }

    @Override
    public long divergences() {
        return learner.divergences();
    }

    @Override
    public long updates() {
        return learner.updates();
    }

    @Override
    public NamedTensors weights() {
        return learner.weights();
    }

    @Override
    public NamedTensors policyWeights() {
        return learner.policyWeights();
    }

    @Override
    public void initialise(NamedTensors weights) {
        learner.initialise(weights);
    }

    @Override
    public void close() {
        learner.close();
    }
}
