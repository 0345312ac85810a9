package perennial.jobs.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code perennial produce}: the environment producers. */
@Command(
        name = "produce",
        mixinStandardHelpOptions = true,
        description = "Runs an environment producer; started again after a kill, it goes on where it was.",
        subcommands = {ProduceLabelsCommand.class, ProduceMinAtarCommand.class, ProduceAleCommand.class})
public final class ProduceCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "what to produce is missing: labels, minatar or ale");
    }
}
