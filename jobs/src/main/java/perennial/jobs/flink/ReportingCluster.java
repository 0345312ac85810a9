package perennial.jobs.flink;

import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.runtime.metrics.MetricRegistryImpl;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import perennial.jobs.UserException;

/** A cluster in this process that does not start without the metrics for Prometheus that it was asked for. */
// Its close, which Flink declares, may throw what a block that closes should not; nobody has it in such a block.
@SuppressWarnings("try")
final class ReportingCluster extends MiniCluster {

    private List<MetricReporter> reporters = List.of();

    ReportingCluster(MiniClusterConfiguration configuration) {
        super(configuration);
    }

    @Override
    protected MetricRegistryImpl createMetricRegistry(Configuration options, long maximumMessageSize) {
        MetricRegistryImpl registry = super.createMetricRegistry(options, maximumMessageSize);
        reporters = registry.getReporters();
        return registry;
    }

    /** @throws UserException if metrics cannot be served */
    @Override
    public void start() throws Exception {
        super.start();
        for (MetricReporter reporter : reporters) {
            if (reporter instanceof UnservedMetrics unserved) {
                throw UserException.failed(unserved.reason());
            }
        }
    }
}
