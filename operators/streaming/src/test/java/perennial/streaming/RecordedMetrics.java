package perennial.streaming;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;

/** A task's environment that remembers every metric which is registered in it. */
public final class RecordedMetrics {

    private final Map<String, Metric> metrics = new HashMap<>();
    private final MockEnvironment environment;

    public RecordedMetrics(int maxParallelism) {
        TestingMetricRegistry registry = TestingMetricRegistry.builder()
                .setRegisterConsumer((metric, name, group) -> {
                    Map<String, String> variables = group.getAllVariables();
                    metrics.put(
                            variables.getOrDefault("<reason>", "") + variables.getOrDefault("<learner>", "") + "."
                                    + name,
                            metric);
                })
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

    public MockEnvironment environment() {
        return environment;
    }

    /** Value of a counter or gauge, named as {@code group.name}. */
    public long value(String name) {
        Metric metric = metrics.get(name);
        if (metric instanceof Counter counter) {
            return counter.getCount();
        }
        if (metric instanceof Gauge<?> gauge) {
            return (Long) gauge.getValue();
        }
        throw new IllegalArgumentException("a metric must be registered: name=" + name + " known=" + metrics.keySet());
    }
}
