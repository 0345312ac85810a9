package perennial.streaming.learn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.UpdatePoint;
import perennial.learning.method.MethodSpec;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/**
 * What Flink shows of one learner, under the label {@code learner}: how far it is, what it reports, and how long its updates take. All
 * of it goes when it is closed. For the learner's thread; what is shown is read by others.
 */
final class LearnerMetrics implements AutoCloseable {

    /** Times that a histogram is made of: the newest. */
    static final int TIMES = 512;

    /**
     * One update in so many is timed, since reading the clock is not free beside the update of a small network. A prime, so that what
     * a learner does every so many updates is neither always among those that are timed nor never.
     */
    static final int TIMED_EVERY = 7;

    /** What gauges read, from a thread of their own, and keep when the learner is gone: never the learner itself. */
    private static final class Shown {
        private volatile long updates;
        private volatile long divergences;
        private volatile boolean isPaused;
    }

    private final MetricGroup operator;
    private final Shown shown = new Shown();
    private final Counter records;
    private final Histogram updateTimes;
    private final Histogram projectionTimes;
    private final List<MetricGroup> groups = new ArrayList<>();
    private final Map<String, ReportedMetrics> reported = new HashMap<>();
    private int untilTimed = 1;
    private boolean isTimed;
    private long updateBegun;
    private long projectionBegun;

    /** @param operator group of the operator that holds the learner */
    LearnerMetrics(LearnerSpec spec, MetricGroup operator) {
        this.operator = operator;
        MetricGroup group = group(spec.name());
        Shown values = shown;
        records = group.counter("records");
        group.gauge("updates", (Gauge<Long>) () -> values.updates);
        group.gauge("divergences", (Gauge<Long>) () -> values.divergences);
        group.gauge("paused", (Gauge<Integer>) () -> values.isPaused ? 1 : 0);
        updateTimes = group.histogram("updateTimeNanos", new DescriptiveStatisticsHistogram(TIMES));
        projectionTimes = spec.method() instanceof MethodSpec.NormalizeAndProject
                ? group.histogram("projectionTimeNanos", new DescriptiveStatisticsHistogram(TIMES))
                : null;
    }

    private MetricGroup group(String learner) {
        MetricGroup group = operator.addGroup("learner", learner);
        if (!groups.contains(group)) {
            groups.add(group);
        }
        return group;
    }

    void recordTaken() {
        records.inc();
    }

    void progress(long updates, long divergences) {
        shown.updates = updates;
        shown.divergences = divergences;
    }

    void paused(boolean isPaused) {
        shown.isPaused = isPaused;
    }

    void show(PlasticityReport report) {
        reported(report.getLearner()).show(report);
    }

    void show(TaskSummary summary) {
        reported(summary.getLearner()).show(summary);
    }

    /** A twin's free run reports under a name of its own. */
    private ReportedMetrics reported(String learner) {
        return reported.computeIfAbsent(learner, name -> new ReportedMetrics(group(name)));
    }

    void passes(UpdatePoint point) {
        if (point == UpdatePoint.BEGUN) {
            isTimed = --untilTimed == 0;
            untilTimed = isTimed ? TIMED_EVERY : untilTimed;
        }
        if (isTimed) {
            time(point, System.nanoTime());
        }
    }

    private void time(UpdatePoint point, long now) {
        switch (point) {
            case BEGUN -> updateBegun = now;
            case STEPPED -> projectionBegun = now;
            case PROJECTED -> {
                if (projectionTimes != null) {
                    projectionTimes.update(now - projectionBegun);
                }
            }
            case ENDED -> updateTimes.update(now - updateBegun);
        }
    }

    /** A metric can be taken back with its group only, which the public interface of groups has no word for. */
    @Override
    public void close() {
        for (MetricGroup group : groups) {
            if (group instanceof AbstractMetricGroup<?> closeable) {
                closeable.close();
            }
        }
    }
}
