package perennial.streaming;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;

/**
 * A task's environment that remembers every metric which is registered in it, by its labels and its name: {@code a.updates} of learner
 * {@code a}, {@code a/hidden.0.deadUnits} of its layer, {@code a.task.deadUnits} of its last task, {@code UNDECODABLE.deadLetters} of a reason.
 */
public final class RecordedMetrics {

    private final Map<String, Metric> metrics = new HashMap<>();
    private final Set<String> shown = new TreeSet<>();
    private final MockEnvironment environment;

    public RecordedMetrics(int maxParallelism) {
        TestingMetricRegistry registry = TestingMetricRegistry.builder()
                .setRegisterConsumer((metric, name, group) -> {
                    String id = id(name, group);
                    if (!shown.add(id)) {
                        throw new IllegalStateException("a metric is there twice: " + id);
                    }
                    metrics.put(id, metric);
                })
                .setUnregisterConsumer((metric, name, group) -> shown.remove(id(name, group)))
                .build();
        environment = new MockEnvironmentBuilder()
                .setMaxParallelism(maxParallelism)
                .setParallelism(1)
                .setMetricGroup(TaskManagerMetricGroup.createTaskManagerMetricGroup(
                                registry, "localhost", ResourceID.generate())
                        .addJob(new JobID(), "job")
                        .addTask(ExecutionAttemptID.randomId(), "task"))
                .build();
    }

    private static String id(String name, AbstractMetricGroup<?> group) {
        Map<String, String> labels = group.getAllVariables();
        if (!labels.containsKey("<operator_id>")) {
            return group.getLogicalScope(text -> text) + ":" + name;
        }
        String layer = labels.get("<layer>");
        return labels.getOrDefault("<reason>", "")
                + labels.getOrDefault("<learner>", "")
                + (layer == null ? "" : "/" + layer)
                + (group.getLogicalScope(text -> text).endsWith("learner.task") ? ".task." : ".")
                + name;
    }

    public MockEnvironment environment() {
        return environment;
    }

    /** Names of the metrics of learners that are shown now. */
    public Set<String> ofLearner(String learner) {
        Set<String> names = new TreeSet<>(shown);
        names.removeIf(name -> !name.startsWith(learner + ".") && !name.startsWith(learner + "/"));
        return names;
    }

    /** Value of a counter or gauge, which may be gone by now. */
    public long value(String name) {
        return (long) number(name);
    }

    /** As {@link #value}, not rounded. */
    public double number(String name) {
        Metric metric = metric(name);
        if (metric instanceof Counter counter) {
            return counter.getCount();
        }
        if (metric instanceof Gauge<?> gauge) {
            return ((Number) gauge.getValue()).doubleValue();
        }
        throw new IllegalArgumentException("a metric must be a number: name=" + name + " found=" + metric.getClass());
    }

    /** A histogram, which may be gone by now. */
    public Histogram histogram(String name) {
        return (Histogram) metric(name);
    }

    private Metric metric(String name) {
        Metric metric = metrics.get(name);
        if (metric == null) {
            throw new IllegalArgumentException(
                    "a metric must be registered: name=" + name + " known=" + new TreeSet<>(metrics.keySet()));
        }
        return metric;
    }
}
