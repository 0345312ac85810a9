package perennial.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import perennial.benchmarks.Spread;
import perennial.jobs.UserException;
import perennial.jobs.bench.JobCase;
import perennial.jobs.bench.JobRun;
import perennial.jobs.bench.JobRun.Way;
import perennial.jobs.bench.PublishedCase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code perennial bench scaling}. */
@Command(
        name = "scaling",
        description = {
            "Compares one learner with two at parallelism 2, in turn: called in threads with events in memory"
                    + " (direct), in a job whose",
            "learners make their events themselves (own; classifiers only), and in a job that reads them from Kafka"
                    + " (kafka)."
        },
        mixinStandardHelpOptions = true)
final class BenchScalingCommand implements Runnable {

    @Mixin
    private BenchCases cases;

    @Mixin
    private BenchRounds rounds;

    @Option(
            names = "--events",
            paramLabel = "WAY",
            split = ",",
            defaultValue = "direct,own,kafka",
            description = "Where learners get their events: direct, own, kafka (default: ${DEFAULT-VALUE}).")
    private List<Way> ways;

    @Override
    public void run() {
        if (ways.contains(Way.INTAKE)) {
            throw UserException.usage(
                    "--events must be of direct, own, kafka: found=intake; see perennial bench intake");
        }
        TextTable table = new TextTable(
                "case", "events", "one, updates/s (least, greatest)", "two, updates/s (least, greatest)", "two / one");
        int count = rounds.count();
        for (JobCase jobCase : cases.cases()) {
            for (Way way : ways) {
                if (way == Way.DIRECT) {
                    measure(jobCase, way, count, JobRun::direct, table);
                } else if (way == Way.KAFKA || jobCase == JobCase.NAP_MLP) {
                    measureJobs(jobCase, way, count, table);
                }
            }
        }
        rounds.print(table);
    }

    private void measureJobs(JobCase jobCase, Way way, int count, TextTable table) {
        try (PublishedCase published = PublishedCase.forUpdates(jobCase, way == Way.OWN ? 0 : cases.to(jobCase))) {
            measure(jobCase, way, count, (known, learners, from, to) -> published.job(way, learners, from, to), table);
        }
    }

    private void measure(JobCase jobCase, Way way, int count, Runs runs, TextTable table) {
        List<Double> one = new ArrayList<>();
        List<Double> two = new ArrayList<>();
        long from = cases.from(jobCase);
        long to = cases.to(jobCase);
        for (int round = 0; round < count; round++) {
            one.add(runs.of(jobCase, 1, from, to).measure().updatesPerSecond());
            two.add(runs.of(jobCase, 2, from, to).measure().updatesPerSecond());
        }
        table.add(
                jobCase.id(),
                way.name().toLowerCase(Locale.ROOT),
                Figures.spread(one),
                Figures.spread(two),
                Figures.ratio(Spread.of(two).median(), Spread.of(one).median()));
    }

    /** Where the runs come from that are measured. */
    @FunctionalInterface
    private interface Runs {
        JobRun of(JobCase jobCase, int learners, long from, long to);
    }
}
