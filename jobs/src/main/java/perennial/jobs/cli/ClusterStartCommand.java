package perennial.jobs.cli;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import perennial.jobs.UserException;
import perennial.jobs.cluster.ClusterFolder;
import perennial.jobs.cluster.ClusterSpec;
import perennial.jobs.cluster.ClusterState;
import perennial.jobs.cluster.Supervisor;
import perennial.jobs.config.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perennial cluster start}. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a JobManager and TaskManagers as processes of their own, with the job of a configuration, and returns when it runs.",
            "Where the configuration names no Kafka (kafka.bootstrap.servers), a broker is started, too, and the topics are created.",
            "A process that dies is started again. The job goes on from the newest checkpoint or savepoint under --state, if there is one."
        },
        footer = {
            "",
            "Examples:",
            "  perennial cluster start --config label-reset.yaml",
            "  perennial cluster status",
            "  perennial cluster stop"
        })
public final class ClusterStartCommand implements Callable<Integer> {

    private static final String FOREGROUND = "--foreground";
    private static final String SUPERVISOR = "supervisor";
    private static final long POLL_MILLIS = 200;
    private static final int LOG_LINES = 10;

    @Mixin
    private ConfigurationOptions configurationOptions;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = ClusterCommand.STATE,
            description = "Folder for checkpoints, savepoints, logs and the broker's data (default: ${DEFAULT-VALUE}).")
    private Path state;

    @Option(
            names = "--broker",
            description = "Start a broker even if the configuration names a Kafka; the job then uses the broker.")
    private boolean broker;

    @Option(
            names = "--task-managers",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many TaskManagers; one alone can hold the whole job (default: ${DEFAULT-VALUE}).")
    private int taskManagers;

    @Option(
            names = "--heap",
            paramLabel = "MIB",
            defaultValue = "1024",
            description = "Java heap of each TaskManager, in MiB (default: ${DEFAULT-VALUE}).")
    private int heap;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "TCP port of the broker that is started; 0 for any (default: ${DEFAULT-VALUE}).")
    private int kafkaPort;

    @Option(
            names = "--web-port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "TCP port of Flink's web page; 0 for any (default: ${DEFAULT-VALUE}).")
    private int webPort;

    @Option(
            names = FOREGROUND,
            description = "Stay, and look after the cluster until Ctrl-C; for service managers and containers.")
    private boolean foreground;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Configuration configuration = configurationOptions.load();
        if (foreground) {
            Supervisor.run(new ClusterSpec(
                    configurationOptions.file(),
                    configurationOptions.overrides(),
                    state,
                    broker,
                    taskManagers,
                    heap,
                    kafkaPort,
                    webPort));
            return 0;
        }
        ClusterFolder folder = new ClusterFolder(state);
        if (folder.inUse()) {
            throw UserException.failed("a cluster runs already on the folder " + folder.path()
                    + "; stop it, or name another folder with --state");
        }
        announce(configuration, folder, awaitJob(folder, startSupervisor(folder)));
        return 0;
    }

    /** The same command in a process that stays when this one and its terminal are gone. */
    private Process startSupervisor(ClusterFolder folder) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(onPath("setsid") ? "setsid" : "nohup");
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Perennial.class.getName()));
        command.addAll(spec.root().commandLine().getParseResult().originalArgs());
        command.add(FOREGROUND);
        Path log = folder.log(SUPERVISOR);
        Files.createDirectories(log.getParent());
        folder.forgetState();
        return new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static boolean onPath(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private ClusterState awaitJob(ClusterFolder folder, Process supervisor) throws InterruptedException {
        while (!supervisor.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            Optional<ClusterState> told = folder.state();
            if (told.isPresent() && told.get().running()) {
                return told.get();
            }
        }
        String trouble = folder.state().map(ClusterState::trouble).orElse("");
        throw UserException.failed("the cluster did not start; "
                + (trouble.isEmpty()
                        ? "the last lines of " + folder.log(SUPERVISOR) + ":\n"
                                + folder.lastLines(SUPERVISOR, LOG_LINES)
                        : trouble));
    }

    private void announce(Configuration configuration, ClusterFolder folder, ClusterState cluster) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("broker:     " + cluster.bootstrapServers());
        out.println("Flink:      " + cluster.webPage());
        out.println("learners:   " + configuration.learnerSpecs().size());
        out.println("logs:       " + folder.log(SUPERVISOR).getParent());
        out.println("Prometheus: finds the processes by " + folder.prometheus());
        String stateOption = state.equals(Path.of(ClusterCommand.STATE)) ? "" : " --state " + state;
        if (configuration.labels().isPresent()) {
            out.println("to publish: ./perennial produce labels --config " + configurationOptions.file()
                    + " --bootstrap-server " + cluster.bootstrapServers());
        }
        out.println("to look:    ./perennial metrics tail --bootstrap-server " + cluster.bootstrapServers());
        out.println("to be told: ./perennial watch --config " + configurationOptions.file() + " --bootstrap-server "
                + cluster.bootstrapServers());
        out.println("to stop:    ./perennial cluster stop" + stateOption);
        out.flush();
    }
}
