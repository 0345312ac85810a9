package perennial.learning.learner;

import perennial.learning.network.Network;
import perennial.learning.state.LearnerState;

/** A learner of one network, of which another learner can be made up. */
sealed interface TrainedLearner extends Learner permits SupervisedLearner, QLearner {

    /** The network in training. */
    Network network();

    /** The update of the newest snapshot that is of {@code limit} or before; -1 where there is none. */
    long newestSnapshot(long limit);

    /** Goes on from a {@link #state()} of the same spec. */
    void restore(LearnerState state);
}
