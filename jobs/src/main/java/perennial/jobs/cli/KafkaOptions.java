package perennial.jobs.cli;

import perennial.jobs.config.Configuration;
import perennial.jobs.kafka.KafkaConnection;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of every command that talks to Kafka, a mixin for picocli: {@code --config} for whatever a cluster needs,
 * {@code --bootstrap-server} where the address is all.
 */
public final class KafkaOptions {

    /** A configuration in which nothing is set. */
    private static final String DEFAULTS = "/perennial/jobs/cli/defaults.yaml";

    @Mixin
    private ConfigurationOptions options;

    @Option(
            names = {"-b", "--bootstrap-server"},
            paramLabel = "HOST:PORT",
            description = "Address of a Kafka broker; instead of the one in the configuration.")
    private String bootstrapServer;

    /** The configuration given, or all defaults. */
    Configuration configuration() {
        return options.loadOrElse(DEFAULTS);
    }

    /** A configuration with the address that is asked for instead of its own, where one is. */
    Configuration addressed(Configuration configuration) {
        return bootstrapServer == null ? configuration : configuration.withKafka("bootstrap.servers", bootstrapServer);
    }

    /** The way to the cluster that is asked for. */
    KafkaConnection connection(Configuration configuration) {
        return KafkaConnection.of(addressed(configuration).kafka());
    }
}
