package perennial.jobs.config;

import java.util.List;
import perennial.streaming.watch.AlertRule;
import perennial.streaming.watch.AlertRule.Baseline;
import perennial.streaming.watch.AlertRule.Side;
import perennial.streaming.watch.AlertRule.Threshold;
import perennial.streaming.watch.Quantity;
import perennial.streaming.watch.WatchRule;

/** One rule by which alerts are raised and cleared. */
public sealed interface AlertSection {

    /** The rule's name and whom it is for. */
    Subject subject();

    /** What the rule notices. */
    AlertRule rule();

    /** The rule as the watch takes it. */
    default WatchRule watchRule() {
        return new WatchRule(subject().name(), subject().patterns(), rule());
    }

    /** What all rules say. */
    record Subject(
            @Option(description = "name of the rule, in its alerts; letters, digits, dots, underscores and minuses")
            String name,

            @Option(
                    description =
                            "names of the learners that it is for; `*` stands for any characters and `?` for one; empty: all"
                                    + " learners",
                    defaultValue = "[]")
            List<String> learners) {

        private List<String> patterns() {
            return learners.isEmpty() ? List.of("*") : learners;
        }
    }

    /** What rules about a quantity say. */
    record Limits(
            @Option(
                    description = "a number of reports, by its field's name (`deadUnits`), or of task summaries"
                            + " (`task.averageOnlineAccuracy`); docs/metrics.md has them all")
            String quantity,

            @Option(
                    description =
                            "what it is divided by; first: its own mean at first; best: the best mean that it has had, the"
                                    + " largest for type below and the smallest for type above; none: nothing",
                    defaultValue = "none")
            Baseline baseline,

            @Option(
                    description = "number of values, the last ones, whose mean is compared; fewer than that are not",
                    defaultValue = "1",
                    range = "[1, " + Threshold.MAX_VALUES + "]")
            int values,

            @Option(description = "limit beyond which the alert is raised")
            double raise,

            @Option(description = "limit at which it is cleared; on the good side of `raise`, or equal to it")
            double clear,

            @Option(
                    description = "how many times in succession a limit must be crossed for either",
                    defaultValue = "1",
                    range = "[1, 2147483647]")
            int hold) {

        private AlertRule threshold(Side side) {
            return new Threshold(new Quantity(quantity), values, baseline, side, raise, clear, hold);
        }
    }

    /** Too much of something. */
    @Type(name = "above", description = "a quantity is too large")
    record Above(@Inline Subject subject, @Inline Limits limits) implements AlertSection {
        @Override
        public AlertRule rule() {
            return limits.threshold(Side.ABOVE);
        }
    }

    /** Too little of something. */
    @Type(name = "below", description = "a quantity is too small")
    record Below(@Inline Subject subject, @Inline Limits limits) implements AlertSection {
        @Override
        public AlertRule rule() {
            return limits.threshold(Side.BELOW);
        }
    }

    /** Numbers that are none. */
    @Type(
            name = "divergence",
            description =
                    "an update was discarded since something was not finite, or the learner stopped for that reason")
    record Divergence(
            @Inline Subject subject,

            @Option(
                    description = "reports in succession, of updates that were made, at which the alert is cleared",
                    defaultValue = "10",
                    range = "[1, 2147483647]")
            int clearAfter)
            implements AlertSection {
        @Override
        public AlertRule rule() {
            return new AlertRule.Divergence(clearAfter);
        }
    }

    /** Nothing at all. */
    @Type(
            name = "silence",
            description =
                    "nothing comes from a learner, by the watch's own clock; a paused learner may be silent, and a retired one is"
                            + " forgotten; cleared by the next report")
    record Silence(
            @Inline Subject subject,

            @Option(
                    description = "seconds without a report or a task summary at which the alert is raised",
                    defaultValue = "600",
                    range = "[1, 31536000]")
            long after)
            implements AlertSection {
        @Override
        public AlertRule rule() {
            return new AlertRule.Silence(after * 1000);
        }
    }
}
