package perennial.learning.learner;

import perennial.learning.engine.Engine;
import perennial.learning.engine.Engines;
import perennial.learning.state.LearnerState;

/** Where learners come from: new ones, and ones that go on. */
public final class Learners {

    private Learners() {}

    /**
     * A new learner with weights drawn from its spec's seed.
     *
     * @param engineName the engine to compute on: {@code auto}, {@code cpu} or {@code nd4j}
     * @throws IllegalArgumentException if the spec's parts do not fit together
     */
    public static Learner create(LearnerSpec spec, String engineName) {
        Engine engine = Engines.create(engineName);
        try {
            return SupervisedLearner.create(spec, engine);
        } catch (RuntimeException failed) {
            engine.close();
            throw failed;
        }
    }

    /**
     * A learner that continues where {@link Learner#state()} was taken.
     *
     * @throws IllegalArgumentException if the state was saved by a learner of another shape
     */
    public static Learner restore(LearnerSpec spec, String engineName, LearnerState state) {
        Engine engine = Engines.create(engineName);
        try {
            return SupervisedLearner.restore(spec, engine, state);
        } catch (RuntimeException failed) {
            engine.close();
            throw failed;
        }
    }
}
