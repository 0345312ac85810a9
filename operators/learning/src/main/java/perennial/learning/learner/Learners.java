package perennial.learning.learner;

import java.util.function.Function;
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
        return build(
                spec,
                engineName,
                engine -> spec.isTwin()
                        ? TwinLearner.create(spec, engine)
                        : spec.task() instanceof TaskSpec.Reinforcement
                                ? QLearner.create(spec, engine)
                                : spec.task() instanceof TaskSpec.StreamQ
                                        ? StreamQLearner.create(spec, engine)
                                        : SupervisedLearner.create(spec, engine));
    }

    /**
     * A learner that continues where {@link Learner#state()} was taken.
     *
     * @throws IllegalArgumentException if the state was saved by a learner of another shape
     */
    public static Learner restore(LearnerSpec spec, String engineName, LearnerState state) {
        return build(
                spec,
                engineName,
                engine -> spec.isTwin()
                        ? TwinLearner.restore(spec, engine, state)
                        : spec.task() instanceof TaskSpec.Reinforcement
                                ? QLearner.restore(spec, engine, state)
                                : spec.task() instanceof TaskSpec.StreamQ
                                        ? StreamQLearner.restore(spec, engine, state)
                                        : SupervisedLearner.restore(spec, engine, state));
    }

    /**
     * Whose network acts: the learner itself, or the projected run of a twin.
     *
     * @throws IllegalArgumentException if the learner does not learn the values of actions
     */
    public static ActingLearner actingIn(Learner learner) {
        Learner acting = learner instanceof TwinLearner twin ? twin.projected() : learner;
        if (acting instanceof ActingLearner player) {
            return player;
        }
        throw new IllegalArgumentException("actors act with learners of the values of actions: learner="
                + learner.getClass().getSimpleName());
    }

    private static Learner build(LearnerSpec spec, String engineName, Function<Engine, Learner> builder) {
        Engine engine = Engines.create(engineName);
        try {
            return builder.apply(engine);
        } catch (ArithmeticException tooLarge) {
            engine.close();
            throw new IllegalArgumentException(
                    "weights, a batch's activations and a probe's gradients must fit into buffers of "
                            + Integer.MAX_VALUE + " values: learner=" + spec.name() + " batch.size=" + spec.batchSize()
                            + " metrics.probeSize=" + spec.metrics().probeSize() + " metrics.gradientRows="
                            + spec.metrics().gradientRows() + " network="
                            + spec.network(),
                    tooLarge);
        } catch (RuntimeException failed) {
            engine.close();
            throw failed;
        }
    }
}
