package perennial.jobs.results;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import perennial.v1.PlasticityReport;

/**
 * How the episodes of learners that act went, report by report. A report that comes a second time (after a failure) has the same
 * bytes and changes nothing. Not thread-safe.
 */
public final class PlayResults {

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
            points.add(
                    new Point(report, report.getRecordsSeen(), since, since > 0 ? (sum - countedSum) / since : null));
            countedEpisodes = episodes;
            countedSum = sum;
        }
        return points;
    }

    /** Steps that every learner has learned from. */
    public long stepsOfAll() {
        return byLearner.values().stream()
                .mapToLong(reports ->
                        reports.isEmpty() ? 0 : reports.lastEntry().getValue().getRecordsSeen())
                .min()
                .orElse(0);
    }

    /** The last report of a learner, in one line. */
    public String line(String learner) {
        List<Point> points = of(learner);
        if (points.isEmpty()) {
            return String.format(Locale.ROOT, "%-12s waiting for its first report", learner);
        }
        Point last = points.get(points.size() - 1);
        return String.format(
                Locale.ROOT,
                "%-12s steps %9d  updates %8d  episodes %5d  return %s  loss %s  norm %s",
                learner,
                last.steps(),
                last.report().getUpdate(),
                last.episodes(),
                number("%.2f", last.meanReturn()),
                number("%.4f", last.report().getLoss()),
                number("%.3f", last.report().getParameterNorm()));
    }

    /** The last report of every learner, with its first mean return for comparison, a line each. */
    public List<String> table() {
        List<String> lines = new ArrayList<>();
        for (String learner : byLearner.keySet()) {
            Double first = of(learner).stream()
                    .map(Point::meanReturn)
                    .filter(mean -> mean != null)
                    .findFirst()
                    .orElse(null);
            lines.add(line(learner) + "  first return " + number("%.2f", first));
        }
        return lines;
    }

    private static String number(String format, Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, format, value);
    }
}
