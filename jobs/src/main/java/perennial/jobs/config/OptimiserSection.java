package perennial.jobs.config;

import perennial.learning.optimise.OptimiserSpec;

/** What turns a learner's gradients into steps. */
public sealed interface OptimiserSection {

    /** The optimiser as the learner takes it. */
    OptimiserSpec spec();

    /** The rate of the plain methods. */
    record PlainRate(
            @Option(
                    description = "learning rate that a schedule starts from",
                    defaultValue = "0.01",
                    range = "[0, inf)")
            double learningRate) {}

    /** The constants of Adam, with or without decay. */
    record Moments(
            @Option(
                    description = "learning rate that a schedule starts from",
                    defaultValue = "0.001",
                    range = "[0, inf)")
            double learningRate,

            @Option(description = "what is kept of the first moment per update", defaultValue = "0.9", range = "[0, 1)")
            double beta1,

            @Option(
                    description = "what is kept of the second moment per update",
                    defaultValue = "0.999",
                    range = "[0, 1)")
            double beta2,

            @Option(description = "added to the root of the second moment", defaultValue = "1.0e-8", range = "(0, inf)")
            double epsilon) {}

    /** Stochastic gradient descent. */
    @Type(name = "sgd", description = "stochastic gradient descent")
    record Sgd(@Inline PlainRate rate) implements OptimiserSection {
        @Override
        public OptimiserSpec spec() {
            return new OptimiserSpec.Sgd(rate.learningRate);
        }
    }

    /** Gradient descent with momentum. */
    @Type(name = "momentum", description = "stochastic gradient descent with momentum")
    record Momentum(
            @Inline PlainRate rate,

            @Option(description = "what is kept of the velocity per update", defaultValue = "0.9", range = "[0, 1)")
            double momentum,

            @Option(description = "whether the gradient is taken as if one step ahead", defaultValue = "false")
            boolean nesterov)
            implements OptimiserSection {
        @Override
        public OptimiserSpec spec() {
            return new OptimiserSpec.Momentum(rate.learningRate, momentum, nesterov);
        }
    }

    /** Adam. */
    @Type(name = "adam", description = "Adam (Kingma and Ba 2015)")
    record Adam(@Inline Moments moments) implements OptimiserSection {
        @Override
        public OptimiserSpec spec() {
            return new OptimiserSpec.Adam(moments.learningRate, moments.beta1, moments.beta2, moments.epsilon);
        }
    }

    /** Adam with decoupled weight decay. */
    @Type(name = "adamw", description = "Adam with decoupled weight decay (Loshchilov and Hutter 2019)")
    record AdamW(
            @Inline Moments moments,

            @Option(
                    description = "what a weight loses per update, as a multiple of the learning rate",
                    defaultValue = "0.01",
                    range = "[0, inf)")
            double weightDecay)
            implements OptimiserSection {
        @Override
        public OptimiserSpec spec() {
            return new OptimiserSpec.AdamW(
                    moments.learningRate, moments.beta1, moments.beta2, moments.epsilon, weightDecay);
        }
    }

    /** What bounds the steps along eligibility traces. */
    record Bound(
            @Option(
                    description = "learning rate where the bound is not reached, which a schedule starts from",
                    defaultValue = "1.0",
                    range = "[0, inf)")
            double learningRate,

            @Option(
                    description = "how far a step stays below the one that would overshoot",
                    defaultValue = "2.0",
                    range = "(1, inf)")
            double kappa) {}

    /** Overshooting-bounded gradient descent. */
    @Type(
            name = "obgd",
            description = "steps along eligibility traces, bounded (ObGD; Elsayed et al. 2024); for streamQ")
    record Obgd(@Inline Bound bound) implements OptimiserSection {
        @Override
        public OptimiserSpec spec() {
            return new OptimiserSpec.Obgd(bound.learningRate, bound.kappa);
        }
    }

    /** Overshooting-bounded gradient descent with a scale per weight. */
    @Type(
            name = "adaptiveObgd",
            description = "ObGD with each part of the traces divided by its root mean square; for streamQ")
    record AdaptiveObgd(
            @Inline Bound bound,

            @Option(
                    description = "what is kept of the running mean of squares per update",
                    defaultValue = "0.999",
                    range = "[0, 1)")
            double beta2,

            @Option(description = "added to the mean of squares", defaultValue = "1.0e-8", range = "(0, inf)")
            double epsilon)
            implements OptimiserSection {
        @Override
        public OptimiserSpec spec() {
            return new OptimiserSpec.AdaptiveObgd(bound.learningRate, bound.kappa, beta2, epsilon);
        }
    }

    /** RMSprop. */
    @Type(name = "rmsprop", description = "RMSprop, the root taken before epsilon is added")
    record RmsProp(
            @Inline PlainRate rate,

            @Option(
                    description = "what is kept of the mean square gradient per update",
                    defaultValue = "0.99",
                    range = "[0, 1)")
            double decay,

            @Option(description = "added to the root", defaultValue = "1.0e-8", range = "(0, inf)")
            double epsilon,

            @Option(
                    description = "whether the mean gradient's square is taken off the mean square first",
                    defaultValue = "false")
            boolean centred)
            implements OptimiserSection {
        @Override
        public OptimiserSpec spec() {
            return new OptimiserSpec.RmsProp(rate.learningRate, decay, epsilon, centred);
        }
    }
}
