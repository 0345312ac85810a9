package perennial.jobs.flink;

import java.io.IOException;
import java.util.Properties;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.prometheus.LoopbackPrometheusReporter;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes reporters that serve metrics to Prometheus on localhost only, as everything that is started on one machine does. */
public final class LoopbackPrometheusReporterFactory implements MetricReporterFactory {

    private static final Logger log = LoggerFactory.getLogger(LoopbackPrometheusReporterFactory.class);

    /** Option: the TCP port. */
    static final String PORT = "port";

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        int port = ((MetricConfig) properties).getInteger(PORT, PrometheusOptions.USUAL_PORT);
        try {
            return new LoopbackPrometheusReporter(port);
        } catch (IOException e) {
            return unserved(port, "; stop what listens there, or give another port", e);
        } catch (LinkageError e) {
            // In Flink's own distribution it is a plugin, whose classes others do not see.
            return unserved(port, "; have flink-metrics-prometheus on the class path of the job's process", e);
        }
    }

    private static UnservedMetrics unserved(int port, String wayOut, Throwable cause) {
        String reason = "metrics for Prometheus cannot be served: port=" + port + " error=\"" + cause + "\"" + wayOut;
        // Of a cluster's process nobody else tells: it runs on without them.
        log.error(reason);
        return new UnservedMetrics(reason);
    }
}
