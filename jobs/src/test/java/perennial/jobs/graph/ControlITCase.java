package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.environment.labels.LabelStream;
import perennial.jobs.CommandRun;
import perennial.jobs.LabelEventsFile;
import perennial.jobs.TopicContents;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;
import perennial.jobs.kafka.KafkaConnection;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;
import perennial.v1.ControlAudit;
import perennial.v1.ControlOutcome;
import perennial.v1.DeadLetter;
import perennial.v1.PlasticityReport;
import perennial.v1.PolicySnapshot;
import perennial.v1.TaskSummary;

/** Commands to learners of a job between topics of a real broker, sent as people send them. */
class ControlITCase {

    private static final int TASKS = 3;
    private static final int EXAMPLES_PER_TASK = 3_000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static EmbeddedKafka kafka;
    private static int jobs;

    @TempDir
    private Path folder;

    private Path file;
    private Configuration configuration;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    /** A job with topics of its own. */
    private void configure(String learnersYaml) throws IOException {
        String prefix = "c" + jobs++;
        String yaml = "name: " + prefix + "\n"
                + "kafka: {bootstrap.servers: \"" + kafka.bootstrapServers() + "\"}\n"
                + "topics: {events: " + prefix + ".events, metrics: " + prefix + ".metrics, deadLetters: " + prefix
                + ".dead-letters, policies: " + prefix + ".policies, control: " + prefix + ".control}\n"
                + "flink: {parallelism.default: 2, execution.checkpointing.interval: 300ms,"
                + " restart-strategy.type: fixed-delay, restart-strategy.fixed-delay.attempts: 20,"
                + " restart-strategy.fixed-delay.delay: 100ms}\n"
                + "learners:\n" + learnersYaml;
        file = Files.writeString(folder.resolve(prefix + ".yaml"), yaml);
        configuration = Configuration.load(file, List.of());
        JobTopics.create(configuration);
    }

    private static String learner(String name, String source) {
        return "  - name: " + name + "\n"
                + "    " + source + "\n"
                + "    seed: 5\n"
                + "    task: {type: classification, input: [64], classes: 10, scale: 0.00392156862745098}\n"
                + "    network: {type: mlp, hidden: [32, 32], activation: relu, normalisation: layernorm}\n"
                + "    optimiser: {type: adam, learningRate: 1.0e-3}\n"
                + "    batch: {size: 10}\n"
                + "    metrics: {every: " + (source.startsWith("streams") ? 1 : 1000) + "}\n";
    }

    @Test
    void shouldReplayCommandsThatNameTheirUpdateExactlyThoughTaskManagersDie() throws Exception {
        Map<String, List<String>> undisturbed = runWithCommands(0);
        Map<String, List<String>> disturbed = runWithCommands(2);

        assertThat(undisturbed.get("nap"))
                .filteredOn(line -> line.contains("controlAudit"))
                .hasSize(6);
        assertThat(disturbed).isEqualTo(undisturbed);
    }

    private Map<String, List<String>> runWithCommands(int deaths) throws Exception {
        configure(learner("nap", "streams: [s]") + learner("plain", "streams: [s]"));
        try (EmbeddedFlink flink = startFlink()) {
            JobID job = submit(flink);
            // Ids of their own would differ between the runs.
            control("set-rate", "*", "--at-update", "200", "--learning-rate", "2e-3", "--id", "1");
            control("snapshot", "nap", "--at-update", "300", "--id", "2");
            control("rollback", "nap", "--at-update", "500", "--id", "3");
            control("retire", "plain", "--at-update", "700", "--id", "4");
            publishEvents(0, Integer.MAX_VALUE);
            for (int death = 1; death <= deaths; death++) {
                int closed = 2 * death;
                await().atMost(PATIENCE).until(() -> count(TaskSummary.class, false) >= closed);
                flink.replaceTaskManager();
            }
            await().atMost(PATIENCE).until(() -> count(TaskSummary.class, true) >= 2 * TASKS);
            flink.cancel(job);
        }
        Map<String, List<String>> byLearner = new TreeMap<>();
        for (SpecificRecord record : committed()) {
            byLearner
                    .computeIfAbsent(record.get(0).toString(), learner -> new ArrayList<>())
                    .add(JsonRecords.toJson(record));
        }
        return byLearner;
    }

    @Test
    void shouldShowCommittedReadersOneHistoryThoughATaskManagerDiesRightAfterACommand() throws Exception {
        configure(learner("nap", "streams: [s]"));
        try (EmbeddedFlink flink = startFlink()) {
            JobID job = submit(flink);
            publishEvents(0, 3_000);
            await().atMost(PATIENCE).until(() -> count(PlasticityReport.class, false) > 50);
            assertThat(run("set-rate", "nap", "--learning-rate", "5e-4", "--no-wait")
                            .out())
                    .contains("sent command");
            flink.replaceTaskManager();
            publishEvents(3_000, 6_000);
            await().atMost(PATIENCE).until(() -> count(ControlAudit.class, true) == 1);
            publishEvents(6_000, Integer.MAX_VALUE);
            await().atMost(PATIENCE).until(() -> count(TaskSummary.class, true) == TASKS);
            flink.cancel(job);
        }

        ControlAudit audit = one(ControlAudit.class);
        assertThat(audit.getOutcome()).isEqualTo(ControlOutcome.APPLIED);
        List<PlasticityReport> reports = committed().stream()
                .filter(PlasticityReport.class::isInstance)
                .map(PlasticityReport.class::cast)
                .toList();
        assertThat(reports).hasSize(TASKS * EXAMPLES_PER_TASK / 10);
        assertThat(reports).allSatisfy(report -> assertThat(report.getLearningRate())
                .as("update " + report.getUpdate())
                .isEqualTo(report.getUpdate() > audit.getUpdate() ? 5e-4 : 1e-3));
    }

    @Test
    void shouldSayWhatBecameOfCommands() throws Exception {
        configure(learner("nap", "streams: [s]"));
        CommandRun unheard = run("pause", "nap", "--timeout", "1");
        assertThat(unheard.exitCode()).isEqualTo(1);
        assertThat(unheard.err()).contains("no learner has answered: id=", "check that the job runs");
        try (EmbeddedFlink flink = startFlink()) {
            JobID job = submit(flink);
            publishEvents(0, 1_000);

            assertThat(control("snapshot", "n?p", "--note", "before the night").out())
                    .contains("nap: takeSnapshot applied after update")
                    .contains("is kept, and published as a policy");
            assertThat(control("pause", "nap").out()).contains("makes no updates until it is resumed");
            CommandRun unknown = run("resume", "nobody");
            assertThat(unknown.exitCode()).isEqualTo(1);
            assertThat(unknown.out()).contains("no learner of the job has this name: learners=[nap]");
            assertThat(unknown.err()).contains("not every learner carried the command out");
            try (Producer<byte[], byte[]> producer =
                    KafkaConnection.of(configuration.kafka()).producer()) {
                producer.send(new ProducerRecord<>(
                                configuration.topics().control(), "stop!".getBytes(StandardCharsets.UTF_8)))
                        .get();
            }
            await().atMost(PATIENCE).until(() -> !read(configuration.topics().deadLetters(), true)
                    .isEmpty());
            flink.cancel(job);
        }

        assertThat(read(configuration.topics().deadLetters(), true))
                .singleElement()
                .isInstanceOfSatisfying(DeadLetter.class, letter -> assertThat(letter.getTopic())
                        .isEqualTo(configuration.topics().control()));
        assertThat(read(configuration.topics().policies(), false)).hasOnlyElementsOfType(PolicySnapshot.class);
        CommandRun tail = CommandRun.of("metrics", "tail", "--config", file, "--no-follow");
        assertThat(tail.out()).contains("nap: pause applied after update", "nobody: resume refused at update 0");
        // The command that nobody heard was sent before the job began, and is not for it.
        assertThat(count(ControlAudit.class, true)).isEqualTo(3);
    }

    @Test
    void shouldControlLearnersThatMakeTheirEventsThemselves() throws Exception {
        String labels =
                "labels: {stream: s, images: {type: synthetic, channels: 1, rows: 8, columns: 8, classes: 10, count: 200},"
                        + " change: {type: randomLabels}, resets: 1000, examplesPerTask: 30000}";
        configure(learner("nap", labels) + learner("plain", labels));
        try (EmbeddedFlink flink = startFlink()) {
            JobID job = submit(flink);
            await().atMost(PATIENCE).until(() -> count(PlasticityReport.class, false) > 0);

            control("set-rate", "nap", "--learning-rate", "5e-4");
            control("retire", "plain");
            flink.replaceTaskManager();
            control("pause", "nap");
            flink.cancel(job);
        }

        List<ControlAudit> audits = committed().stream()
                .filter(ControlAudit.class::isInstance)
                .map(ControlAudit.class::cast)
                .toList();
        assertThat(audits).extracting(ControlAudit::getAction).containsExactlyInAnyOrder("setRate", "retire", "pause");
        assertThat(audits).extracting(ControlAudit::getOutcome).containsOnly(ControlOutcome.APPLIED);
    }

    /** What was written last is meant: the command's rate stays through a savepoint, and ends where the configuration gets another. */
    @Test
    void shouldEndTheRateOfACommandWhereTheConfigurationIsChangedOverASavepoint() throws Exception {
        configure(learner("nap", "streams: [s]"));
        try (EmbeddedFlink flink = startFlink()) {
            JobID job = submit(flink);
            control("set-rate", "nap", "--learning-rate", "5e-4");
            publishEvents(0, 1_000);
            await().atMost(PATIENCE).until(() -> lastRate() == 5e-4);
            String savepoint = flink.stopWithSavepoint(job, folder.resolve("savepoints"));

            change("metrics: {every: 1}", "metrics: {every: 2}");
            job = resume(flink, savepoint);
            long reports = count(PlasticityReport.class, true);
            publishEvents(1_000, 2_000);
            await().atMost(PATIENCE).until(() -> count(PlasticityReport.class, true) > reports);
            assertThat(lastRate()).isEqualTo(5e-4);
            savepoint = flink.stopWithSavepoint(job, folder.resolve("savepoints"));

            change("learningRate: 1.0e-3", "learningRate: 2.0e-3");
            job = resume(flink, savepoint);
            await().atMost(PATIENCE).until(() -> count(ControlAudit.class, true) == 2);
            publishEvents(2_000, 3_000);
            await().atMost(PATIENCE).until(() -> lastRate() == 2e-3);
            flink.cancel(job);
        }

        CommandRun tail = CommandRun.of("metrics", "tail", "--config", file, "--no-follow");
        assertThat(tail.out())
                .contains("nap: setRate superseded at update", "optimiser.learningRate from 0.001 to 0.002");
    }

    private double lastRate() {
        List<SpecificRecord> records = committed();
        return records.isEmpty() || !(records.get(records.size() - 1) instanceof PlasticityReport report)
                ? Double.NaN
                : report.getLearningRate();
    }

    private void change(String from, String to) throws IOException {
        String before = Files.readString(file);
        assertThat(before).contains(from);
        configuration = Configuration.load(Files.writeString(file, before.replace(from, to)), List.of());
    }

    private JobID resume(EmbeddedFlink flink, String savepoint) {
        org.apache.flink.configuration.Configuration options =
                FlinkOptions.effective(configuration.flink(), folder.resolve("state"));
        FlinkOptions.resumeFrom(options, savepoint);
        return submit(flink, options);
    }

    /** The command succeeds. */
    private CommandRun control(String action, String learner, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--timeout", Long.toString(PATIENCE.toSeconds())));
        CommandRun run = run(action, learner, all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        return run;
    }

    private CommandRun run(String action, String learner, String... options) {
        List<Object> words = new ArrayList<>(List.of("control", action, "--config", file, "--learner", learner));
        words.addAll(List.of(options));
        return CommandRun.of(words.toArray());
    }

    private EmbeddedFlink startFlink() {
        return EmbeddedFlink.start(FlinkOptions.effective(configuration.flink(), folder.resolve("state")), 2);
    }

    private JobID submit(EmbeddedFlink flink) {
        return submit(flink, FlinkOptions.effective(configuration.flink(), folder.resolve("state")));
    }

    private JobID submit(EmbeddedFlink flink, org.apache.flink.configuration.Configuration options) {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
        KafkaJob.describe(environment, configuration);
        return flink.submit(environment, configuration.name());
    }

    private void publishEvents(int from, int to) {
        LabelStream stream = LabelStream.open(LabelEventsFile.spec(TASKS, EXAMPLES_PER_TASK));
        RecordCodec codec = new RecordCodec();
        byte[] key = "s".getBytes(StandardCharsets.UTF_8);
        try (Producer<byte[], byte[]> producer =
                KafkaConnection.of(configuration.kafka()).producer()) {
            while (stream.next()) {
                if (stream.sequence() >= from && stream.sequence() < to) {
                    producer.send(new ProducerRecord<>(
                            configuration.topics().events(), key, codec.encode(LabelEventsFile.event(stream))));
                }
            }
        }
    }

    private long count(Class<?> type, boolean committedOnly) {
        return read(configuration.topics().metrics(), committedOnly).stream()
                .filter(type::isInstance)
                .count();
    }

    private <T> T one(Class<T> type) {
        List<T> found =
                committed().stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private List<SpecificRecord> committed() {
        return read(configuration.topics().metrics(), true);
    }

    private List<SpecificRecord> read(String topic, boolean committedOnly) {
        return TopicContents.decoded(KafkaConnection.of(configuration.kafka()), topic, committedOnly);
    }
}
