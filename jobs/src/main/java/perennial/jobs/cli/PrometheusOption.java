package perennial.jobs.cli;

import perennial.jobs.FreePorts;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.PrometheusOptions;
import picocli.CommandLine.Option;

/** The option of a command whose job Prometheus may watch: a mixin for picocli. */
public final class PrometheusOption {

    @Option(
            names = "--prometheus",
            arity = "0..1",
            fallbackValue = "" + PrometheusOptions.USUAL_PORT,
            paramLabel = "PORT",
            description = "Serve the job's metrics to Prometheus at http://localhost:PORT/metrics; 0 for any port,"
                    + " without one ${FALLBACK-VALUE}.")
    private Integer port;

    /**
     * The configuration, with Flink's options for it where it was asked for.
     *
     * @throws UserException if the port cannot be had
     */
    Configuration in(Configuration configuration) {
        if (port == null) {
            return configuration;
        }
        if (port < 0 || port > 65535) {
            throw UserException.usage("--prometheus must be a port from 0 to 65535: port=" + port);
        }
        int free = FreePorts.wantedOrFree(port);
        if (!FreePorts.isFree(free)) {
            throw UserException.failed("the port for Prometheus must be free: port=" + free
                    + " is taken; stop what listens there, or name another one with --prometheus");
        }
        return configuration.withFlink(PrometheusOptions.at(free, configuration.flink()));
    }
}
