package perennial.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import perennial.benchmarks.Spread;
import perennial.jobs.bench.JobRun;
import perennial.jobs.bench.Measurement;
import perennial.jobs.bench.PublishedCase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code perennial bench checkpoint}. */
@Command(
        name = "checkpoint",
        description = {
            "Measures what checkpoints cost a learner, in turn without any: for how long they keep it from learning,"
                    + " and how much slower",
            "it is. Unless another is named, it has 1.7 million weights and 100,000 transitions in its memory"
                    + " (dqn-large)."
        },
        mixinStandardHelpOptions = true)
final class BenchCheckpointCommand implements Runnable {

    /** Seconds in which no measurement is still going on, and fewer than a transaction may last. */
    private static final int NEVER = 590;

    @Parameters(
            paramLabel = "CASE",
            arity = "0..1",
            defaultValue = "dqn-large",
            description = "The learner (default: ${DEFAULT-VALUE}): nap-mlp, dqn-minatar, dqn-large.")
    private String name;

    @Mixin
    private BenchRounds rounds;

    @Option(
            names = "--updates",
            paramLabel = "N",
            defaultValue = "4000",
            description =
                    "Updates of each measurement, after a quarter as many to warm up (default: ${DEFAULT-VALUE}).")
    private int updates;

    @Option(
            names = "--interval",
            paramLabel = "S",
            defaultValue = "10",
            description = "Seconds from one checkpoint to the next (default: ${DEFAULT-VALUE}).")
    private int interval;

    @Override
    public void run() {
        int measured = BenchRounds.atLeast(4, updates, "--updates");
        int seconds = BenchRounds.atLeast(1, interval, "--interval");
        int count = rounds.count();
        long from = measured / 4;
        long to = from + measured;
        List<Measurement> without = new ArrayList<>();
        List<Measurement> with = new ArrayList<>();
        try (PublishedCase published = PublishedCase.forUpdates(BenchCases.named(name), to)) {
            for (int round = 0; round < count; round++) {
                JobRun run = published.job(JobRun.Way.KAFKA, 1, from, to);
                without.add(run.withCheckpointsEvery(NEVER).measure());
                with.add(published
                        .job(JobRun.Way.KAFKA, 1, from, to)
                        .withCheckpointsEvery(seconds)
                        .measure());
            }
        }
        Spread before = micros(without);
        Spread after = micros(with);
        TextTable table = new TextTable("what", "median (least, greatest)");
        table.add("us/update without checkpoints", Figures.spread(before));
        table.add("us/update with one every " + seconds + " s", Figures.spread(after));
        table.add("slower by", Figures.percent(after.median() / before.median() - 1));
        List<Double> lost = all(with, "lost");
        table.add("learning lost within 2 s of one, ms", Figures.spread(lost));
        table.add(
                "of " + seconds + " s",
                lost.isEmpty() ? "-" : Figures.percent(Spread.of(lost).median() / 1e3 / seconds));
        table.add("pauses measured", Integer.toString(all(with, "pause").size()));
        table.add("learning stands still, ms", Figures.spread(all(with, "pause")));
        table.add("of it the learner's state, ms", Figures.spread(all(with, "state")));
        table.add("the same in processor time, ms", Figures.spread(all(with, "stateThread")));
        table.add("Flink's synchronous part, ms", Figures.spread(all(with, "synchronous")));
        table.add("Flink's asynchronous part, ms", Figures.spread(all(with, "asynchronous")));
        table.add("end to end, ms", Figures.spread(all(with, "endToEnd")));
        table.add("size, bytes", Figures.spread(all(with, "bytes")));
        rounds.print(table);
    }

    private static Spread micros(List<Measurement> measurements) {
        return Spread.of(measurements.stream().map(Measurement::clockMicros).toList());
    }

    private static List<Double> all(List<Measurement> measurements, String series) {
        return measurements.stream()
                .flatMap(measurement -> measurement.series(series).stream())
                .toList();
    }
}
