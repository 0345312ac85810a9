package perennial.jobs.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import perennial.jobs.UserException;
import perennial.jobs.cluster.ClusterFolder;
import perennial.jobs.cluster.ClusterState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perennial cluster stop}. */
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        description = {
            "Stops the job with a savepoint, then the processes of the cluster, the broker last.",
            "The next start on the same folder goes on from there."
        })
public final class ClusterStopCommand implements Callable<Integer> {

    /** The savepoint has a minute, and each process some seconds. */
    private static final long PATIENCE_SECONDS = 180;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = ClusterCommand.STATE,
            description = "Folder of the cluster (default: ${DEFAULT-VALUE}).")
    private Path state;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        ClusterFolder folder = new ClusterFolder(state);
        Optional<ProcessHandle> supervisor = folder.inUse()
                ? folder.state().map(ClusterState::supervisor).flatMap(ProcessHandle::of)
                : Optional.empty();
        PrintWriter out = spec.commandLine().getOut();
        if (supervisor.isEmpty()) {
            out.println("no cluster runs on the folder " + folder.path());
            out.flush();
            return 0;
        }
        supervisor.get().destroy();
        try {
            supervisor.get().onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw UserException.failed("the cluster does not stop; see the end of " + folder.log("supervisor")
                    + ", and end the process " + supervisor.get().pid() + " with kill -9: the others end with it");
        }
        out.println("stopped; go on with: ./perennial cluster start --config FILE --state " + state);
        out.flush();
        return 0;
    }
}
