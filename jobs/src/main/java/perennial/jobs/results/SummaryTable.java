package perennial.jobs.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import perennial.v1.TaskSummary;

/** The summary at the end of a run: per learner how well it learned its early tasks and its last ones. */
public final class SummaryTable {

    private static final int WINDOW = 5;

    private SummaryTable() {}

    /** Lines of a table; early tasks are tasks 5 to 9, or the first ones of a short run. */
    public static List<String> lines(TaskResults results) {
        int tasks = results.closedByAll();
        List<String> lines = new ArrayList<>();
        if (tasks == 0) {
            lines.add("no task was closed");
            return lines;
        }
        int early = tasks >= 2 * WINDOW ? WINDOW : 0;
        int earlyEnd = Math.min(early + WINDOW, tasks) - 1;
        int late = Math.max(tasks - WINDOW, 0);
        lines.add(String.format(
                Locale.ROOT,
                "%-14s %5s  %14s  %14s  %6s  %11s  %11s  %6s",
                "learner",
                "tasks",
                "accuracy " + early + "-" + earlyEnd,
                "accuracy " + late + "-" + (tasks - 1),
                "kept",
                "norm at end",
                "rate at end",
                "dead"));
        for (String learner : results.learners()) {
            OptionalDouble first = results.mean(learner, early, earlyEnd, TaskSummary::getAverageOnlineAccuracy);
            OptionalDouble last = results.mean(learner, late, tasks - 1, TaskSummary::getAverageOnlineAccuracy);
            List<TaskSummary> all = results.of(learner);
            TaskSummary end = all.get(tasks - 1);
            lines.add(String.format(
                    Locale.ROOT,
                    "%-14s %5d  %14s  %14s  %6s  %11s  %11s  %6s",
                    learner,
                    all.size(),
                    number("%.3f", first),
                    number("%.3f", last),
                    first.isPresent() && last.isPresent()
                            ? String.format(Locale.ROOT, "%.0f %%", 100 * last.getAsDouble() / first.getAsDouble())
                            : "-",
                    number("%.3f", end.getParameterNorm()),
                    number("%.3g", end.getEffectiveLearningRate()),
                    end.getDeadUnits() == null
                            ? "-"
                            : String.format(Locale.ROOT, "%.0f %%", 100 * end.getDeadUnits())));
        }
        lines.add("accuracy: online, each example predicted before it is learned; kept: last tasks against early ones");
        return lines;
    }

    private static String number(String format, OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : "-";
    }

    private static String number(String format, Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, format, value);
    }
}
