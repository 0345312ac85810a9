package perennial.jobs.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import perennial.jobs.UserException;
import picocli.CommandLine;

/** A command that runs in this process as the launcher would run it, its output kept. */
final class CommandRun {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine;

    CommandRun(Object command) {
        commandLine = new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((exception, line, parsed) -> {
                    if (exception instanceof UserException user) {
                        line.getErr().println(user.getMessage());
                        return user.exitCode();
                    }
                    throw exception;
                });
    }

    /** Runs the command and returns its exit code. */
    int execute(String... arguments) {
        return commandLine.execute(arguments);
    }

    CommandRun withOut(PrintWriter other) {
        commandLine.setOut(other);
        return this;
    }

    String out() {
        return out.toString();
    }

    List<String> lines() {
        return out().lines().toList();
    }

    String err() {
        return err.toString();
    }
}
