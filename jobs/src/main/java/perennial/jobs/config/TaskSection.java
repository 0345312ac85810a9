package perennial.jobs.config;

import java.util.List;
import perennial.learning.learner.TargetSpec;
import perennial.learning.learner.TaskSpec;
import perennial.learning.replay.ObservationEncoding;
import perennial.learning.replay.ReplaySpec;
import perennial.learning.replay.SamplingSpec;
import perennial.learning.value.ValueHeadSpec;
import perennial.learning.value.ValueHeadSpec.TdLoss;

/** What a learner is to learn. */
public sealed interface TaskSection {

    /** The task as the learner takes it. */
    TaskSpec spec();

    /** What inputs look like. */
    record Inputs(
            @Option(description = "shape of an input: [size], or [channels, rows, columns]", range = "[1, 1000000000]")
            List<Integer> input,

            @Option(
                    description =
                            "factor that every input value is multiplied by; 1/255 = 0.00392156862745098 takes bytes to"
                                    + " [0, 1]",
                    defaultValue = "1.0")
            double scale) {}

    /** Cross-entropy over classes. */
    @Type(name = "classification", description = "which of a number of classes an input belongs to, by cross-entropy")
    record Classification(
            @Inline Inputs inputs,

            @Option(description = "number of classes", range = "[2, 1000000]")
            int classes) implements TaskSection {
        public Classification {
            new TaskSpec.Classification(inputs.input, classes, inputs.scale);
        }

        @Override
        public TaskSpec spec() {
            return new TaskSpec.Classification(inputs.input, classes, inputs.scale);
        }
    }

    /** Mean squared error over target values. */
    @Type(name = "regression", description = "target values of an input, by mean squared error")
    record Regression(
            @Inline Inputs inputs,

            @Option(description = "number of target values", range = "[1, 1000000]")
            int outputs) implements TaskSection {
        public Regression {
            new TaskSpec.Regression(inputs.input, outputs, inputs.scale);
        }

        @Override
        public TaskSpec spec() {
            return new TaskSpec.Regression(inputs.input, outputs, inputs.scale);
        }
    }

    /** A task whose network values actions. */
    interface ActionValues {

        /** The task as learner and actors take it. */
        TaskSpec.ActionValues spec();
    }

    /** Q-learning from a memory of transitions. */
    @Type(
            name = "reinforcement",
            description =
                    "values of actions by Q-learning, from the transitions that actors publish; input is the shape of one"
                            + " observation")
    record Reinforcement(
            @Inline Inputs inputs,

            @Option(description = "number of actions", range = "[2, 1000000]")
            int actions,

            @Option(description = "what the network says of an action", defaultValue = "dqn")
            HeadSection head,

            @Option(
                    description = "observations that make one input, the present one included",
                    defaultValue = "1",
                    range = "[1, 1000]")
            int history,

            @Option(
                    description = "rewards that a return sums up before it trusts a value (n-step returns)",
                    defaultValue = "1",
                    range = "[1, 1000]")
            int steps,

            @Option(description = "what a reward counts one step later", defaultValue = "0.99", range = "[0, 1]")
            double discount,

            @Option(
                    description = "size that rewards are cut off to; 0 leaves them as they are",
                    defaultValue = "0",
                    range = "[0, inf)")
            double rewardLimit,

            @Option(
                    description = "transitions before the first of those that updates are counted by",
                    defaultValue = "5000",
                    range = "[0, 2147483647]")
            int warmUp,

            @Option(
                    description = "transitions from one update to the next",
                    defaultValue = "4",
                    range = "[1, 2147483647]")
            int updateEvery,

            @Option(description = "how the target network follows", defaultValue = "copied")
            TargetSection target,

            @Option(description = "memory of transitions") ReplaySection replay)
            implements TaskSection, ActionValues {
        public Reinforcement {
            spec(inputs, actions, head, history, steps, discount, rewardLimit, warmUp, updateEvery, target, replay);
        }

        @Override
        public TaskSpec.Reinforcement spec() {
            return spec(
                    inputs, actions, head, history, steps, discount, rewardLimit, warmUp, updateEvery, target, replay);
        }

        private static TaskSpec.Reinforcement spec(
                Inputs inputs,
                int actions,
                HeadSection head,
                int history,
                int steps,
                double discount,
                double rewardLimit,
                int warmUp,
                int updateEvery,
                TargetSection target,
                ReplaySection replay) {
            return new TaskSpec.Reinforcement(
                    inputs.input,
                    actions,
                    inputs.scale,
                    new ReplaySpec(replay.capacity, replay.encoding, history, steps, discount, replay.sampling.spec()),
                    head.spec(),
                    rewardLimit,
                    warmUp,
                    updateEvery,
                    target.spec());
        }
    }

    /** Q-learning from each transition at once. */
    @Type(
            name = "streamQ",
            description =
                    "values of actions by Stream Q(lambda), from each transition at once and never again (Elsayed et al. 2024);"
                            + " input is the shape of one observation")
    record StreamQ(
            @Inline Inputs inputs,

            @Option(description = "number of actions", range = "[2, 1000000]")
            int actions,

            @Option(
                    description = "observations that make one input, the present one included",
                    defaultValue = "1",
                    range = "[1, 1000]")
            int history,

            @Option(description = "what a reward counts one step later", defaultValue = "0.99", range = "[0, 1]")
            double discount,

            @Option(
                    description = "what is kept of the eligibility traces one step later, beside the discount",
                    defaultValue = "0.8",
                    range = "[0, 1]")
            double lambda,

            @Option(
                    description =
                            "whether each value of an observation is brought to mean 0 and variance 1 over all observations"
                                    + " so far",
                    defaultValue = "true")
            boolean normaliseObservations,

            @Option(
                    description =
                            "whether rewards are divided by the deviation of the discounted sums of rewards so far",
                    defaultValue = "true")
            boolean scaleRewards)
            implements TaskSection, ActionValues {
        public StreamQ {
            spec(inputs, actions, history, discount, lambda, normaliseObservations, scaleRewards);
        }

        @Override
        public TaskSpec.StreamQ spec() {
            return spec(inputs, actions, history, discount, lambda, normaliseObservations, scaleRewards);
        }

        private static TaskSpec.StreamQ spec(
                Inputs inputs,
                int actions,
                int history,
                double discount,
                double lambda,
                boolean normaliseObservations,
                boolean scaleRewards) {
            return new TaskSpec.StreamQ(
                    inputs.input,
                    actions,
                    inputs.scale,
                    history,
                    discount,
                    lambda,
                    normaliseObservations,
                    scaleRewards);
        }
    }

    /** What the network says of an action. */
    sealed interface HeadSection {

        /** The head as the learner takes it. */
        ValueHeadSpec spec();

        /** What both heads have. */
        record Choice(
                @Option(
                        description =
                                "whether the network in training chooses the next action that the target network values"
                                        + " (double Q-learning)",
                        defaultValue = "false")
                boolean doubleQ,

                @Option(
                        description =
                                "whether the network ends in two streams, a value and the advantages of the actions (Wang et al."
                                        + " 2016), each with the last of the hidden layers for itself",
                        defaultValue = "false")
                boolean dueling) {}

        /** An expected return. */
        @Type(name = "dqn", description = "one expected return per action (Mnih et al. 2015)")
        record Dqn(
                @Option(
                        description =
                                "squared: d^2; huber: d^2/2 up to a difference of 1, d - 1/2 beyond it, by its size",
                        defaultValue = "squared")
                TdLoss loss,

                @Inline Choice choice)
                implements HeadSection {
            @Override
            public ValueHeadSpec spec() {
                return new ValueHeadSpec.Expected(loss, choice.doubleQ, choice.dueling);
            }
        }

        /** A distribution over returns. */
        @Type(
                name = "c51",
                description = "a distribution over returns per action, on equally spaced atoms (Bellemare et al. 2017)")
        record C51(
                @Option(description = "number of atoms", defaultValue = "51", range = "[2, 10000]")
                int atoms,

                @Option(description = "return of the first atom", defaultValue = "-10")
                double lowest,

                @Option(description = "return of the last atom", defaultValue = "10")
                double highest,

                @Inline Choice choice)
                implements HeadSection {
            public C51 {
                new ValueHeadSpec.Categorical(atoms, lowest, highest, choice.doubleQ, choice.dueling);
            }

            @Override
            public ValueHeadSpec spec() {
                return new ValueHeadSpec.Categorical(atoms, lowest, highest, choice.doubleQ, choice.dueling);
            }
        }
    }

    /** How the target network follows. */
    sealed interface TargetSection {

        /** The target as the learner takes it. */
        TargetSpec spec();

        /** Now and then, at once. */
        @Type(name = "copied", description = "the weights are copied now and then")
        record Copied(
                @Option(description = "updates from one copy to the next", defaultValue = "1000", range = "[1, inf)")
                long every)
                implements TargetSection {
            @Override
            public TargetSpec spec() {
                return new TargetSpec.Copied(every);
            }
        }

        /** Always, a little. */
        @Type(name = "averaged", description = "the weights go a part of the way after each update (Polyak averaging)")
        record Averaged(
                @Option(description = "part of the way", defaultValue = "0.005", range = "(0, 1]")
                double rate) implements TargetSection {
            @Override
            public TargetSpec spec() {
                return new TargetSpec.Averaged(rate);
            }
        }
    }

    /** Memory of transitions. */
    record ReplaySection(
            @Option(description = "observations kept", defaultValue = "100000", range = "[3, 2147483647]")
            int capacity,

            @Option(
                    description =
                            "how observations are packed, and so what they may hold; bits: 0 and 1; bytes: whole numbers from"
                                    + " 0 to 255; floats: any numbers",
                    defaultValue = "bytes")
            ObservationEncoding encoding,

            @Option(description = "which transitions are drawn", defaultValue = "uniform")
            SamplingSection sampling) {}

    /** Which transitions are drawn. */
    sealed interface SamplingSection {

        /** The sampling as the learner takes it. */
        SamplingSpec spec();

        /** All alike. */
        @Type(name = "uniform", description = "each with equal probability")
        record Uniform() implements SamplingSection {
            @Override
            public SamplingSpec spec() {
                return new SamplingSpec.Uniform();
            }
        }

        /** Surprises first. */
        @Type(name = "prioritised", description = "in proportion to a power of their last error (Schaul et al. 2016)")
        record Prioritised(
                @Option(
                        description = "how far probabilities follow errors: 0 uniform, 1 proportional",
                        defaultValue = "0.6",
                        range = "[0, 1]")
                double exponent,

                @Option(description = "importance exponent of the first update", defaultValue = "0.4", range = "[0, 1]")
                double importanceStart,

                @Option(
                        description = "importance exponent from update importanceUpdates on",
                        defaultValue = "1.0",
                        range = "[0, 1]")
                double importanceEnd,

                @Option(
                        description = "updates from the first importance exponent to the last",
                        defaultValue = "1000000",
                        range = "[1, inf)")
                long importanceUpdates,

                @Option(
                        description = "added to every error, so that no transition is out of reach",
                        defaultValue = "1.0e-6",
                        range = "(0, inf)")
                double minimum)
                implements SamplingSection {
            @Override
            public SamplingSpec spec() {
                return new SamplingSpec.Prioritised(
                        exponent, importanceStart, importanceEnd, importanceUpdates, minimum);
            }
        }
    }
}
