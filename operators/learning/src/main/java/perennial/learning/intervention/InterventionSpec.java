package perennial.learning.intervention;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import perennial.learning.method.MethodSpec;
import perennial.learning.network.Activation;
import perennial.learning.network.NetworkSpec;

/** One thing that is done to a network beside its method to keep it able to learn; docs/algorithms/baselines.md has each. */
public sealed interface InterventionSpec extends Serializable {

    /** Name in a learner's state; a learner has each name once. */
    String name();

    /**
     * Refuses a network that the intervention is not defined on.
     *
     * @throws IllegalArgumentException that says why
     */
    default void check(NetworkSpec network) {}

    /** Whether it sets weights anew, and would have to say what becomes of their gains under weight normalisation. */
    default boolean drawsWeights() {
        return false;
    }

    /** Refuses a list with one intervention twice, or with one that the network or the method cannot take. */
    static void check(List<InterventionSpec> interventions, NetworkSpec network, MethodSpec method) {
        Set<String> names = new HashSet<>();
        for (InterventionSpec intervention : interventions) {
            if (!names.add(intervention.name())) {
                throw new IllegalArgumentException(
                        "an intervention is written once at most: interventions=" + intervention.name() + " twice");
            }
            intervention.check(network);
            if (method instanceof MethodSpec.WeightNormalisation && intervention.drawsWeights()) {
                throw new IllegalArgumentException(intervention.name()
                        + " is not defined under weight normalisation, where a weight is a direction and a gain: choose"
                        + " another method or another intervention");
            }
        }
    }

    /** The penalty strength * |w|^2 on weights and biases. */
    record L2(double strength) implements InterventionSpec {
        public L2 {
            Checks.notNegative("strength", strength);
        }

        @Override
        public String name() {
            return "l2";
        }
    }

    /** The penalty strength * |w - w0|^2 on weights and biases, w0 their initial values (Kumar et al. 2023). */
    record L2Init(double strength) implements InterventionSpec {
        public L2Init {
            Checks.notNegative("strength", strength);
        }

        @Override
        public String name() {
            return "l2Init";
        }
    }

    /** The penalty strength * mean |df/dx|^2 over samples x, f the greatest output (a comparison of Gogianu et al. 2021). */
    record GradientPenalty(double strength) implements InterventionSpec {
        public GradientPenalty {
            Checks.notNegative("strength", strength);
        }

        @Override
        public String name() {
            return "gradientPenalty";
        }
    }

    /** Gaussian noise on every parameter after each step (the noisy updates of Lyle et al. 2024, section 5.1). */
    record NoisyUpdates(double deviation) implements InterventionSpec {
        public NoisyUpdates {
            Checks.notNegative("deviation", deviation);
        }

        @Override
        public String name() {
            return "noisyUpdates";
        }
    }

    /**
     * Shrink and perturb (Ash and Adams 2020): w to keep * w + perturb * w', w' drawn as initial weights are.
     *
     * @param time when it is done
     */
    record ShrinkAndPerturb(Time time, double keep, double perturb) implements InterventionSpec {
        public ShrinkAndPerturb {
            if (!(keep >= 0 && keep <= 1)) {
                throw new IllegalArgumentException("keep must lie in [0, 1]: keep=" + keep);
            }
            Checks.notNegative("perturb", perturb);
        }

        @Override
        public String name() {
            return time == Time.UPDATE ? "shrinkAndPerturb" : "shrinkAndPerturbOnReset";
        }

        @Override
        public boolean drawsWeights() {
            return true;
        }
    }

    /** When something is done. */
    enum Time {
        /** After every step. */
        UPDATE,
        /** At every label reset. */
        LABEL_RESET
    }

    /**
     * ReDo: units that are dormant get fresh incoming weights and outgoing weights of 0 (Sokar et al. 2023).
     *
     * @param threshold score, as a share of the layer's mean activation, up to which a unit is dormant
     * @param every updates from one recycling to the next
     * @param statisticsBatch samples that scores are taken over: those of the last batches before the recycling
     * @param version which of the two published codes
     */
    record Redo(double threshold, int every, int statisticsBatch, RedoVersion version) implements InterventionSpec {
        public Redo {
            Checks.notNegative("threshold", threshold);
            if (every < 1 || statisticsBatch < 1) {
                throw new IllegalArgumentException("every and statisticsBatch must be at least 1: every=" + every
                        + " statisticsBatch=" + statisticsBatch);
            }
        }

        @Override
        public String name() {
            return "redo";
        }

        @Override
        public boolean drawsWeights() {
            return true;
        }

        @Override
        public void check(NetworkSpec network) {
            Checks.units(network, "redo");
        }
    }

    /** The two published codes of ReDo, which differ in what they draw and in what they do to Adam. */
    enum RedoVersion {
        /** Dopamine: incoming weights as Glorot, all outgoing weights 0 at the end, Adam's step count kept. */
        DOPAMINE,
        /** The PyTorch version: incoming weights as He, layer after layer, Adam's step count begun again. */
        PYTORCH
    }

    /**
     * Continual backprop: after each step the units of the lowest utility are replaced (Dohare et al. 2024).
     *
     * @param replacementRate share of a layer's mature units that are replaced per update
     * @param maturity updates for which a new unit is left alone
     * @param decay what running utilities and activations keep per update
     * @param utility how useful a unit is
     * @param accumulate whether fractions of a unit add up until one is whole; otherwise one is replaced with that probability
     */
    record ContinualBackprop(double replacementRate, int maturity, double decay, Utility utility, boolean accumulate)
            implements InterventionSpec {
        public ContinualBackprop {
            if (!(replacementRate >= 0 && replacementRate <= 1)) {
                throw new IllegalArgumentException(
                        "replacementRate must lie in [0, 1]: replacementRate=" + replacementRate);
            }
            if (maturity < 0) {
                throw new IllegalArgumentException("maturity must be 0 or more: maturity=" + maturity);
            }
            if (!(decay >= 0 && decay < 1)) {
                throw new IllegalArgumentException("decay must lie in [0, 1): decay=" + decay);
            }
        }

        @Override
        public String name() {
            return "continualBackprop";
        }

        @Override
        public boolean drawsWeights() {
            return true;
        }

        @Override
        public void check(NetworkSpec network) {
            Checks.units(network, "continualBackprop");
        }
    }

    /** How useful a unit with output h, incoming weights in and outgoing weights out is; a bar means a mean. */
    enum Utility {
        /** bar|h| bar|out|. */
        CONTRIBUTION,
        /** bar|h - running mean of h| bar|out|. */
        ZERO_CONTRIBUTION,
        /** bar|h - running mean of h| bar|out| / bar|in|. */
        ADAPTABLE_CONTRIBUTION
    }

    /**
     * Chosen layers begin again at every label reset, and what the optimiser remembers of them with them.
     *
     * @param layers counted from the output: -1 is the output layer
     * @param values what they begin with
     */
    record Reinitialise(List<Integer> layers, Values values) implements InterventionSpec {
        public Reinitialise {
            layers = List.copyOf(layers);
            if (layers.isEmpty() || layers.stream().anyMatch(layer -> layer >= 0)) {
                throw new IllegalArgumentException(
                        "reinitialise needs layers counted from the output, -1 for the output layer: layers=" + layers);
            }
            if (layers.stream().distinct().count() < layers.size()) {
                throw new IllegalArgumentException("reinitialise takes each layer once: layers=" + layers);
            }
            if (values == Values.ZERO && !layers.equals(List.of(-1))) {
                throw new IllegalArgumentException(
                        "only the output layer can begin with zeros, since a hidden layer of zeros never learns: layers="
                                + layers + "; choose fresh values, or layers [-1]");
            }
        }

        @Override
        public String name() {
            return "reinitialise";
        }

        @Override
        public boolean drawsWeights() {
            return true;
        }

        @Override
        public void check(NetworkSpec network) {
            int count = network.convolutions().size() + network.hidden().size() + 1;
            for (int layer : layers) {
                if (-layer > count) {
                    throw new IllegalArgumentException(
                            "reinitialise chooses a layer that the network does not have: layer=" + layer + " layers="
                                    + count + "; the first layer is " + -count);
                }
            }
        }
    }

    /** What a layer begins with. */
    enum Values {
        /** New values, drawn as the initial ones were. */
        FRESH,
        /** Zeros. */
        ZERO
    }

    /** Checks shared by the records above. */
    final class Checks {
        private Checks() {}

        static void notNegative(String name, double value) {
            if (!(value >= 0) || Double.isInfinite(value)) {
                throw new IllegalArgumentException(name + " must be 0 or more and finite: " + name + "=" + value);
            }
        }

        static void units(NetworkSpec network, String name) {
            if (network.activation() == Activation.CRELU) {
                throw new IllegalArgumentException(
                        name + " is not defined for activation crelu, whose units have two outputs"
                                + " of which one is always 0; choose another activation");
            }
            if (network.convolutions().isEmpty() && network.hidden().isEmpty()) {
                throw new IllegalArgumentException(name + " needs a hidden layer: hidden=[] convolutions=[]");
            }
        }
    }
}
