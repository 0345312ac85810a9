package perennial.jobs.config;

import java.util.List;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.NormalizeAndProject;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.method.MethodSpec.SpectralNormalisation;
import perennial.learning.method.MethodSpec.Twin;

/** What keeps a learner's network able to learn. */
public sealed interface MethodSection {

    /** The method as the learner takes it. */
    MethodSpec spec();

    /** Nothing. */
    @Type(name = "none", description = "nothing is done to the weights after the optimiser's step")
    record None() implements MethodSection {
        @Override
        public MethodSpec spec() {
            return new MethodSpec.None();
        }
    }

    /** Normalize-and-Project. */
    @Type(
            name = "nap",
            description =
                    "Normalize-and-Project (Lyle et al. 2024): each hidden layer's weights are put back to the norm they"
                            + " began with; needs a normalisation")
    record Nap(
            @Option(
                    description = "updates from one projection to the next",
                    defaultValue = "1",
                    range = "[1, 2147483647]")
            int projectEvery,

            @Option(description = "treatment of the normalisers' scales and offsets")
            AffineSection affine,

            @Option(
                    description =
                            "whether a projection rescales the optimiser's moments too, so that a projected run follows a free"
                                    + " one exactly (not in the paper)",
                    defaultValue = "false")
            boolean rescaleMoments,

            @Option(
                    description =
                            "alone: one run; otherwise a free run goes along and reports as the learner's name with .free, and the"
                                    + " projected one follows its effective learning rate; perLayer: each weight's; global: that of all"
                                    + " together; unscaled: neither",
                    defaultValue = "alone")
            Twin twin)
            implements MethodSection {
        public Nap {
            new NormalizeAndProject(projectEvery, new Affine(affine.mode, affine.rate), rescaleMoments, twin);
        }

        @Override
        public MethodSpec spec() {
            return new NormalizeAndProject(projectEvery, new Affine(affine.mode, affine.rate), rescaleMoments, twin);
        }
    }

    /** Spectral normalisation. */
    @Type(
            name = "sn",
            description =
                    "spectral normalisation (Gogianu et al. 2021): chosen layers' weights are divided by an estimate of their"
                            + " largest singular value, or the estimates schedule the steps")
    record Spectral(
            @Option(
                    description =
                            "the layers, counted from the output: -1 is the output layer, -2 the last hidden one, the paper's"
                                    + " choice",
                    range = "[-1000, -1]")
            List<Integer> layers,

            @Option(
                    description =
                            "of a weight with singular value s; always: s / lambda; cap: max(1, s / lambda); paper:"
                                    + " max(lambda, s), as printed",
                    defaultValue = "cap")
            Divisor divisor,

            @Option(description = "bound that the divisor refers to", defaultValue = "1.0", range = "(0, inf)")
            double lambda,

            @Option(
                    description =
                            "what the divisors do; none: divide the weights; biasScaling: the biases too; divOut: the outputs;"
                                    + " divGrad: all gradients, by the product; divGradPerLayer: each layer's gradient;"
                                    + " mulEps: multiply Adam's epsilon",
                    defaultValue = "none")
            Scheduler scheduler,

            @Option(
                    description =
                            "whether a linear layer's gradient takes into account that its divisor depends on its weight; only"
                                    + " with scheduler none",
                    defaultValue = "false")
            boolean gradientThroughSigma)
            implements MethodSection {
        public Spectral {
            new SpectralNormalisation(layers, divisor, lambda, scheduler, gradientThroughSigma);
        }

        @Override
        public MethodSpec spec() {
            return new SpectralNormalisation(layers, divisor, lambda, scheduler, gradientThroughSigma);
        }
    }

    /** Weight normalisation. */
    @Type(
            name = "wn",
            description =
                    "weight normalisation (Salimans and Kingma 2016) of every layer: rows g v / norm(v) with v and g trained, as a"
                            + " comparison for sn")
    record WeightNormalised() implements MethodSection {
        @Override
        public MethodSpec spec() {
            return new MethodSpec.WeightNormalisation();
        }
    }

    /** Treatment of the normalisers' scales and offsets. */
    record AffineSection(
            @Option(
                    description =
                            "free: trained like any parameter; decay: pulled towards 1 and 0 after every update; joint: rescaled"
                                    + " together at every projection, not for tanh; dropped: the normalisers have none",
                    defaultValue = "decay")
            AffineMode mode,

            @Option(
                    description =
                            "for decay: what is kept of the distance from 1 and 0 per update; unused by the others",
                    defaultValue = "0.999",
                    range = "[0, 1]")
            double rate) {}
}
