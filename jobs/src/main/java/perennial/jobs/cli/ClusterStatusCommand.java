package perennial.jobs.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import perennial.jobs.cluster.ClusterFolder;
import perennial.jobs.cluster.ClusterState;
import perennial.jobs.flink.FlinkRest;
import perennial.streaming.LearnerTopology;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perennial cluster status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Shows the processes of a cluster, how often each was started, and its job. Exit code 1 where none runs.")
public final class ClusterStatusCommand implements Callable<Integer> {

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = ClusterCommand.STATE,
            description = "Folder of the cluster (default: ${DEFAULT-VALUE}).")
    private Path state;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        ClusterFolder folder = new ClusterFolder(state);
        Optional<ClusterState> cluster = folder.inUse() ? folder.state() : Optional.empty();
        if (cluster.isEmpty()) {
            out.println("no cluster runs on the folder " + folder.path());
            out.flush();
            return 1;
        }
        for (ClusterState.Member member : cluster.get().members()) {
            out.printf(
                    Locale.ROOT,
                    "%-14s %-10s started %d times%n",
                    member.name(),
                    member.ended() ? "ended" : member.pid() == 0 ? "down" : "pid " + member.pid(),
                    member.starts());
        }
        out.println("broker:        " + cluster.get().bootstrapServers());
        out.println("Flink:         " + cluster.get().webPage());
        out.println("job:           " + job(cluster.get()));
        out.flush();
        return 0;
    }

    private static String job(ClusterState cluster) throws InterruptedException {
        try {
            FlinkRest.Progress progress = new FlinkRest(URI.create(cluster.webPage()))
                    .progress(JobID.fromHexString(cluster.job()), LearnerTopology.LEARNERS);
            return String.format(
                    Locale.ROOT,
                    "%s; %,d records learned from and %d checkpoints since the JobManager started%s",
                    progress.state().toLowerCase(Locale.ROOT),
                    progress.records(),
                    progress.completedCheckpoints(),
                    progress.checkpointTrouble().isEmpty()
                            ? ""
                            : "; the newest failed: " + progress.checkpointTrouble());
        } catch (IOException e) {
            return "the JobManager does not answer";
        }
    }
}
