package perennial.jobs.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import perennial.environment.EnvironmentException;
import perennial.jobs.CodeVersion;
import perennial.jobs.NativeFolder;
import perennial.jobs.Secrets;
import perennial.jobs.UserException;
import perennial.jobs.kafka.EmbeddedKafka;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code perennial}. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
@Command(
        name = "perennial",
        description = "Trains neural networks on streams that never stop changing, and keeps them able to learn.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Perennial.Version.class,
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            WatchCommand.class,
            ClusterCommand.class,
            TrainCommand.class,
            SweepCommand.class,
            ProduceCommand.class,
            PublishCommand.class,
            MetricsCommand.class,
            ControlCommands.class,
            DashboardCommand.class,
            DeadLettersCommand.class,
            TopicsCommand.class,
            CheckpointCommand.class,
            PolicyCommand.class,
            ConfigCommand.class,
            EnvCommand.class,
            BenchCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {
            "",
            "Start with:",
            "  perennial demo            a broker, a Flink job and three learners on one stream",
            "  perennial help COMMAND    what a command does and takes"
        })
public final class Perennial implements Runnable {

    /** Exit code of a command that Ctrl-C ended. */
    static final int INTERRUPTED = 130;

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "Show where in the code an error arose.")
    private boolean stacktrace;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
    }

    public static void main(String[] arguments) {
        // Plots are drawn without a screen.
        System.setProperty("java.awt.headless", "true");
        // What is printed is the same whatever the machine's language.
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
        PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        try {
            NativeFolder.prepare(System.getenv(NativeFolder.VARIABLE), Path.of(System.getProperty("user.home")));
        } catch (UserException e) {
            err.println("perennial: " + e.getMessage());
            System.exit(e.exitCode());
        }
        EmbeddedKafka.endProcessWithBroker();
        System.exit(commandLine().setOut(out).setErr(err).execute(arguments));
    }

    /** The command line as {@link #main} runs it; tests give it other streams. */
    public static CommandLine commandLine() {
        Perennial perennial = new Perennial();
        return new CommandLine(perennial)
                .setExecutionStrategy(Perennial::execute)
                .setExecutionExceptionHandler(perennial::printError)
                .setParameterExceptionHandler(Perennial::printUsageError)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Runs a command; one that only holds subcommands prints its usage, as {@code --help} does. */
    private static int execute(ParseResult parsed) {
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        CommandLine command =
                parsed.asCommandLineList().get(parsed.asCommandLineList().size() - 1);
        boolean holdsSubcommands = !command.getSubcommands().isEmpty();
        if (holdsSubcommands && !(command.getCommand() instanceof Runnable)) {
            command.usage(command.getOut());
            return CommandLine.ExitCode.OK;
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private int printError(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (stacktrace) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            err.print(Secrets.masked(trace.toString()));
        }
        boolean expected = failure instanceof UserException || failure instanceof EnvironmentException;
        err.println(Secrets.masked(
                expected
                        ? "perennial: " + failure.getMessage()
                        : "perennial: unexpected trouble: " + failure
                                + (stacktrace ? "" : "; run it again with --stacktrace to see where it arose")));
        err.flush();
        return failure instanceof UserException user ? user.exitCode() : 1;
    }

    private static int printUsageError(CommandLine.ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("perennial: " + Secrets.masked(failure.getMessage()));
        CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return 2;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"perennial " + CodeVersion.current()};
        }
    }
}
