package perennial.jobs.flink;

import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;

/**
 * A reporter in the place of one that could not be made. Flink only logs what a reporter's factory throws, and goes on without it; here the
 * reason can be asked for.
 *
 * @param reason why metrics are not served, and what to do, in a sentence
 */
record UnservedMetrics(String reason) implements MetricReporter {

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {}

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}
