package perennial.jobs.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import perennial.jobs.config.ResultSection;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** What one learner of a sweep said: its tasks, the last report of each, and the series that results are made of. Not thread-safe. */
final class LearnerHistory {

    private final List<ResultSection> results;
    private final List<ReportSeries> series;
    private final TreeMap<Integer, TaskSummary> tasks = new TreeMap<>();
    private final TreeMap<Integer, PlasticityReport> lastReports = new TreeMap<>();

    /** @param results what is to be made of it */
    LearnerHistory(List<ResultSection> results) {
        this.results = results;
        this.series = results.stream()
                .map(result -> isOverReports(result)
                        ? new ReportSeries(result.value(), result.over().equals(ResultSection.RECORD))
                        : null)
                .toList();
    }

    private static boolean isOverReports(ResultSection result) {
        return !result.over().equals(ResultSection.TASK)
                && Quantity.named(result.value()).isReported();
    }

    void add(PlasticityReport report) {
        for (ReportSeries one : series) {
            if (one != null) {
                one.add(report);
            }
        }
        // Layers are most of a report, and no result speaks of one.
        report.setLayers(List.of());
        lastReports.put(report.getTask(), report);
    }

    void add(TaskSummary summary) {
        tasks.put(summary.getTask(), summary);
    }

    /** The tasks in order. */
    List<TaskSummary> tasks() {
        return new ArrayList<>(tasks.values());
    }

    /** The last report of a task, or null where it had none. */
    PlasticityReport lastReport(int task) {
        return lastReports.get(task);
    }

    /** The points of one of the results. */
    Points points(int result) {
        ResultSection section = results.get(result);
        if (series.get(result) != null) {
            return series.get(result).inParts(section.points());
        }
        Quantity quantity = Quantity.named(section.value());
        return new Points(
                tasks.keySet().stream().mapToDouble(Integer::doubleValue).toArray(),
                tasks.values().stream()
                        .mapToDouble(task -> quantity.of(task, lastReports.get(task.getTask())))
                        .toArray());
    }
}
