package perennial.jobs.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code perennial cluster}: broker, JobManager and TaskManagers on this machine. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a configuration on this machine as a cluster would: a broker, a JobManager and TaskManagers as processes of their"
                    + " own, each started again when it dies."
        },
        subcommands = {ClusterStartCommand.class, ClusterStatusCommand.class, ClusterStopCommand.class})
public final class ClusterCommand implements Runnable {

    /** Where a cluster keeps its files unless told otherwise. */
    static final String STATE = "perennial-cluster";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "what to do with the cluster is missing: start, status or stop");
    }
}
