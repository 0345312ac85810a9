package perennial.jobs.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import perennial.environment.StateFolder;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.RunningJob;
import perennial.jobs.graph.KafkaWatch;
import perennial.jobs.kafka.JobTopics;
import perennial.jobs.kafka.KafkaConnection;
import perennial.streaming.watch.WatchTopology;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perennial watch}: reads what learners report, and writes alerts where a rule is met. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = {
            "Reads what learners report and raises alerts: plasticity lost, norms that grow, dead units, divergence, silence.",
            "Alerts go to the topic of alerts, and are printed as they are raised and cleared. The rules are those of the"
                    + " configuration (alerts), or else the standard ones: --rules prints them.",
            "Begins with the oldest report, which rules compare later ones with. Ctrl-C stops with a savepoint and prints how to go"
                    + " on from it."
        },
        footer = {
            "",
            "Examples:",
            "  perennial watch -b localhost:9092",
            "  perennial watch --config job.yaml --resume latest",
            "  perennial watch --rules > rules.yaml"
        })
public final class WatchCommand implements Callable<Integer> {

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "perennial-watch-state",
            description = "Folder for checkpoints and savepoints of the watch (default: ${DEFAULT-VALUE}).")
    private Path state;

    @Option(
            names = "--resume",
            paramLabel = "PATH|latest",
            description = "Go on from a checkpoint or savepoint of the watch; latest is the newest under --state.")
    private String resume;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Begin with what was reported since then: 2026-03-01T03:00:00Z, or 30m, 2h, 7d ago.")
    private String since;

    @Option(names = "--rules", description = "Print the rules that hold, as YAML, and end.")
    private boolean printsRules;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (printsRules) {
            out.print(kafka.configuration().watchRulesYaml());
            out.flush();
            return 0;
        }
        if (since != null && resume != null) {
            throw UserException.usage("--since is for a watch that begins: leave out one of --since and --resume");
        }
        Instant start = since == null ? Instant.EPOCH : LetterFilter.time("--since", since);
        Configuration configuration = kafka.addressed(kafka.configuration());
        KafkaConnection connection = KafkaConnection.of(configuration.kafka());
        JobTopics.requireForWatch(configuration);
        StateFolder.make(state);
        PrintWriter err = spec.commandLine().getErr();
        AlertLines lines = AlertLines.start(connection, configuration.topics().alerts(), out, err);
        try {
            watch(configuration, start, err);
        } finally {
            lines.close();
        }
        return 0;
    }

    private void watch(Configuration configuration, Instant start, PrintWriter err) {
        int rules = configuration.watchRules().size();
        new ResumableJob(
                        configuration.ofWatch().name(),
                        configuration.flink(),
                        state,
                        resume,
                        () -> JobTopics.requireForWatch(configuration),
                        err)
                .run(
                        environment -> KafkaWatch.describe(environment, configuration, start),
                        "watches " + configuration.topics().metrics() + " by "
                                + (rules == 1 ? "1 rule" : rules + " rules"),
                        job -> job.await(WatchTopology.WATCH, RunningJob.ofRecords("watched")));
    }
}
