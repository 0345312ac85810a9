package perennial.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import perennial.benchmarks.Spread;
import perennial.jobs.bench.JobCase;
import perennial.jobs.bench.JobRun;
import perennial.jobs.bench.Measurement;
import perennial.jobs.bench.PublishedCase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code perennial bench job}. */
@Command(
        name = "job",
        description = {
            "Times updates of a job that reads its events from Kafka and writes its metrics there, in turn with the"
                    + " same learner",
            "called on the same events in memory. The broker has a process of its own; the events are published before."
        },
        mixinStandardHelpOptions = true)
final class BenchJobCommand implements Runnable {

    @Mixin
    private BenchCases cases;

    @Mixin
    private BenchRounds rounds;

    @Override
    public void run() {
        TextTable table = new TextTable(
                "case",
                "called, us/update (least, greatest)",
                "job, us/update (least, greatest)",
                "job / called",
                "thread us called",
                "thread us job",
                "job / called",
                "job's process us",
                "broker us");
        for (JobCase jobCase : cases.cases()) {
            measure(jobCase, table);
        }
        rounds.print(table);
    }

    private void measure(JobCase jobCase, TextTable table) {
        List<Measurement> called = new ArrayList<>();
        List<Measurement> jobs = new ArrayList<>();
        long from = cases.from(jobCase);
        long to = cases.to(jobCase);
        int count = rounds.count();
        try (PublishedCase published = PublishedCase.forUpdates(jobCase, to)) {
            for (int round = 0; round < count; round++) {
                called.add(JobRun.direct(jobCase, 1, from, to).measure());
                jobs.add(published.job(JobRun.Way.KAFKA, 1, from, to).measure());
            }
        }
        Spread calledClock = spread(called, Measurement::clockMicros);
        Spread jobClock = spread(jobs, Measurement::clockMicros);
        Spread calledThread = spread(called, Measurement::threadMicros);
        Spread jobThread = spread(jobs, Measurement::threadMicros);
        table.add(
                jobCase.id(),
                Figures.spread(calledClock),
                Figures.spread(jobClock),
                Figures.ratio(jobClock.median(), calledClock.median()),
                Figures.spread(calledThread),
                Figures.spread(jobThread),
                Figures.ratio(jobThread.median(), calledThread.median()),
                Figures.spread(spread(jobs, Measurement::processMicros)),
                Figures.spread(spread(jobs, Measurement::brokerMicros)));
    }

    private static Spread spread(List<Measurement> measurements, ToDoubleFunction<Measurement> number) {
        return Spread.of(measurements.stream().map(number::applyAsDouble).toList());
    }
}
