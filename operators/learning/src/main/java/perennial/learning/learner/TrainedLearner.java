package perennial.learning.learner;

import perennial.learning.network.Network;
import perennial.learning.state.LearnerState;

/** A learner of one network, of which another learner can be made up. */
sealed interface TrainedLearner extends Learner permits SupervisedLearner, QLearner {

    /** The network in training. */
    Network network();

    /** Goes on from a {@link #state()} of the same spec. */
    void restore(LearnerState state);
}
