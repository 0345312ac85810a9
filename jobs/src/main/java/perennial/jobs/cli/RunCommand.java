package perennial.jobs.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import perennial.environment.StateFolder;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.dashboard.Dashboard;
import perennial.jobs.dashboard.DashboardSource;
import perennial.jobs.flink.RunningJob;
import perennial.jobs.graph.KafkaJob;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;
import perennial.jobs.kafka.KafkaConnection;
import perennial.streaming.LearnerTopology;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perennial run}: the job on an embedded Flink, against the Kafka that the configuration names or an embedded one. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the learners of a configuration on an embedded Flink, against the Kafka that it names.",
            "Where it names none (kafka.bootstrap.servers), or with --broker, an embedded broker is started that keeps its data"
                    + " under --state.",
            "Ctrl-C stops with a savepoint and prints how to go on from it.",
            "A newest checkpoint that is damaged is passed over for the one before it, and it is said so."
        },
        footer = {
            "",
            "Examples:",
            "  perennial run --config label-reset.yaml",
            "  perennial run --config label-reset.yaml --broker",
            "  perennial run --config label-reset.yaml --resume latest"
        })
public final class RunCommand implements Callable<Integer> {

    /** Where Kafka's clients look for a broker on this machine. */
    private static final int BROKER_PORT = 9092;

    @Mixin
    private ConfigurationOptions configurationOptions;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "perennial-state",
            description = "Folder for checkpoints and savepoints, and for the embedded broker's data"
                    + " (default: ${DEFAULT-VALUE}).")
    private Path state;

    @Option(
            names = "--resume",
            paramLabel = "PATH|latest",
            description = "Go on from a checkpoint or savepoint; latest is the newest under --state.")
    private String resume;

    @Option(
            names = "--broker",
            description = "Start a broker even if the configuration names a Kafka; the job then uses the broker.")
    private boolean broker;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            description = "TCP port of the broker that is started; 0 for any that is free. Without it " + BROKER_PORT
                    + " with --broker, otherwise any.")
    private Integer kafkaPort;

    @Mixin
    private DashboardOptions dashboard;

    @Mixin
    private PrometheusOption prometheus;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Configuration configuration = prometheus.in(configurationOptions.load());
        dashboard.address().ifPresent(Dashboard::requirePort);
        if (configuration.learnerSpecs().isEmpty()) {
            throw UserException.usage("the configuration names no learners, so there is nothing to run");
        }
        PrintWriter err = spec.commandLine().getErr();
        if (!broker && configuration.kafka().containsKey("bootstrap.servers")) {
            if (kafkaPort != null) {
                throw UserException.usage(
                        "--kafka-port is of a broker that is started here, and the configuration names"
                                + " one: bootstrap.servers="
                                + configuration.kafka().get("bootstrap.servers")
                                + "; leave it out, or add --broker");
            }
            JobTopics.require(configuration);
            StateFolder.make(state);
            run(configuration, err);
            return 0;
        }
        StateFolder.make(state);
        try (EmbeddedKafka kafka = EmbeddedKafka.start(state.resolve("kafka"), port())) {
            err.println("embedded Kafka at " + kafka.bootstrapServers());
            Configuration withBroker = configuration.withKafka("bootstrap.servers", kafka.bootstrapServers());
            JobTopics.create(withBroker);
            run(withBroker, err);
        }
        return 0;
    }

    private int port() {
        if (kafkaPort != null) {
            return kafkaPort;
        }
        return broker ? BROKER_PORT : 0;
    }

    private void run(Configuration configuration, PrintWriter err) {
        new ResumableJob(
                        configuration.name(),
                        configuration.flink(),
                        state,
                        resume,
                        () -> JobTopics.require(configuration),
                        err)
                .run(
                        environment -> KafkaJob.describe(environment, configuration),
                        "runs " + configuration.learnerSpecs().size() + " learners",
                        job -> await(configuration, job, err));
    }

    private void await(Configuration configuration, ResumableJob.Submitted job, PrintWriter err) {
        DashboardSource source = DashboardSource.of(configuration, KafkaConnection.of(configuration.kafka()))
                .withCheckpoints(() -> job.rest().newestCheckpoint(job.id()));
        try (Dashboard page = dashboard.start(source, err).orElse(null)) {
            if (page != null) {
                err.println("the dashboard is at " + page.address());
                err.flush();
            }
            job.await(LearnerTopology.LEARNERS, RunningJob.ofRecords("learned from"));
        }
    }
}
