package perennial.jobs.results;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/**
 * Shows how the learners of a run stand. On a terminal it is a table that is redrawn in place; elsewhere it is one plain line
 * for each learner's first report and for each closed task. Not thread-safe.
 */
public final class LiveTable {

    /** How the line begins that tells of a learner's first report, where nothing is redrawn. */
    public static final String FIRST_REPORT = "first report of ";

    /** What is known of a learner. */
    private static final class Row {
        private PlasticityReport report;
        private TaskSummary summary;
    }

    private final PrintWriter out;
    private final boolean redraws;
    private final RedrawnLines terminal;
    private final long tasks;
    private final Map<String, Row> rows = new LinkedHashMap<>();

    /**
     * @param out where it is drawn
     * @param redraws whether {@code out} is a terminal that understands ANSI control sequences
     * @param learners names, in the order of the rows
     * @param tasks how many tasks the run has; 0 where it has no end
     */
    public LiveTable(PrintWriter out, boolean redraws, Collection<String> learners, long tasks) {
        this.out = out;
        this.redraws = redraws;
        this.terminal = new RedrawnLines(out);
        this.tasks = tasks;
        learners.forEach(learner -> rows.put(learner, new Row()));
    }

    /** Takes in a report; shown at the next {@link #draw}, or, where nothing is redrawn, if it is the learner's first. */
    public void report(PlasticityReport report) {
        Row row = rows.computeIfAbsent(report.getLearner(), name -> new Row());
        if (!redraws && row.report == null) {
            out.println(FIRST_REPORT + report.getLearner() + ": update " + report.getUpdate() + ", loss "
                    + number("%.4f", report.getLoss()));
            out.flush();
        }
        row.report = report;
    }

    /** Takes in a task's summary; where nothing is redrawn, prints it. */
    public void taskSummary(TaskSummary summary) {
        rows.computeIfAbsent(summary.getLearner(), name -> new Row()).summary = summary;
        if (!redraws) {
            out.println(String.format(
                    Locale.ROOT,
                    "task %3d%s  %-12s accuracy %s  loss %s  norm %s  rate %s  dead %s",
                    summary.getTask(),
                    tasks > 0 ? "/" + tasks : "",
                    summary.getLearner(),
                    number("%.3f", summary.getAverageOnlineAccuracy()),
                    number("%.4f", summary.getLastLoss()),
                    number("%.3f", summary.getParameterNorm()),
                    number("%.3g", summary.getEffectiveLearningRate()),
                    percent(summary.getDeadUnits())));
            out.flush();
        }
    }

    /**
     * Draws the table over the one drawn before; does nothing where nothing is redrawn.
     *
     * @param status a line of its own under the table
     */
    public void draw(String status) {
        if (!redraws) {
            return;
        }
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-12s %9s %9s %10s %10s %10s %10s %10s %6s",
                "learner",
                "task",
                "update",
                "loss",
                "accuracy",
                "last task",
                "norm",
                "rate",
                "dead"));
        rows.forEach((learner, row) -> lines.add(line(learner, row)));
        lines.add(status);
        terminal.draw(lines);
    }

    /** Leaves the table as it is: what is printed from now on comes below it. */
    public void end() {
        terminal.end();
    }

    private String line(String learner, Row row) {
        PlasticityReport report = row.report;
        if (report == null) {
            return String.format(Locale.ROOT, "%-12s waiting for its first report", learner);
        }
        return String.format(
                Locale.ROOT,
                "%-12s %9s %9d %10s %10s %10s %10s %10s %6s",
                learner,
                tasks > 0 ? report.getTask() + "/" + tasks : report.getTask(),
                report.getUpdate(),
                number("%.4f", report.getLoss()),
                number("%.3f", report.getOnlineAccuracy()),
                row.summary == null ? "-" : number("%.3f", row.summary.getAverageOnlineAccuracy()),
                number("%.3f", report.getParameterNorm()),
                number("%.3g", report.getEffectiveLearningRate()),
                percent(report.getDeadUnits()));
    }

    private static String number(String format, Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, format, value);
    }

    private static String percent(Double fraction) {
        return fraction == null ? "-" : String.format(Locale.ROOT, "%.0f %%", 100 * fraction);
    }
}
