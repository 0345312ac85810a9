package perennial.jobs.sweep;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import perennial.jobs.config.Sweep;
import perennial.jobs.config.Sweep.Member;
import perennial.jobs.results.Estimate;
import perennial.jobs.sweep.ResultTable.Line;
import perennial.v1.TaskSummary;

/** The summary of a sweep in Markdown: what was compared, and a table and the plots of each result. */
final class SweepSummary {

    private final StringBuilder page = new StringBuilder();

    private SweepSummary() {}

    /**
     * The page.
     *
     * @param tables the results
     * @param bitmaps names of each result's plots
     */
    static String markdown(SweepResults results, List<ResultTable> tables, List<List<String>> bitmaps) {
        SweepSummary summary = new SweepSummary();
        summary.head(results);
        for (int i = 0; i < tables.size(); i++) {
            summary.result(tables.get(i), bitmaps.get(i));
        }
        return summary.page.toString();
    }

    private void head(SweepResults results) {
        Sweep sweep = results.sweep();
        page.append("# ").append(sweep.title()).append("\n\n");
        line("%d learners:%n", sweep.members().size());
        sweep.axes().forEach(axis -> line("- %s: %s", axis.name(), String.join(", ", axis.variants())));
        line(
                "- seed: %s",
                String.join(", ", sweep.seeds().stream().map(String::valueOf).toList()));
        page.append('\n');
        long updates = 0;
        long discarded = 0;
        Set<String> code = new LinkedHashSet<>();
        Set<String> engines = new LinkedHashSet<>();
        for (Member member : sweep.members()) {
            for (TaskSummary task : results.history(member.learner()).tasks()) {
                updates += task.getUpdates();
                discarded += task.getDivergences();
                code.add(task.getCodeVersion());
                engines.add(task.getEngine());
            }
        }
        line(
                "%,d updates in all, %,d of them discarded because something was not finite; code %s; engine %s.",
                updates, discarded, String.join(", ", code), String.join(", ", engines));
        page.append('\n');
        line(
                "Each figure is the mean over the learners that differ by nothing else, ± half of its 95 %% confidence interval"
                        + " (Student's t).");
    }

    private void result(ResultTable table, List<String> bitmaps) {
        page.append("\n## ").append(table.section().title()).append("\n\n");
        if (table.section().overRun()) {
            overRun(table);
        } else {
            overAxis(table);
        }
        page.append('\n');
        bitmaps.forEach(bitmap -> line("![%s](%s)", table.section().title(), bitmap));
    }

    private void overRun(ResultTable table) {
        boolean charts = table.lines().stream().anyMatch(line -> !line.chart().isEmpty());
        row(charts, "plot", "line", "first fifth", "last fifth", "all", "learners");
        row(charts, "---", "---", "---", "---", "---", "---");
        for (Line line : table.lines()) {
            row(
                    charts,
                    line.chart(),
                    line.name(),
                    line.early().toString(),
                    line.late().toString(),
                    line.all().toString(),
                    Integer.toString(line.all().runs()));
        }
    }

    private void overAxis(ResultTable table) {
        boolean charts = table.lines().stream().anyMatch(line -> !line.chart().isEmpty());
        Set<Double> places = new LinkedHashSet<>();
        table.lines().forEach(line -> places.addAll(line.x()));
        List<String> head = new ArrayList<>(List.of("line"));
        List<String> rule = new ArrayList<>(List.of("---"));
        for (double place : places) {
            head.add(
                    table.names().isEmpty()
                            ? table.section().over() + " " + place
                            : table.names().get((int) place));
            rule.add("---");
        }
        row(charts, "plot", head.toArray(String[]::new));
        row(charts, "---", rule.toArray(String[]::new));
        for (Line line : table.lines()) {
            List<String> cells = new ArrayList<>(List.of(line.name()));
            for (double place : places) {
                int at = line.x().indexOf(place);
                cells.add((at < 0 ? Estimate.of() : line.y().get(at)).toString());
            }
            row(charts, line.chart(), cells.toArray(String[]::new));
        }
    }

    private void row(boolean charts, String chart, String... cells) {
        page.append("| ");
        if (charts) {
            page.append(chart).append(" | ");
        }
        page.append(String.join(" | ", cells)).append(" |\n");
    }

    private void line(String format, Object... arguments) {
        page.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
