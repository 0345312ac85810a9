package perennial.jobs.cli;

import java.io.PrintWriter;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import perennial.jobs.UserException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the measurements of jobs have in common. */
final class BenchRounds {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Measurements of each kind, in turn (default: ${DEFAULT-VALUE}).")
    private int rounds;

    /** How many there are. From here on, what tables show is not logged between their lines. */
    int count() {
        if (System.getProperty("perennial.log.level") == null) {
            Configurator.setLevel("perennial", Level.WARN);
        }
        return atLeast(1, rounds, "--rounds");
    }

    /** {@code value}, where it is large enough. */
    static int atLeast(int least, int value, String option) {
        if (value < least) {
            throw UserException.usage(option + " must be at least " + least + ": found=" + value);
        }
        return value;
    }

    void print(TextTable table) {
        PrintWriter out = command.commandLine().getOut();
        table.print(out);
        out.flush();
    }
}
