package perennial.learning.intervention;

import perennial.learning.engine.Buffer;
import perennial.learning.network.Network;
import perennial.learning.optimise.Optimiser;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;
import perennial.learning.state.RunningValues;

/**
 * One intervention at work on a network. An update calls, in this order, {@link #addGradients}, {@link #observe} and {@link
 * #afterStep}; a label reset calls {@link #beginTask}. Not thread-safe.
 */
sealed interface Intervention extends RunningValues
        permits L2Penalty,
                L2InitPenalty,
                GradientPenalty,
                NoisyUpdates,
                ShrinkAndPerturb,
                Redo,
                ContinualBackprop,
                Reinitialise {

    /** The intervention of that spec, begun on the network's present weights. */
    static Intervention of(InterventionSpec spec, Network network, Optimiser optimiser, RandomStreams random) {
        if (spec instanceof InterventionSpec.L2 l2) {
            return new L2Penalty(l2, network);
        }
        if (spec instanceof InterventionSpec.L2Init l2Init) {
            return new L2InitPenalty(l2Init, network);
        }
        if (spec instanceof InterventionSpec.GradientPenalty penalty) {
            return new GradientPenalty(penalty, network);
        }
        if (spec instanceof InterventionSpec.NoisyUpdates noisy) {
            return new NoisyUpdates(noisy, network, random);
        }
        if (spec instanceof InterventionSpec.ShrinkAndPerturb shrink) {
            return new ShrinkAndPerturb(shrink, network, random);
        }
        if (spec instanceof InterventionSpec.Redo redo) {
            return new Redo(redo, network, optimiser, random);
        }
        if (spec instanceof InterventionSpec.ContinualBackprop backprop) {
            return new ContinualBackprop(backprop, network, optimiser, random);
        }
        if (spec instanceof InterventionSpec.Reinitialise reinitialise) {
            return new Reinitialise(reinitialise, network, optimiser, random);
        }
        throw new IllegalStateException("no intervention is written for this spec: spec=" + spec);
    }

    /**
     * Adds its penalty's gradient; called when the gradients have been written, before they are measured and clipped.
     *
     * @param inputs what went forward last. Not modified.
     */
    default void addGradients(Buffer inputs, int rows) {}

    /** Looks at the activations of the batch of an update; called before its step. */
    default void observe(int rows) {}

    /** Acts on the parameters; called after the optimiser's step and before a projection. */
    default void afterStep() {}

    /** Acts on the parameters at a label reset. */
    default void beginTask() {}

    /** Whether what it remembers is finite; asked after {@link #afterStep}. */
    default boolean isSound() {
        return true;
    }

    /** Puts what it remembers, generators apart. */
    default void save(LearnerState state) {}

    /** Goes on from what {@link #save} put. */
    default void restore(LearnerState state) {}
}
