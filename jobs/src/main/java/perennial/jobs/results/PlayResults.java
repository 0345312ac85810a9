package perennial.jobs.results;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import perennial.v1.PlasticityReport;
import perennial.v1.ReportStatus;

/**
 * How the episodes of learners that act went, report by report. A report that comes a second time (after a failure) has the same
 * bytes and changes nothing. Not thread-safe.
 */
public final class PlayResults {

    private static final double RETURN_SCALE = 1e9;

    private final Map<String, TreeMap<Long, PlasticityReport>> byLearner = new LinkedHashMap<>();

    /**
     * A learner at one of its reports.
     *
     * @param report the report
     * @param steps steps of its actors that it has learned from
     * @param episodes episodes that ended since the report before, in the same task
     * @param meanReturn their mean return, undiscounted; null where none ended
     */
    public record Point(PlasticityReport report, long steps, long episodes, Double meanReturn) {}

    /** @param learners names of the learners, in the order in which tables and plots show them */
    public PlayResults(Collection<String> learners) {
        learners.forEach(learner -> byLearner.put(learner, new TreeMap<>()));
    }

    /** Takes in one report. */
    public void add(PlasticityReport report) {
        byLearner.computeIfAbsent(report.getLearner(), name -> new TreeMap<>()).put(report.getUpdate(), report);
    }

    /** Names of the learners. */
    public List<String> learners() {
        return new ArrayList<>(byLearner.keySet());
    }

    /** A learner's reports in order. */
    public List<Point> of(String learner) {
        List<Point> points = new ArrayList<>();
        long countedEpisodes = 0;
        double countedSum = 0;
        int task = -1;
        for (PlasticityReport report :
                byLearner.getOrDefault(learner, new TreeMap<>()).values()) {
            if (report.getTask() != task) {
                countedEpisodes = 0;
                countedSum = 0;
                task = report.getTask();
            }
            long episodes = report.getEpisodesInTask();
            double sum = report.getMeanEpisodeReturn() == null ? 0 : episodes * report.getMeanEpisodeReturn();
            long since = episodes - countedEpisodes;
            points.add(new Point(
                    report, report.getRecordsSeen(), since, since > 0 ? rounded((sum - countedSum) / since) : null));
            countedEpisodes = episodes;
            countedSum = sum;
        }
        return points;
    }

    /** Sums that come back from means are a little off, so that a return of nothing would be shown as -0.00. */
    private static double rounded(double value) {
        return Math.rint(value * RETURN_SCALE) / RETURN_SCALE + 0.0;
    }

    /** Whether each learner has learned from so many steps, or has stopped learning. */
    public boolean haveAllLearned(long steps) {
        return byLearner.values().stream().allMatch(reports -> {
            PlasticityReport last = last(reports);
            return last != null && (hasStopped(last) || last.getRecordsSeen() >= steps);
        });
    }

    /** Whether no learner learns any more: each has stopped after too many divergences. */
    public boolean haveAllStopped() {
        return byLearner.values().stream().allMatch(reports -> {
            PlasticityReport last = last(reports);
            return last != null && hasStopped(last);
        });
    }

    private static PlasticityReport last(TreeMap<Long, PlasticityReport> reports) {
        return reports.isEmpty() ? null : reports.lastEntry().getValue();
    }

    /** A learner that stops says so in its last report. */
    private static boolean hasStopped(PlasticityReport last) {
        return last.getStatus() == ReportStatus.LEARNER_STOPPED;
    }

    /** The last report of a learner, in one line. */
    public String line(String learner) {
        List<Point> points = of(learner);
        if (points.isEmpty()) {
            return waiting(learner);
        }
        Point last = points.get(points.size() - 1);
        return String.format(
                Locale.ROOT,
                "%-12s steps %,9d  updates %,8d  episodes %,5d  return %s  loss %s  norm %s%s",
                learner,
                last.steps(),
                last.report().getUpdate(),
                last.episodes(),
                number("%.2f", last.meanReturn()),
                number("%.4f", last.report().getLoss()),
                number("%.3f", last.report().getParameterNorm()),
                stopped(last));
    }

    /** The last report of every learner, with its first mean return for comparison, a line each under a heading. */
    public List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-12s %10s %9s %9s %8s %13s %9s %8s",
                "learner",
                "steps",
                "updates",
                "episodes",
                "return",
                "first return",
                "loss",
                "norm"));
        for (String learner : byLearner.keySet()) {
            List<Point> points = of(learner);
            lines.add(points.isEmpty() ? waiting(learner) : row(learner, points));
        }
        return lines;
    }

    private static String row(String learner, List<Point> points) {
        Point last = points.get(points.size() - 1);
        Double first = points.stream()
                .map(Point::meanReturn)
                .filter(mean -> mean != null)
                .findFirst()
                .orElse(null);
        return String.format(
                Locale.ROOT,
                "%-12s %,10d %,9d %,9d %8s %13s %9s %8s%s",
                learner,
                last.steps(),
                last.report().getUpdate(),
                last.episodes(),
                number("%.2f", last.meanReturn()),
                number("%.2f", first),
                number("%.4f", last.report().getLoss()),
                number("%.3f", last.report().getParameterNorm()),
                stopped(last));
    }

    /** How well every learner played at first and at last, a line each under a heading, and what the columns are. */
    public List<String> summary() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-12s %10s %9s %13s %12s",
                "learner",
                "steps",
                "episodes",
                "first return",
                "last return"));
        for (String learner : byLearner.keySet()) {
            List<Point> points = of(learner);
            if (points.isEmpty()) {
                lines.add(String.format(Locale.ROOT, "%-12s no report", learner));
                continue;
            }
            Point last = points.get(points.size() - 1);
            long tenth = last.steps() / 10;
            lines.add(String.format(
                    Locale.ROOT,
                    "%-12s %,10d %,9d %13s %12s%s",
                    learner,
                    last.steps(),
                    points.stream().mapToLong(Point::episodes).sum(),
                    number("%.2f", meanReturn(points, 0, tenth)),
                    number("%.2f", meanReturn(points, last.steps() - tenth, last.steps())),
                    stopped(last)));
        }
        lines.add("first, last return: mean over the episodes of the first and of the last tenth of the steps");
        return lines;
    }

    /**
     * Mean over the episodes of the reports at more than {@code from} and up to {@code to} steps, or of the first report beyond; null
     * where no episode ended.
     */
    private static Double meanReturn(List<Point> points, long from, long to) {
        double sum = 0;
        long episodes = 0;
        for (Point point : points) {
            boolean within = point.steps() > from && (point.steps() <= to || episodes == 0);
            if (within && point.meanReturn() != null) {
                sum += point.episodes() * point.meanReturn();
                episodes += point.episodes();
            }
        }
        return episodes == 0 ? null : sum / episodes;
    }

    private static String waiting(String learner) {
        return String.format(Locale.ROOT, "%-12s waiting for its first report", learner);
    }

    private static String stopped(Point last) {
        return hasStopped(last.report()) ? "  stopped learning" : "";
    }

    private static String number(String format, Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, format, value);
    }
}
