package perennial.jobs.dashboard;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** What is kept of one learner: its newest report, where its tasks began, and its series. Not thread-safe. */
final class LearnerHistory {

    /** Boundaries that are kept; with more of them a picture would be nothing but boundaries. */
    private static final int MAX_TASKS = 2000;

    /** The speed is that over the newest so many milliseconds of reports. */
    private static final long SPEED_WINDOW_MS = 10_000;

    private static final int MAX_SPEED_POINTS = 256;

    private record Passed(long timeMs, long update) {}

    private final String name;
    private final Map<SeriesKey, Series> series = new LinkedHashMap<>();
    private final NavigableMap<Long, Integer> taskStarts = new TreeMap<>();
    private final Deque<Passed> passed = new ArrayDeque<>();
    private PlasticityReport newest;
    private long reportedMs;
    private long summarised = -1;
    private long arrival;
    private long wentBack = -1;

    LearnerHistory(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** Its series in the order they began in. */
    Map<SeriesKey, Series> series() {
        return series;
    }

    /** The number of each task by the update after which it began; the oldest are left out where there are very many. */
    NavigableMap<Long, Integer> taskStarts() {
        return taskStarts;
    }

    /** Its newest report; null before the first. */
    PlasticityReport newest() {
        return newest;
    }

    /** When the newest report was written, in milliseconds since 1970. */
    long reportedMs() {
        return reportedMs;
    }

    /** Number of the newest record of this learner. */
    long arrival() {
        return arrival;
    }

    /** Number of the record by which it last went back to an earlier update; -1 where it never did. */
    long wentBack() {
        return wentBack;
    }

    /**
     * Takes in who and where the learner is. A report of an update that was there before, or of an earlier one, says that the learner went
     * back: it was restored from a checkpoint, or began anew. What was reported from there on is dropped, since it will be reported again
     * or no longer holds.
     *
     * @param timeMs when the report was written, in milliseconds since 1970
     */
    void begin(PlasticityReport report, long timeMs, long number) {
        if (newest != null && report.getUpdate() <= newest.getUpdate()) {
            truncate(report.getUpdate(), number);
            summarised = Math.min(summarised, report.getUpdate() - 1);
            passed.clear();
        }
        newest = report;
        reportedMs = timeMs;
        arrival = number;
        startTask(report.getTask(), report.getUpdate() - report.getUpdateInTask());
        passed.addLast(new Passed(timeMs, report.getUpdate()));
        while (passed.size() > 2 && timeMs - passed.getFirst().timeMs > SPEED_WINDOW_MS
                || passed.size() > MAX_SPEED_POINTS) {
            passed.removeFirst();
        }
    }

    /**
     * Takes in that a task was closed and returns after how many updates. Where a summary comes a second time, those from there on are
     * dropped, and will come again.
     */
    long begin(TaskSummary summary, long number) {
        long known = newest == null ? 0 : newest.getUpdate();
        // Records of the first versions did not say after how many updates a task was closed.
        long update = summary.getTotalUpdates() > 0 ? summary.getTotalUpdates() : Math.max(known, summarised + 1);
        if (update <= summarised) {
            series.forEach((key, one) -> {
                if (key.scope() == Metric.Scope.TASK) {
                    one.truncate(update);
                }
            });
            series.values().removeIf(one -> one.size() == 0);
            wentBack = number;
        }
        summarised = update;
        arrival = number;
        return update;
    }

    private void truncate(long update, long number) {
        series.values().forEach(one -> one.truncate(update));
        series.values().removeIf(one -> one.size() == 0);
        taskStarts.tailMap(update, true).clear();
        wentBack = number;
    }

    private void startTask(int task, long afterUpdate) {
        taskStarts.put(Math.max(0, afterUpdate), task);
        if (taskStarts.size() > MAX_TASKS) {
            taskStarts.pollFirstEntry();
        }
    }

    /** Updates per second over the newest reports, by the times they were written at; 0 where that cannot be told. */
    double updatesPerSecond() {
        if (passed.size() < 2) {
            return 0;
        }
        long ms = passed.getLast().timeMs - passed.getFirst().timeMs;
        return ms <= 0 ? 0 : 1000.0 * (passed.getLast().update - passed.getFirst().update) / ms;
    }
}
