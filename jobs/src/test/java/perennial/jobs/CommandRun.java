package perennial.jobs;

import java.io.PrintWriter;
import java.io.StringWriter;
import perennial.jobs.cli.Perennial;
import picocli.CommandLine;

/**
 * One run of the command line in this process, and what it printed.
 *
 * @param exitCode what the process would end with
 * @param out standard output
 * @param err standard error
 */
public record CommandRun(int exitCode, String out, String err) {

    /** Runs {@code perennial} with these arguments. */
    public static CommandRun of(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Perennial.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        return new CommandRun(command.execute(words), out.toString(), err.toString());
    }
}
