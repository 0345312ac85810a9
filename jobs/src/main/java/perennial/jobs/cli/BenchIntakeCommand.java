package perennial.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import perennial.jobs.bench.JobCase;
import perennial.jobs.bench.JobRun;
import perennial.jobs.bench.Measurement;
import perennial.jobs.bench.PublishedCase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code perennial bench intake}. */
@Command(
        name = "intake",
        description = {
            "Measures how many labelled examples of 784 bytes a second a job reads from Kafka, decodes, assigns and"
                    + " hands to a learner",
            "that learns nothing. The broker has a process of its own; the examples are published before."
        },
        mixinStandardHelpOptions = true)
final class BenchIntakeCommand implements Runnable {

    @Mixin
    private BenchRounds rounds;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "1000000",
            description =
                    "Examples of each measurement, after a quarter as many to warm up (default: ${DEFAULT-VALUE}).")
    private int records;

    @Override
    public void run() {
        int measured = BenchRounds.atLeast(8, records, "--records");
        long from = measured / 4;
        long to = from + measured;
        List<Double> perSecond = new ArrayList<>();
        List<Double> job = new ArrayList<>();
        List<Double> broker = new ArrayList<>();
        List<Double> bytes = new ArrayList<>();
        int count = rounds.count();
        try (PublishedCase published = PublishedCase.ofRecords(JobCase.NAP_MLP, to)) {
            for (int round = 0; round < count; round++) {
                Measurement measurement =
                        published.job(JobRun.Way.INTAKE, 1, from, to).measure();
                perSecond.add(measurement.updatesPerSecond());
                job.add(measurement.processMicros());
                broker.add(measurement.brokerMicros());
                bytes.add(measurement.number("allocatedBytes"));
            }
        }
        TextTable table =
                new TextTable("examples/s (least, greatest)", "job's process us", "bytes allocated", "broker us");
        table.add(Figures.spread(perSecond), Figures.spread(job), Figures.spread(bytes), Figures.spread(broker));
        rounds.print(table);
    }
}
