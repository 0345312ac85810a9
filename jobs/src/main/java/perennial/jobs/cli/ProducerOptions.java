package perennial.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.acl.AclOperation;
import perennial.environment.kafka.ClientRole;
import perennial.environment.kafka.Outcome;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.Right;
import perennial.jobs.kafka.Rights;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all commands that publish a stream have in common: a mixin for picocli. */
final class ProducerOptions {

    @Mixin
    private ConfigurationOptions configurationOptions;

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "Kafka to publish to, instead of the one that the configuration names.")
    private String bootstrapServer;

    @Option(
            names = {"-q", "--quiet"},
            description = "Show no progress.")
    private boolean quiet;

    /** Whether no progress is to be shown. */
    boolean quiet() {
        return quiet;
    }

    /** The configuration that was asked for, for a producer that writes to a file and needs no Kafka. */
    Configuration configurationOfAFile() {
        return configurationOptions.load();
    }

    /**
     * The configuration that was asked for, with a Kafka to publish to.
     *
     * @param more assignments over those that the command line gives
     */
    Configuration configuration(List<String> more) {
        Configuration configuration = configurationOptions.load(more);
        if (bootstrapServer != null) {
            configuration = configuration.withKafka("bootstrap.servers", bootstrapServer);
        }
        if (!configuration.kafka().containsKey("bootstrap.servers")) {
            throw UserException.usage("a producer needs a Kafka to publish to: set kafka.bootstrap.servers in the"
                    + " configuration, or give --bootstrap-server HOST:PORT");
        }
        return configuration;
    }

    /**
     * Makes sure that the producers of {@code configuration} are allowed what they need, and that its topics are there.
     *
     * @param policies whether they act with policies
     */
    static void requireRights(Configuration configuration, boolean policies) {
        String events = configuration.topics().events();
        List<Right> needed = new ArrayList<>();
        // Where a stream goes on is read from its topic.
        needed.add(Right.topic(ClientRole.CONSUMER, AclOperation.READ, events));
        needed.add(Right.topic(ClientRole.PRODUCER, AclOperation.WRITE, events));
        if (policies) {
            needed.add(Right.topic(
                    ClientRole.CONSUMER,
                    AclOperation.READ,
                    configuration.topics().policies()));
        }
        Rights.require(KafkaConnection.of(configuration.kafka()), "publish to the topic " + events, needed);
    }

    /**
     * What a run came to, in a line.
     *
     * @param place what {@link Outcome#resumedAt} counts
     */
    static String summary(String stream, Outcome outcome, String place) {
        if (outcome.nothingToDo()) {
            return "the stream " + stream + " is complete on the topic already: nothing was published";
        }
        return String.format(
                Locale.ROOT,
                "%spublished %,d events of the stream %s%s",
                outcome.resumedAt() > 0
                        ? String.format(Locale.ROOT, "went on at %s %,d; ", place, outcome.resumedAt())
                        : "",
                outcome.published(),
                stream,
                outcome.finished() ? "; it is complete" : "; start it again to go on");
    }
}
