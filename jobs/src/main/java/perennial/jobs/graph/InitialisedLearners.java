package perennial.jobs.graph;

import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.state.LearnerState;
import perennial.learning.weights.SafeTensors;
import perennial.streaming.learn.LearnerFactory;

/**
 * Learners that start from given weights rather than random ones, where they are not restored.
 *
 * @param learners makes them
 * @param initialWeights what they start from
 */
record InitialisedLearners(LearnerFactory learners, InitialWeights initialWeights) implements LearnerFactory {

    @Override
    public Learner make(LearnerSpec spec, LearnerState state) {
        Learner learner = learners.make(spec, state);
        byte[] weights = initialWeights.byLearner().get(spec.name());
        if (state == null && weights != null) {
            try {
                learner.initialise(SafeTensors.fromBytes(weights));
            } catch (RuntimeException e) {
                learner.close();
                throw e;
            }
        }
        return learner;
    }
}
