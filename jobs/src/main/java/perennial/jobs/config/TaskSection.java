package perennial.jobs.config;

import java.util.List;
import perennial.learning.learner.TaskSpec;

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
}
