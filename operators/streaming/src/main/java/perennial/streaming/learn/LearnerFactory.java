package perennial.streaming.learn;

import java.io.Serializable;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.state.LearnerState;

/** Where learners come from: it is shipped with the job graph and asked on the machine that will hold the learner. */
@FunctionalInterface
public interface LearnerFactory extends Serializable {

    /**
     * A learner, which the caller closes.
     *
     * @param spec what defines it
     * @param state what it was at a checkpoint, or null for one that begins
     * @throws IllegalArgumentException if the state does not fit the spec
     */
    Learner make(LearnerSpec spec, LearnerState state);
}
