package perennial.streaming.learn;

import static java.util.Objects.requireNonNull;

import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.Learners;
import perennial.learning.state.LearnerState;

/**
 * Learners that compute on a named engine of the machine that holds them.
 *
 * @param engine auto, cpu or nd4j
 */
public record EngineLearners(String engine) implements LearnerFactory {

    public EngineLearners {
        requireNonNull(engine, "engine");
    }

    @Override
    public Learner make(LearnerSpec spec, LearnerState state) {
        return state == null ? Learners.create(spec, engine) : Learners.restore(spec, engine, state);
    }
}
