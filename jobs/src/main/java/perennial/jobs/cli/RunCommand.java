package perennial.jobs.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import perennial.environment.StateFolder;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.dashboard.Dashboard;
import perennial.jobs.dashboard.DashboardSource;
import perennial.jobs.flink.Checkpoints;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.flink.FlinkRest;
import perennial.jobs.flink.PrometheusOptions;
import perennial.jobs.flink.RunningJob;
import perennial.jobs.graph.KafkaJob;
import perennial.jobs.graph.LostRecordsException;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.KafkaErrors;
import perennial.streaming.LearnerTopology;
import perennial.streaming.learn.DamagedStateException;
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
        String path = resume == null ? null : Checkpoints.resolve(resume, state, err::println);
        while (true) {
            try {
                run(configuration, path, err);
                return;
            } catch (UserException e) {
                path = before(path, e, err);
            }
        }
    }

    /** The checkpoint to try instead of one whose state turned out to be damaged; {@code failure} where there is nothing to try. */
    private String before(String damaged, UserException failure, PrintWriter err) {
        if (!"latest".equals(resume)
                || ExceptionUtils.findThrowable(failure, DamagedStateException.class)
                        .isEmpty()) {
            throw failure;
        }
        Path before = Checkpoints.before(damaged, state, err::println).orElseThrow(() -> failure);
        err.println("passed over a damaged checkpoint for the one before it: checkpoint=" + damaged + " "
                + failure.getMessage());
        err.flush();
        return before.toAbsolutePath().toUri().toString();
    }

    private void run(Configuration configuration, String path, PrintWriter err) {
        org.apache.flink.configuration.Configuration options = FlinkOptions.effective(configuration.flink(), state);
        if (path != null) {
            FlinkOptions.resumeFrom(options, path);
            err.println("resuming from " + path);
        }
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, options.get(CoreOptions.DEFAULT_PARALLELISM))) {
            StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
            KafkaJob.describe(environment, configuration);
            JobID job = flink.submit(environment, configuration.name());
            err.println("Flink's web page is at " + flink.webPage());
            PrometheusOptions.addressIn(configuration.flink())
                    .ifPresent(address -> err.println("metrics for Prometheus are at " + address));
            err.println("job " + job + " runs " + configuration.learnerSpecs().size() + " learners; checkpoints go to "
                    + options.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY));
            err.flush();
            FlinkRest rest = new FlinkRest(flink.webPage());
            DashboardSource source = DashboardSource.of(configuration, KafkaConnection.of(configuration.kafka()))
                    .withCheckpoints(() -> rest.newestCheckpoint(job));
            try (Dashboard page = dashboard.start(source, err).orElse(null)) {
                if (page != null) {
                    err.println("the dashboard is at " + page.address());
                    err.flush();
                }
                new RunningJob(flink, job, err, failure -> endWhereRefused(failure, configuration))
                        .await(state.resolve("savepoints"), LearnerTopology.LEARNERS);
            }
        } catch (UserException e) {
            if (ExceptionUtils.findThrowable(e, LostRecordsException.class).isPresent()) {
                err.println("checkpoints that there are, newest first: " + Checkpoints.all(state));
                err.flush();
            }
            throw e;
        }
    }

    /** A broker that does not let the job in, or not do what it must, says the same at every start. */
    private void endWhereRefused(FlinkRest.Failure failure, Configuration configuration) {
        if (!KafkaErrors.isRefusal(failure.type())) {
            return;
        }
        String sequel = "; the job has ended: put it right, and go on with --resume latest";
        try {
            JobTopics.require(configuration);
        } catch (UserException named) {
            throw UserException.failed(named.getMessage() + sequel, named);
        }
        throw UserException.failed("the broker refused the job: " + failure.message() + sequel);
    }
}
