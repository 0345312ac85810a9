package perennial.jobs.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import perennial.jobs.UserException;
import perennial.jobs.config.Sweep;
import perennial.jobs.sweep.SweepRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code perennial sweep}. */
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        description = {
            "Trains many learners as one Flink job, every combination of variants with every seed, each on a source of its own,",
            "and writes a CSV, tables with confidence intervals, plots and a summary. docs/sweeps.md describes the file.",
            "The same command goes on where an earlier run was interrupted or killed."
        },
        footer = {
            "",
            "Examples:",
            "  perennial sweep jobs/sweeps/label-resets.yaml",
            "  perennial sweep jobs/sweeps/dead-units.yaml --size paper --images /data/mnist",
            "  perennial sweep jobs/sweeps/methods.yaml --set seeds=[1,2] --output results/methods"
        })
public final class SweepCommand implements Callable<Integer> {

    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "The sweep, in YAML.")
    private Path positional;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The sweep, in YAML: the same as FILE without an option.")
    private Path file;

    @Option(
            names = "--size",
            paramLabel = "NAME",
            defaultValue = Sweep.SMALL,
            description =
                    "Which of the sweep's sizes (default: ${DEFAULT-VALUE}, the file as it is written). The sweeps that"
                            + " come with Perennial have the size paper.")
    private String size;

    @Option(
            names = "--images",
            paramLabel = "DIR",
            description =
                    "Folder with images to use instead of synthetic ones: IDX files (MNIST and its kin) or the binary"
                            + " files of CIFAR-10.")
    private Path images;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description =
                    "Folder for everything that comes of it (default: perennial-sweeps/NAME, with -SIZE where one is"
                            + " given).")
    private Path output;

    @Option(
            names = "--fresh",
            description = "Begin anew, and remove what an earlier run has left in the output folder.")
    private boolean fresh;

    @Option(
            names = "--task-managers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Flink task managers that share the learners (default: ${DEFAULT-VALUE}).")
    private int taskManagers;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description =
                    "Overrides one value of the sweep, as in seeds=[1,2] or learner.batch.size=32; may be given again and"
                            + " again.")
    private List<String> overrides = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if ((positional == null) == (file == null)) {
            throw UserException.usage("a sweep is needed, and one only: give it as FILE or with --config FILE");
        }
        if (taskManagers < 1) {
            throw UserException.usage("--task-managers must be at least 1: found=" + taskManagers);
        }
        Sweep sweep = Sweep.load(positional == null ? file : positional, size, Optional.ofNullable(images), overrides);
        if (System.getProperty("perennial.log.level") == null) {
            // What progress shows need not be logged between its lines.
            Configurator.setLevel("perennial", Level.WARN);
        }
        Path folder = output == null
                ? Path.of("perennial-sweeps", sweep.name() + (size.equals(Sweep.SMALL) ? "" : "-" + size))
                : output;
        boolean finished = new SweepRun(
                        sweep,
                        folder,
                        taskManagers,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr())
                .run(fresh);
        return finished ? 0 : Perennial.INTERRUPTED;
    }
}
