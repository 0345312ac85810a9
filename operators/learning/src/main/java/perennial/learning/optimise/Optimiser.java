package perennial.learning.optimise;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Parameters;

/**
 * What turns a gradient into a step. Its memory is a few slots, flat buffers laid out as the parameters are. Not thread-safe.
 */
public sealed interface Optimiser permits SlotOptimiser {

    /**
     * One kind of running value that an optimiser keeps per parameter.
     *
     * @param name name in a learner's state
     * @param values one per parameter
     * @param gradientPower how it grows with the gradient: 1 for a mean of gradients, 2 for a mean of their squares, 0 for
     *     what does not depend on it
     */
    record Slot(String name, Buffer values, int gradientPower) {}

    /** The optimiser of that spec, with empty slots. */
    static Optimiser of(OptimiserSpec spec, Parameters parameters, Engine engine) {
        return of(spec, parameters, engine, false);
    }

    /**
     * The optimiser of that spec, with empty slots.
     *
     * @param stepsPerParameter whether an optimiser that corrects its moments by the number of steps counts them for each
     *     parameter, so that a parameter whose slots are set to 0 begins anew
     */
    static Optimiser of(OptimiserSpec spec, Parameters parameters, Engine engine, boolean stepsPerParameter) {
        if (spec instanceof OptimiserSpec.Sgd) {
            return new Sgd(engine);
        }
        if (spec instanceof OptimiserSpec.Momentum momentum) {
            return new Momentum(momentum, parameters, engine);
        }
        if (spec instanceof OptimiserSpec.Adam adam) {
            return new Adam(adam.beta1(), adam.beta2(), adam.epsilon(), 0, parameters, engine, stepsPerParameter);
        }
        if (spec instanceof OptimiserSpec.AdamW adam) {
            return new Adam(
                    adam.beta1(),
                    adam.beta2(),
                    adam.epsilon(),
                    adam.weightDecay(),
                    parameters,
                    engine,
                    stepsPerParameter);
        }
        if (spec instanceof OptimiserSpec.RmsProp rmsProp) {
            return new RmsProp(rmsProp, parameters, engine);
        }
        if (spec instanceof OptimiserSpec.Obgd obgd) {
            return new Obgd(obgd, parameters, engine);
        }
        if (spec instanceof OptimiserSpec.AdaptiveObgd obgd) {
            return new Obgd(obgd, parameters, engine);
        }
        throw new IllegalStateException("no optimiser is written for this spec: spec=" + spec);
    }

    /**
     * Makes one step.
     *
     * @param values the parameters. Modified.
     * @param gradients their gradients. Not modified.
     * @param rate learning rate of this step
     */
    void step(Buffer values, Buffer gradients, double rate);

    /** What it remembers; empty for plain descent. The values may be replaced to restore or to rescale them. */
    List<Slot> slots();

    /** Steps made since the start or the last reset. */
    long steps();

    /** Sets the number of steps, when slots are restored. */
    void steps(long steps);

    /**
     * Whether steps keep their length when the gradient is scaled, so that the effective learning rate is rate/norm instead of
     * rate/norm^2 (NaP, definition 1).
     */
    boolean isScaleFree();

    /**
     * Whether what it remembers is finite; asked after each step. Most need not look: a gradient whose square a float holds leaves
     * nothing else behind.
     */
    default boolean isSound() {
        return true;
    }

    /** Forgets everything: slots to 0, and no step made. */
    void reset();
}
