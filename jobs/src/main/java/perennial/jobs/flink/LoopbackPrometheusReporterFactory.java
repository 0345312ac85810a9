package perennial.jobs.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.prometheus.LoopbackPrometheusReporter;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Makes reporters that serve metrics to Prometheus on localhost only, as everything that is started on one machine does. */
public final class LoopbackPrometheusReporterFactory implements MetricReporterFactory {

    /** Option: the TCP port. */
    static final String PORT = "port";

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        int port = ((MetricConfig) properties).getInteger(PORT, PrometheusOptions.USUAL_PORT);
        try {
            return new LoopbackPrometheusReporter(port);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "metrics must have a TCP port of localhost to be served at: port=" + port + " error=" + e, e);
        }
    }
}
