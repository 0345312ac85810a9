package perennial.jobs.cli;

import java.util.List;
import java.util.Locale;
import perennial.jobs.bench.JobCase;
import perennial.jobs.bench.LearnerMemory;
import perennial.jobs.bench.Measurement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code perennial bench memory}. */
@Command(
        name = "memory",
        description = {
            "Measures the memory of learners that have made an update: small classifiers (784-128-128-10, batch 128)"
                    + " by their number,",
            "and a DQN's replay memory of MinAtar transitions by its size and by how observations are packed."
        },
        mixinStandardHelpOptions = true)
final class BenchMemoryCommand implements Runnable {

    private static final int BATCH = 128;
    private static final double MEGABYTE = 1e6;

    @Mixin
    private BenchRounds rounds;

    @Option(
            names = "--learners",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,10,100",
            description = "Numbers of small classifiers (default: ${DEFAULT-VALUE}).")
    private List<Integer> learners;

    @Option(
            names = "--transitions",
            paramLabel = "N",
            split = ",",
            defaultValue = "100000,200000,400000",
            description = "Sizes of the replay memory (default: ${DEFAULT-VALUE}).")
    private List<Integer> transitions;

    @Override
    public void run() {
        TextTable table = new TextTable("what", "heap MB", "native MB", "heap MB each", "native MB each");
        for (int count : learners) {
            BenchRounds.atLeast(1, count, "--learners");
            Measurement found = LearnerMemory.measure(
                    JobCase.NAP_MLP, count, BATCH, List.of("learners[0].network.hidden=[128, 128]"));
            add(table, count + " small classifiers", found, count);
        }
        for (int size : transitions) {
            BenchRounds.atLeast(BATCH, size, "--transitions");
            add(table, size + " transitions in bits", replay(size, "bits"), size * 1e-5);
        }
        int least = transitions.get(0);
        for (String encoding : List.of("bytes", "floats")) {
            add(table, least + " transitions in " + encoding, replay(least, encoding), least * 1e-5);
        }
        rounds.print(table);
    }

    /** What a memory of that size takes more than one of hardly any. */
    private static Measurement replay(int size, String encoding) {
        Measurement full = of(size, encoding);
        Measurement empty = of(BATCH, encoding);
        return full.minus(empty);
    }

    private static Measurement of(int size, String encoding) {
        return LearnerMemory.measure(
                JobCase.DQN_MINATAR,
                1,
                size,
                List.of(
                        "learners[2].task.warmUp=" + (size - 1),
                        "learners[2].task.replay={capacity: " + size + ", encoding: " + encoding + "}"));
    }

    private static void add(TextTable table, String what, Measurement found, double units) {
        table.add(
                what,
                megabytes(found.number("heapBytes")),
                megabytes(found.number("nativeBytes")),
                megabytes(found.number("heapBytes") / units),
                megabytes(found.number("nativeBytes") / units));
    }

    private static String megabytes(double bytes) {
        return String.format(Locale.ROOT, "%.2f", bytes / MEGABYTE);
    }
}
