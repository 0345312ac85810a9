package perennial.jobs.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perennial.benchmarks.BenchmarkException;
import perennial.benchmarks.Contestant;
import perennial.benchmarks.Contestant.Timing;
import perennial.benchmarks.OwnUpdates;
import perennial.benchmarks.PyTorchUpdates;
import perennial.benchmarks.Spread;
import perennial.benchmarks.UpdateCase;
import perennial.jobs.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code bench}: times whole updates on engine cpu, alone or in turn with the same updates in PyTorch. */
@Command(
        name = "bench",
        description =
                "Times updates on engine cpu and one thread, alone or in turn with PyTorch; its subcommands measure"
                        + " whole jobs. Each timing has a process of its own; a table gives medians with least and"
                        + " greatest.",
        mixinStandardHelpOptions = true,
        subcommands = {
            BenchJobCommand.class,
            BenchIntakeCommand.class,
            BenchScalingCommand.class,
            BenchCheckpointCommand.class,
            BenchStartCommand.class,
            BenchMemoryCommand.class
        })
public final class BenchCommand implements Runnable {

    /** Debian's packages install for this one, whatever else is on the path. */
    private static final Path DEBIAN_PYTHON = Path.of("/usr/bin/python3");

    @Spec
    private CommandSpec command;

    @Parameters(
            paramLabel = "CASE",
            arity = "0..*",
            description =
                    "What to time (default: all): nap-mlp, plain-mlp, nap-dqn-minatar, sn-dqn-minatar, nap-dqn-atari,"
                            + " c51-minatar.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--compare", description = "Time PyTorch, too, in turn with this project.")
    private boolean compare;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "3",
            description = "Length of each timing, after half as long to warm up (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Timings of each case and side (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            description =
                    "The Python that has PyTorch (default: /usr/bin/python3 where there is one, or else python3).")
    private String python;

    @Override
    public void run() {
        if (!(seconds > 0) || Double.isInfinite(seconds)) {
            throw UserException.usage("a timing must take some time: --seconds=" + seconds);
        }
        if (rounds < 1) {
            throw UserException.usage("there must be a round: --rounds=" + rounds);
        }
        List<UpdateCase> cases = names.isEmpty() ? List.of(UpdateCase.values()) : named();
        try {
            if (compare) {
                compare(cases);
            } else {
                timeAlone(cases);
            }
        } catch (BenchmarkException e) {
            throw UserException.failed(e.getMessage(), e);
        }
    }

    private List<UpdateCase> named() {
        try {
            return names.stream().map(UpdateCase::of).toList();
        } catch (IllegalArgumentException e) {
            throw UserException.usage(e.getMessage());
        }
    }

    private void timeAlone(List<UpdateCase> cases) {
        Contestant own = new OwnUpdates();
        TextTable table = new TextTable(
                "case", "us/update (least, greatest)", "updates/s", "products us", "update / products", "kernel");
        for (UpdateCase benchmark : cases) {
            List<Timing> timings = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                timings.add(own.time(benchmark, seconds));
            }
            Spread spread = spread(timings);
            double products = Spread.of(
                            timings.stream().map(Timing::productMicros).toList())
                    .median();
            table.add(
                    benchmark.id(),
                    Figures.spread(spread),
                    Figures.number(1e6 / spread.median()),
                    Figures.number(products),
                    Figures.ratio(spread.median(), products),
                    kernel(timings));
        }
        print(table);
    }

    /** In turn, so that what else the machine does meets both sides alike. */
    private void compare(List<UpdateCase> cases) {
        Contestant own = new OwnUpdates();
        String ownKernel = own.time(cases.get(0), Math.min(seconds, 0.1)).kernel();
        TextTable table = new TextTable(
                "case",
                "us/update (least, greatest)",
                "PyTorch us/update (least, greatest)",
                "PyTorch / own",
                "kernels own, PyTorch");
        try (PyTorchUpdates torch = PyTorchUpdates.with(python(), System.getenv("OPENBLAS_CORETYPE"), ownKernel)) {
            for (UpdateCase benchmark : cases) {
                List<Timing> ours = new ArrayList<>();
                List<Timing> theirs = new ArrayList<>();
                for (int round = 0; round < rounds; round++) {
                    ours.add(own.time(benchmark, seconds));
                    theirs.add(torch.time(benchmark, seconds));
                }
                table.add(
                        benchmark.id(),
                        Figures.spread(spread(ours)),
                        Figures.spread(spread(theirs)),
                        Figures.ratio(spread(theirs).median(), spread(ours).median()),
                        kernel(ours) + ", " + kernel(theirs));
            }
        }
        print(table);
    }

    private String python() {
        if (python != null) {
            return python;
        }
        return Files.isExecutable(DEBIAN_PYTHON) ? DEBIAN_PYTHON.toString() : "python3";
    }

    private void print(TextTable table) {
        PrintWriter out = command.commandLine().getOut();
        table.print(out);
        out.flush();
    }

    private static Spread spread(List<Timing> timings) {
        return Spread.of(timings.stream().map(Timing::microsPerUpdate).toList());
    }

    private static String kernel(List<Timing> timings) {
        return timings.get(timings.size() - 1).kernel();
    }
}
