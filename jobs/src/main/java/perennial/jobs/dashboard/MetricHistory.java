package perennial.jobs.dashboard;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import perennial.v1.LayerReport;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/**
 * What learners have reported, in bounded memory. Thread-safe: one thread adds, others look.
 *
 * <p>There is room for {@value #MAX_POINTS} points. Few series have {@value #MAX_CAPACITY} each; with more series each has less, down to
 * {@value #MIN_CAPACITY}, and what a series has no room for is thinned out (see {@link Series}). A series that there is no room for at all
 * is left out and counted, and so is a learner beyond the first {@value #MAX_LEARNERS}.
 *
 * <p>Each (learner, update) is there once: a report that comes again takes the place of the first, and of what came after that.
 */
final class MetricHistory {

    static final int MAX_POINTS = 2_097_152;
    static final int MAX_CAPACITY = 2048;
    static final int MIN_CAPACITY = 128;

    /** Nobody looks at more, and a topic of anything at all must not fill the memory. */
    private static final int MAX_LEARNERS = 5000;

    private static final List<Metric> OF_LEARNER = Metric.of(PlasticityReport.getClassSchema(), Metric.Scope.LEARNER);
    private static final List<Metric> OF_LAYER = Metric.of(LayerReport.getClassSchema(), Metric.Scope.LAYER);
    private static final List<Metric> OF_TASK = Metric.of(TaskSummary.getClassSchema(), Metric.Scope.TASK);

    private final Map<String, LearnerHistory> learners = new TreeMap<>();
    private final Map<String, Metric> metrics = new LinkedHashMap<>();
    private int capacity = MAX_CAPACITY;
    private int series;
    private long leftOut;
    private long arrivals;
    private boolean closed;

    /** What is looked for in the history, while nothing is added to it. */
    interface Look<T> {
        T at(long arrivals, Collection<LearnerHistory> learners, Collection<Metric> metrics);
    }

    /**
     * Takes in a report or a task's summary; any other record is no metric.
     *
     * @param timeMs when it was written, in milliseconds since 1970
     */
    synchronized void add(SpecificRecord record, long timeMs) {
        if (record instanceof PlasticityReport report) {
            LearnerHistory learner = learner(report.getLearner());
            if (learner == null) {
                return;
            }
            int before = learner.series().size();
            learner.begin(report, timeMs, ++arrivals);
            series -= before - learner.series().size();
            add(learner, OF_LEARNER, report, "", report.getUpdate());
            for (LayerReport layer : report.getLayers()) {
                add(learner, OF_LAYER, layer, layer.getLayer(), report.getUpdate());
            }
        } else if (record instanceof TaskSummary summary) {
            LearnerHistory learner = learner(summary.getLearner());
            if (learner == null) {
                return;
            }
            int before = learner.series().size();
            long update = learner.begin(summary, ++arrivals);
            series -= before - learner.series().size();
            add(learner, OF_TASK, summary, "", update);
        }
        notifyAll();
    }

    /** The learner of this name, or null where there is no room for one more. */
    private LearnerHistory learner(String name) {
        LearnerHistory learner = learners.get(name);
        if (learner == null && learners.size() < MAX_LEARNERS) {
            learner = new LearnerHistory(name);
            learners.put(name, learner);
        }
        leftOut += learner == null ? 1 : 0;
        return learner;
    }

    private void add(LearnerHistory learner, List<Metric> measured, SpecificRecord record, String layer, long update) {
        for (Metric metric : measured) {
            if (record.get(metric.position()) instanceof Number value) {
                SeriesKey key = new SeriesKey(metric.scope(), metric.id(), layer);
                Series points = learner.series().get(key);
                if (points == null) {
                    points = begin(learner, key);
                    metrics.putIfAbsent(metric.id(), metric);
                }
                // Of two layers of one name in one report the first counts.
                if (points != null && (points.size() == 0 || points.update(points.size() - 1) < update)) {
                    points.add(update, value.doubleValue(), arrivals);
                }
            }
        }
    }

    /** A new series, or null where there is no room for one more. */
    private Series begin(LearnerHistory learner, SeriesKey key) {
        if (series >= MAX_POINTS / MIN_CAPACITY) {
            leftOut++;
            return null;
        }
        series++;
        if (series > MAX_POINTS / capacity) {
            capacity /= 2;
            learners.values().forEach(one -> one.series().values().forEach(points -> points.resize(capacity)));
        }
        Series points = new Series(capacity);
        learner.series().put(key, points);
        return points;
    }

    /** Looks at everything, while nothing is added; what is looked at must not be kept. */
    synchronized <T> T look(Look<T> look) {
        return look.at(arrivals, learners.values(), metrics.values());
    }

    /** Number of the newest record. */
    synchronized long arrivals() {
        return arrivals;
    }

    /** Values that there was no room for. */
    synchronized long leftOut() {
        return leftOut;
    }

    /**
     * Waits for a record after number {@code arrival}, for the end of waiting, or for {@code milliseconds}.
     *
     * @return whether it is worth while to wait on
     */
    synchronized boolean await(long arrival, long milliseconds) throws InterruptedException {
        long end = System.nanoTime() + milliseconds * 1_000_000;
        long left = milliseconds;
        while (!closed && arrivals <= arrival && left > 0) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
        return !closed;
    }

    /** Ends all waiting, now and later. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
