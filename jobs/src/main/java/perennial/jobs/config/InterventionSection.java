package perennial.jobs.config;

import java.util.List;
import perennial.learning.intervention.InterventionSpec;
import perennial.learning.intervention.InterventionSpec.RedoVersion;
import perennial.learning.intervention.InterventionSpec.Time;
import perennial.learning.intervention.InterventionSpec.Utility;
import perennial.learning.intervention.InterventionSpec.Values;

/** One remedy against the loss of plasticity, beside the method or instead of one. */
public sealed interface InterventionSection {

    /** The intervention as the learner takes it. */
    InterventionSpec spec();

    /** A penalty on weights. */
    @Type(name = "l2", description = "adds strength * w^2 to the loss, summed over weights and biases")
    record L2(
            @Option(
                    description = "strength of the penalty; the gradient is twice that",
                    defaultValue = "0.01",
                    range = "[0, inf)")
            double strength)
            implements InterventionSection {
        @Override
        public InterventionSpec spec() {
            return new InterventionSpec.L2(strength);
        }
    }

    /** A penalty on the way from the initial weights. */
    @Type(
            name = "l2Init",
            description =
                    "regenerative regularisation (Kumar et al. 2023): adds strength * (w - w0)^2 to the loss, summed over weights and"
                            + " biases, w0 their initial values")
    record L2Init(
            @Option(
                    description = "strength of the penalty; the gradient is twice that",
                    defaultValue = "0.01",
                    range = "[0, inf)")
            double strength)
            implements InterventionSection {
        @Override
        public InterventionSpec spec() {
            return new InterventionSpec.L2Init(strength);
        }
    }

    /** A penalty on input gradients. */
    @Type(
            name = "gradientPenalty",
            description =
                    "adds strength * the mean over samples of the squared norm of df/dx to the loss, f the greatest output; for"
                            + " classification and heads of type dqn")
    record GradientPenalty(
            @Option(description = "strength of the penalty; no source gives one", range = "[0, inf)")
            double strength) implements InterventionSection {
        @Override
        public InterventionSpec spec() {
            return new InterventionSpec.GradientPenalty(strength);
        }
    }

    /** Noise. */
    @Type(name = "noisyUpdates", description = "adds Gaussian noise to every parameter after each step")
    record NoisyUpdates(
            @Option(description = "standard deviation of the noise", defaultValue = "1.0e-5", range = "[0, inf)")
            double deviation)
            implements InterventionSection {
        @Override
        public InterventionSpec spec() {
            return new InterventionSpec.NoisyUpdates(deviation);
        }
    }

    /** Shrink and perturb, a little at a time. */
    @Type(
            name = "shrinkAndPerturb",
            description =
                    "shrink and perturb after each step (Ash and Adams 2020, as in Kumar et al. 2023): w becomes keep * w + perturb"
                            + " * w', w' drawn as initial weights and biases are")
    record ShrinkAndPerturb(
            @Option(description = "what is kept of a weight per step", defaultValue = "0.9999", range = "[0, 1]")
            double keep,

            @Option(
                    description = "what is added of a freshly drawn weight per step",
                    defaultValue = "0.01",
                    range = "[0, inf)")
            double perturb)
            implements InterventionSection {
        @Override
        public InterventionSpec spec() {
            return new InterventionSpec.ShrinkAndPerturb(Time.UPDATE, keep, perturb);
        }
    }

    /** Shrink and perturb as it was published. */
    @Type(name = "shrinkAndPerturbOnReset", description = "shrink and perturb at each label reset (Ash and Adams 2020)")
    record ShrinkAndPerturbOnReset(
            @Option(description = "what is kept of a weight", defaultValue = "0.5", range = "[0, 1]")
            double keep,

            @Option(description = "what is added of a freshly drawn weight", defaultValue = "0.1", range = "[0, inf)")
            double perturb)
            implements InterventionSection {
        @Override
        public InterventionSpec spec() {
            return new InterventionSpec.ShrinkAndPerturb(Time.LABEL_RESET, keep, perturb);
        }
    }

    /** ReDo with the defaults of its authors' code. */
    @Type(
            name = "redo",
            description =
                    "ReDo (Sokar et al. 2023) with the rules and defaults of its authors' code in Dopamine: dormant units get fresh"
                            + " incoming weights (Glorot) and outgoing weights of 0; Adam's step count is kept")
    record Redo(
            @Option(
                    description = "score, as a share of the layer's mean activation, up to which a unit is dormant",
                    defaultValue = "0.0",
                    range = "[0, inf)")
            double threshold,

            @Option(
                    description = "updates from one recycling to the next",
                    defaultValue = "200000",
                    range = "[1, 2147483647]")
            int every,

            @Option(
                    description = "samples that scores are taken over: those of the last batches before a recycling",
                    defaultValue = "256",
                    range = "[1, 2147483647]")
            int statisticsBatch)
            implements InterventionSection {
        @Override
        public InterventionSpec spec() {
            return new InterventionSpec.Redo(threshold, every, statisticsBatch, RedoVersion.DOPAMINE);
        }
    }

    /** ReDo with the published setting. */
    @Type(
            name = "redoPytorch",
            description =
                    "ReDo with the rules of its PyTorch version and the published setting: incoming weights as He, layer after layer;"
                            + " Adam counts its steps anew")
    record RedoPytorch(
            @Option(
                    description = "score, as a share of the layer's mean activation, up to which a unit is dormant",
                    defaultValue = "0.025",
                    range = "[0, inf)")
            double threshold,

            @Option(
                    description = "updates from one recycling to the next",
                    defaultValue = "1000",
                    range = "[1, 2147483647]")
            int every,

            @Option(
                    description = "samples that scores are taken over: those of the last batches before a recycling",
                    defaultValue = "64",
                    range = "[1, 2147483647]")
            int statisticsBatch)
            implements InterventionSection {
        @Override
        public InterventionSpec spec() {
            return new InterventionSpec.Redo(threshold, every, statisticsBatch, RedoVersion.PYTORCH);
        }
    }

    /** Continual backprop. */
    @Type(
            name = "continualBackprop",
            description =
                    "continual backprop (Dohare et al. 2024): after each step a few of the least useful mature units begin anew")
    record ContinualBackprop(
            @Option(
                    description = "share of a layer's mature units that are replaced per update",
                    defaultValue = "1.0e-4",
                    range = "[0, 1]")
            double replacementRate,

            @Option(
                    description = "updates for which a new unit is left alone",
                    defaultValue = "100",
                    range = "[0, 2147483647]")
            int maturity,

            @Option(
                    description = "what running utilities and activations keep per update",
                    defaultValue = "0.99",
                    range = "[0, 1)")
            double decay,

            @Option(
                    description =
                            "usefulness of a unit; contribution: mean size of its output times that of its outgoing weights;"
                                    + " zeroContribution: with the output's deviation from its running mean;"
                                    + " adaptableContribution: that, divided by the mean size of its incoming weights",
                    defaultValue = "adaptableContribution")
            Utility utility,

            @Option(
                    description =
                            "whether fractions of a unit add up until one is whole; otherwise one is replaced with that probability",
                    defaultValue = "false")
            boolean accumulate)
            implements InterventionSection {
        @Override
        public InterventionSpec spec() {
            return new InterventionSpec.ContinualBackprop(replacementRate, maturity, decay, utility, accumulate);
        }
    }

    /** Layers that begin again. */
    @Type(
            name = "reinitialise",
            description = "chosen layers begin again at each label reset, and what the optimiser remembers of them")
    record Reinitialise(
            @Option(
                    description = "the layers, counted from the output: -1 is the output layer, -2 the last hidden one",
                    range = "[-1000, -1]")
            List<Integer> layers,

            @Option(
                    description = "fresh: drawn as the initial ones were; zero: zeros, for the output layer only",
                    defaultValue = "fresh")
            Values values)
            implements InterventionSection {
        public Reinitialise {
            new InterventionSpec.Reinitialise(layers, values);
        }

        @Override
        public InterventionSpec spec() {
            return new InterventionSpec.Reinitialise(layers, values);
        }
    }
}
