package perennial.streaming.learn;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import perennial.v1.LayerReport;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** What one learner reports, as gauges: those of its network, of each layer, and of the last task that it closed. Not thread-safe. */
final class ReportedMetrics {

    private final MetricGroup group;
    private final MeasuredGauges network;
    private final Map<String, MeasuredGauges> layers = new HashMap<>();
    private MeasuredGauges task;
    private volatile int taskNumber;

    /** @param group the learner's */
    ReportedMetrics(MetricGroup group) {
        this.group = group;
        this.network = new MeasuredGauges(PlasticityReport.getClassSchema(), group);
    }

    void show(PlasticityReport report) {
        network.show(report);
        for (LayerReport layer : report.getLayers()) {
            MeasuredGauges gauges = layers.get(layer.getLayer());
            if (gauges == null) {
                gauges = new MeasuredGauges(LayerReport.getClassSchema(), group.addGroup("layer", layer.getLayer()));
                layers.put(layer.getLayer(), gauges);
            }
            gauges.show(layer);
        }
    }

    void show(TaskSummary summary) {
        taskNumber = summary.getTask();
        if (task == null) {
            MetricGroup closed = group.addGroup("task");
            closed.gauge("number", (Gauge<Integer>) () -> taskNumber);
            task = new MeasuredGauges(TaskSummary.getClassSchema(), closed);
        }
        task.show(summary);
    }
}
