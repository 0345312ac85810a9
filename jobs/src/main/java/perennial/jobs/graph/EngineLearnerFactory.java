package perennial.jobs.graph;

import java.util.Locale;
import perennial.jobs.config.Configuration;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.Learners;
import perennial.learning.state.LearnerState;
import perennial.learning.weights.SafeTensors;
import perennial.streaming.learn.LearnerFactory;

/**
 * Makes learners that compute with one engine.
 *
 * @param engine name of the engine: auto, cpu or nd4j
 * @param initialWeights what learners start from that are not restored
 */
record EngineLearnerFactory(String engine, InitialWeights initialWeights) implements LearnerFactory {

    private static final long serialVersionUID = 1L;

    static EngineLearnerFactory of(Configuration configuration, InitialWeights initialWeights) {
        return new EngineLearnerFactory(configuration.engine().name().toLowerCase(Locale.ROOT), initialWeights);
    }

    @Override
    public Learner make(LearnerSpec spec, LearnerState state) {
        if (state != null) {
            return Learners.restore(spec, engine, state);
        }
        Learner learner = Learners.create(spec, engine);
        byte[] weights = initialWeights.byLearner().get(spec.name());
        if (weights != null) {
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
