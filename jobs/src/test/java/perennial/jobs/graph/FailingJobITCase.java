package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.learning.learner.LearnerSpec;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;
import perennial.streaming.LearnerStreams;
import perennial.streaming.LearnerTopology;
import perennial.streaming.TopologySpec;
import perennial.streaming.learn.EngineLearners;
import perennial.streaming.types.RawRecord;
import perennial.streaming.types.RawRecordSerializer;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;
import perennial.v1.Transition;

/**
 * A job on a cluster that fails after every record once, with a checkpoint between every few records: what it reports, and the weights
 * that it ends with, are byte for byte those of a job that never failed. And a learner that diverges does its neighbours no harm.
 */
class FailingJobITCase {

    private static final int RECORDS = 24;
    private static final int RECORDS_PER_CHECKPOINT = 3;

    private static final String FLINK =
            "flink: {execution.checkpointing.interval: 10ms, restart-strategy.type: fixed-delay,"
                    + " restart-strategy.fixed-delay.attempts: 1000, restart-strategy.fixed-delay.delay: 1ms}\n";

    /** On stream labels: 4 values, 3 classes. */
    private static final List<String> OF_LABELS = List.of(
            labels(
                    "nap",
                    "method: {type: nap, projectEvery: 2}",
                    "interventions: [{type: continualBackprop, maturity: 2, replacementRate: 0.2}]"),
            labels(
                    "redo",
                    "interventions: [{type: redoPytorch, every: 3, threshold: 0.5}, {type: shrinkAndPerturbOnReset}]"),
            labels(
                    "sn",
                    "method: {type: sn, layers: [-1, -2], scheduler: mulEps}",
                    "interventions: [{type: noisyUpdates}]"),
            labels("twin", "method: {type: nap, twin: perLayer}", "predictions: true"),
            labels("absurd", "optimiser: {type: sgd, learningRate: 1.0e+30}", "divergence: {maxDiscarded: 3}"));

    /** On stream moves: 4 values, 3 actions. */
    private static final List<String> OF_MOVES = List.of(
            moves(
                    "dqn",
                    "reinforcement, head: {type: dqn, doubleQ: true, dueling: true}, warmUp: 4, updateEvery: 1,"
                            + " target: {type: copied, every: 3}, replay: {capacity: 20, encoding: floats, sampling: {type: prioritised}}"),
            moves(
                    "c51",
                    "reinforcement, head: {type: c51, atoms: 5}, steps: 3, history: 2, warmUp: 4, updateEvery: 1,"
                            + " target: {type: averaged, rate: 0.1}, replay: {capacity: 20, encoding: floats}"),
            moves("streamq", "streamQ", "optimiser: {type: adaptiveObgd}", "batch: {size: 1}"));

    @TempDir
    private Path folder;

    private static String labels(String name, String... options) {
        return learner(name, "labels", "classification, classes: 3, input: [4]", options);
    }

    private static String moves(String name, String task, String... options) {
        return learner(name, "moves", task + ", actions: 3, input: [4]", options);
    }

    private static String learner(String name, String stream, String task, String... options) {
        String all = String.join("\n    ", options);
        return "  - name: " + name + "\n    streams: [" + stream + "]\n    seed: 3\n"
                + "    task: {type: " + task + "}\n"
                + "    network: {type: mlp, hidden: [5, 5], normalisation: layernorm}\n"
                + (all.contains("batch:") ? "" : "    batch: {size: 2}\n")
                + "    metrics: {every: 1}\n"
                + "    " + all + "\n";
    }

    @Test
    void shouldReportWhatAJobThatNeverFailedReports() throws Exception {
        List<String> learners = new ArrayList<>(OF_LABELS);
        learners.addAll(OF_MOVES);

        List<List<String>> never = run("never", learners, false);
        List<List<String>> failing = run("failing", learners, true);

        assertThat(FailingLearners.failures("failing")).isEqualTo(2 * RECORDS);
        assertThat(never.get(0)).hasSizeGreaterThan(80).anyMatch(line -> line.contains("learnerStopped"));
        assertThat(failing.get(0)).isEqualTo(never.get(0));
        assertThat(failing.get(1)).isEqualTo(never.get(1));
        assertThat(failing.get(2)).isEqualTo(never.get(2));
    }

    @Test
    void shouldGoOnWithTheOthersWhereALearnerDiverges() throws Exception {
        List<List<String>> together = run("together", OF_LABELS, false);
        List<List<String>> without = run("without", OF_LABELS.subList(0, 4), false);

        assertThat(together.get(0))
                .filteredOn(line -> line.contains("\"learner\":\"absurd\""))
                .filteredOn(line -> line.contains("\"type\":\"report\""))
                .hasSize(3)
                .last()
                .asString()
                .contains("learnerStopped", "stops learning after 3 divergences");
        assertThat(together.get(0))
                .filteredOn(line -> !line.contains("\"learner\":\"absurd\""))
                .isEqualTo(without.get(0))
                .hasSizeGreaterThan(40);
    }

    /** Learners that make their events themselves, and fail in the middle of them. */
    @Test
    void shouldReportWhatAJobThatNeverFailedReportsWhereLearnersHaveSourcesOfTheirOwn() throws Exception {
        List<String> learners = List.of(
                learner(
                        "own-labels",
                        "",
                        "classification, classes: 3, input: [4]",
                        "labels: {stream: own, images: {rows: 2, columns: 2, classes: 3, count: 20}, resets: 2, examplesPerTask: 120}",
                        "method: {type: nap}"),
                learner(
                        "own-games",
                        "",
                        "reinforcement, input: [4, 10, 10], actions: 6, warmUp: 50, target: {type: copied, every: 20},"
                                + " replay: {capacity: 150, encoding: bits, sampling: {type: prioritised}}",
                        "environment: {name: minatar/breakout, actors: 2, seed: 4, steps: 180, maxLead: 60, policyEvery: 7,"
                                + " changes: [70 set sticky=0.4], epsilon: {start: 1.0, end: 0.1, warmUp: 10, steps: 100}}"));

        List<List<String>> never = runWithOwnSources("own-never", learners, Integer.MAX_VALUE);
        List<List<String>> failing = runWithOwnSources("own-failing", learners, 25);

        assertThat(FailingLearners.failures("own-failing")).isGreaterThan(20);
        assertThat(never.get(0)).hasSizeGreaterThan(200);
        assertThat(failing).isEqualTo(never);
    }

    private List<List<String>> runWithOwnSources(String run, List<String> learners, long failsEvery) throws Exception {
        Configuration configuration = configuration(run, learners);
        submit(
                run,
                configuration,
                environment -> LearnerTopology.build(
                        environment,
                        new TopologySpec(configuration.learnerSpecs(), "cpu", 10_000, true),
                        new EngineLearners("cpu"),
                        new FailingLearners.Sources(run, failsEvery, new ConfiguredSources(configuration))));
        return List.of(said(run + "-metrics"), said(run + "-weights"));
    }

    /** What a job says: metrics, predictions and weights as JSON, in the order in which it says them. */
    private List<List<String>> run(String run, List<String> learners, boolean fails) throws Exception {
        Configuration configuration = configuration(run, learners);
        List<LearnerSpec> specs = configuration.learnerSpecs();
        Map<String, List<String>> turns = fails
                ? specs.stream()
                        .collect(Collectors.groupingBy(
                                spec -> spec.streams().get(0),
                                Collectors.mapping(LearnerSpec::name, Collectors.toList())))
                : Map.of();
        submit(run, configuration, environment -> {
            DataStream<RawRecord> source = environment
                    .fromSource(
                            new StepwiseSource(records(), RECORDS_PER_CHECKPOINT),
                            WatermarkStrategy.noWatermarks(),
                            "events",
                            RawRecordSerializer.TYPE_INFO)
                    .uid("events")
                    .setParallelism(1);
            return LearnerTopology.build(
                    source,
                    new TopologySpec(specs, "cpu", 10_000, true),
                    new FailingLearners(run, turns, new EngineLearners("cpu")));
        });
        return List.of(said(run + "-metrics"), said(run + "-predictions"), said(run + "-weights"));
    }

    private Configuration configuration(String run, List<String> learners) throws IOException {
        Path file = Files.writeString(folder.resolve(run + ".yaml"), FLINK + "learners:\n" + String.join("", learners));
        return Configuration.load(file, List.of());
    }

    private interface Graph {
        LearnerStreams build(StreamExecutionEnvironment environment);
    }

    private void submit(String run, Configuration configuration, Graph graph) {
        org.apache.flink.configuration.Configuration options =
                FlinkOptions.effective(configuration.flink(), folder.resolve(run + "-state"));
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 1)) {
            StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
            LearnerStreams streams = graph.build(environment);
            Recorder.record(streams.metrics(), run + "-metrics");
            Recorder.record(streams.predictions(), run + "-predictions");
            Recorder.record(streams.weights(), run + "-weights");
            flink.await(flink.submit(environment, run));
        }
    }

    /** What was recorded, as JSON. */
    private static List<String> said(String name) {
        RecordCodec codec = new RecordCodec();
        return Recorder.shown(name).stream()
                .map(bytes -> JsonRecords.toJson(codec.decode(bytes)))
                .toList();
    }

    /** Labelled examples with label resets, and episodes, in turn. */
    private static List<byte[]> records() {
        SplittableRandom random = new SplittableRandom(4);
        RecordCodec codec = new RecordCodec();
        List<byte[]> records = new ArrayList<>();
        for (long sequence = 0; sequence < RECORDS; sequence++) {
            Object example = sequence % 11 == 10
                    ? new LabelReset((int) sequence / 11 + 1, LabelResetKind.CLASSES_PERMUTED, "")
                    : new LabelledExample(values(random), random.nextInt(3));
            records.add(codec.encode(new Event("labels", sequence, 0, 0L, example)));
            boolean terminal = sequence % 7 == 6;
            Transition transition = new Transition(
                    values(random),
                    random.nextInt(3),
                    (float) random.nextDouble(-1, 1),
                    terminal,
                    false,
                    sequence / 7,
                    null);
            records.add(codec.encode(new Event("moves", sequence, 0, 0L, transition)));
        }
        return records;
    }

    private static List<Float> values(SplittableRandom random) {
        List<Float> values = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            values.add((float) random.nextDouble(-1, 1));
        }
        return values;
    }
}
