package perennial.learning.method;

import perennial.learning.network.Network;
import perennial.learning.optimise.Optimiser;
import perennial.learning.state.LearnerState;

/** What is done to a network after each optimiser step. Not thread-safe. */
public sealed interface Method permits NoMethod, NormalizeAndProject {

    /**
     * The method of that spec, begun on the network's present weights.
     *
     * @throws IllegalArgumentException if the network is not one that the method can be used on
     */
    static Method of(MethodSpec spec, Network network, Optimiser optimiser) {
        if (spec instanceof MethodSpec.None) {
            return new NoMethod();
        }
        if (spec instanceof MethodSpec.NormalizeAndProject nap) {
            return NormalizeAndProject.begin(nap, network, optimiser);
        }
        throw new IllegalStateException("no method is written for this spec: spec=" + spec);
    }

    /** As {@link #of}, and goes on from what {@link #save} put. */
    static Method restored(MethodSpec spec, Network network, Optimiser optimiser, LearnerState state) {
        if (spec instanceof MethodSpec.NormalizeAndProject nap) {
            return NormalizeAndProject.resume(nap, network, optimiser, state);
        }
        return of(spec, network, optimiser);
    }

    /** Whether the normalisers of a network under that spec have scales and offsets. */
    static boolean hasAffine(MethodSpec spec) {
        return !(spec instanceof MethodSpec.NormalizeAndProject nap)
                || nap.affine().mode() != MethodSpec.AffineMode.DROPPED;
    }

    /** Name in a learner's state. */
    String name();

    /**
     * Acts on the network's parameters; called after every optimiser step.
     *
     * @throws CollapsedWeightException if what must be rescaled has a norm of zero or none
     */
    void afterStep();

    /** Puts what the method remembers. */
    void save(LearnerState state);
}
