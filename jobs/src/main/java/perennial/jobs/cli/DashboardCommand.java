package perennial.jobs.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.api.common.JobID;
import perennial.jobs.Interrupts;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.dashboard.CheckpointClock;
import perennial.jobs.dashboard.Dashboard;
import perennial.jobs.dashboard.DashboardAddress;
import perennial.jobs.dashboard.DashboardSource;
import perennial.jobs.flink.FlinkRest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perennial dashboard}. */
@Command(
        name = "dashboard",
        mixinStandardHelpOptions = true,
        description = {
            "Serves a web page that shows the learners live, and their past, from the topic of metrics.",
            "It only reads, belongs to no consumer group, and may be started and ended at any time. Ctrl-C ends it."
        },
        footer = {
            "",
            "Examples:",
            "  perennial dashboard -b localhost:9092",
            "  perennial dashboard --config job.yaml --port 9000 --flink http://localhost:8081"
        })
public final class DashboardCommand implements Runnable {

    @Mixin
    private KafkaOptions kafka;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port to listen at; 0 for any. Without it the first free one from "
                    + DashboardAddress.USUAL_PORT + " on.")
    private Integer port;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            defaultValue = DashboardAddress.LOOPBACK,
            showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS,
            description = {
                "Name or address of this machine to listen at.",
                "Whoever reaches it sees everything: there is no login. Another than the default is for a network that you trust."
            })
    private String host;

    @Option(
            names = "--flink",
            paramLabel = "URL",
            description = "Address of Flink's web page, to know the age of the job's newest checkpoint.")
    private URI flink;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        Configuration configuration = kafka.configuration();
        DashboardSource source = DashboardSource.of(configuration, kafka.connection(configuration));
        if (flink != null) {
            source = source.withCheckpoints(checkpoints(flink, configuration.name()));
        }
        PrintWriter out = spec.commandLine().getOut();
        CountDownLatch interrupted = new CountDownLatch(1);
        try (Interrupts interrupts = new Interrupts(interrupted::countDown);
                Dashboard dashboard = Dashboard.start(source, DashboardOptions.address(host, port))) {
            out.println("dashboard:  " + dashboard.address());
            out.println("reading " + source.topics().metrics() + " at "
                    + source.kafka().bootstrapServers() + "; Ctrl-C ends");
            out.flush();
            while (!interrupts.interrupted()) {
                interrupted.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static CheckpointClock checkpoints(URI flink, String job) {
        if (!"http".equals(flink.getScheme()) && !"https".equals(flink.getScheme()) || flink.getHost() == null) {
            throw UserException.usage("--flink must be an address such as http://localhost:8081: found=" + flink);
        }
        FlinkRest rest = new FlinkRest(flink);
        return () -> {
            // A job that was started again has another id.
            JobID id = rest.job(job).orElse(null);
            return id == null ? Optional.empty() : rest.newestCheckpoint(id);
        };
    }
}
