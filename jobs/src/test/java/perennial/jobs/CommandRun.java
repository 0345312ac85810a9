package perennial.jobs;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import perennial.jobs.cli.Perennial;
import picocli.CommandLine;

/** One run of the command line in this process, its output kept. */
public final class CommandRun {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final String command;
    private final CommandLine commandLine;
    private int exitCode;

    /** @param command name of the command that {@link #execute} runs */
    public CommandRun(String command) {
        this.command = command;
        this.commandLine =
                Perennial.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    }

    /** Runs a command with its arguments: the first word names it. */
    public static CommandRun of(Object... words) {
        CommandRun run = new CommandRun(words[0].toString());
        run.execute(Stream.of(words).skip(1).map(Object::toString).toArray(String[]::new));
        return run;
    }

    /** Runs the command and returns its exit code. */
    public int execute(String... arguments) {
        exitCode = commandLine.execute(
                Stream.concat(Stream.of(command), Stream.of(arguments)).toArray(String[]::new));
        return exitCode;
    }

    /** Gives the command another standard output. */
    public CommandRun withOut(PrintWriter other) {
        commandLine.setOut(other);
        return this;
    }

    /** What the process would have ended with. */
    public int exitCode() {
        return exitCode;
    }

    public String out() {
        return out.toString();
    }

    public List<String> lines() {
        return out().lines().toList();
    }

    public String err() {
        return err.toString();
    }
}
