package perennial.learning.method;

import perennial.learning.network.Network;
import perennial.learning.network.WeightForm;
import perennial.learning.optimise.Optimiser;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;
import perennial.learning.state.RunningValues;

/**
 * What is done to a network around each optimiser step. An update calls, in this order, {@link #beforeForward} before each
 * training pass, {@link #afterBackward}, {@link #beforeStep} and {@link #afterStep}. Not thread-safe.
 */
public sealed interface Method extends RunningValues
        permits NoMethod, NormalizeAndProject, SpectralNormalisation, WeightNormalised {

    /**
     * The method of that spec, begun on the network's present weights.
     *
     * @param random gives what a method draws at its start
     * @throws IllegalArgumentException if the network is not one that the method can be used on
     */
    static Method of(MethodSpec spec, Network network, Optimiser optimiser, RandomStreams random) {
        if (spec instanceof MethodSpec.None) {
            return new NoMethod();
        }
        if (spec instanceof MethodSpec.NormalizeAndProject nap) {
            return NormalizeAndProject.begin(nap, network, optimiser);
        }
        if (spec instanceof MethodSpec.SpectralNormalisation sn) {
            return new SpectralNormalisation(sn, network, optimiser, random);
        }
        if (spec instanceof MethodSpec.WeightNormalisation) {
            return new WeightNormalised();
        }
        throw new IllegalStateException("no method is written for this spec: spec=" + spec);
    }

    /** As {@link #of}, and goes on from what {@link #save} put. */
    static Method restored(
            MethodSpec spec, Network network, Optimiser optimiser, RandomStreams random, LearnerState state) {
        if (spec instanceof MethodSpec.NormalizeAndProject nap) {
            return NormalizeAndProject.resume(nap, network, optimiser, state);
        }
        Method method = of(spec, network, optimiser, random);
        if (method instanceof SpectralNormalisation sn) {
            sn.restore(state);
        }
        return method;
    }

    /** What parameters a network under that spec has beside its weights and biases. */
    static WeightForm formOf(MethodSpec spec) {
        if (spec instanceof MethodSpec.WeightNormalisation) {
            return WeightForm.NORMALISED_ROWS;
        }
        boolean drops = spec instanceof MethodSpec.NormalizeAndProject nap
                && nap.affine().mode() == MethodSpec.AffineMode.DROPPED;
        return drops ? WeightForm.WITHOUT_AFFINE : WeightForm.WITH_AFFINE;
    }

    /** Name in a learner's state. */
    String name();

    /** Called before each training pass of the network, and never before an evaluation. */
    default void beforeForward() {}

    /** Called before a pass that measures the network or before its weights are published: changes nothing that training sees. */
    default void beforeEvaluation() {}

    /** Completes the gradients; called when they have been written, before they are measured and clipped. */
    default void afterBackward() {}

    /** What {@link #beforeStep} will multiply gradients by, at most; 1 where it leaves them alone. */
    default double gradientFactor() {
        return 1;
    }

    /** Called right before the optimiser's step, when gradients are clipped. */
    default void beforeStep() {}

    /**
     * Acts on the network's parameters; called after every optimiser step.
     *
     * @throws CollapsedWeightException if what must be rescaled has a norm of zero or none
     */
    void afterStep();

    /** Estimate of the largest singular value of a layer's weight at the last training pass; NaN where there is none. */
    default double spectralNorm(int layer) {
        return Double.NaN;
    }

    /** What the method does to a target network: a second one of the same shape whose weights follow the first one's. */
    default TargetMethod forTarget(Network target) {
        return TargetMethod.NONE;
    }

    /** Puts what the method remembers. */
    void save(LearnerState state);
}
