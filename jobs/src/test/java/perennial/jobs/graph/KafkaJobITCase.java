package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.environment.labels.LabelStream;
import perennial.jobs.CommandRun;
import perennial.jobs.LabelEventsFile;
import perennial.jobs.LearnerLines;
import perennial.jobs.PerennialProcess;
import perennial.jobs.TopicContents;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.Checkpoints;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;
import perennial.jobs.kafka.KafkaConnection;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.TaskSummary;

/**
 * The job between topics of a real broker: whatever dies in between, the metrics are those of a run that nothing disturbed, which
 * here is {@code perennial train} over the same events.
 */
class KafkaJobITCase {

    private static final int TASKS = 6;
    private static final int EXAMPLES_PER_TASK = 10_000;
    private static final List<String> LEARNERS = List.of("layernorm", "nap");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Each look reads a whole topic, on processors that the job wants. */
    private static final Duration LOOK = Duration.ofMillis(500);

    @TempDir
    private static Path shared;

    private static EmbeddedKafka kafka;
    private static Map<String, List<String>> expected;
    private static int topicsMade;

    @TempDir
    private Path folder;

    private Path file;
    private Configuration configuration;

    @BeforeAll
    static void startBrokerAndTrainUndisturbed() throws IOException {
        kafka = EmbeddedKafka.start();
        Path file = Files.writeString(shared.resolve("learners.yaml"), yaml("undisturbed", "exactly-once", "avro"));
        Path events =
                LabelEventsFile.write(LabelEventsFile.spec(TASKS, EXAMPLES_PER_TASK), shared.resolve("events.avro"));
        CommandRun run = CommandRun.of(
                "train",
                "--config",
                file,
                "--events",
                events,
                "--metrics",
                shared.resolve("metrics.jsonl"),
                "--dead-letters",
                shared.resolve("dead-letters.jsonl"),
                "--state",
                shared.resolve("state"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        expected = LearnerLines.byLearner(Files.readAllLines(shared.resolve("metrics.jsonl")));
        assertThat(expected).containsOnlyKeys(LEARNERS);
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @BeforeEach
    void makeTopics() throws IOException {
        configure("exactly-once", "avro");
    }

    /** Each test has topics of its own. */
    private void configure(String delivery, String format) throws IOException {
        file = Files.writeString(folder.resolve("job.yaml"), yaml("t" + topicsMade++, delivery, format));
        configuration = Configuration.load(file, List.of());
        JobTopics.create(configuration);
    }

    private static String yaml(String prefix, String delivery, String format) {
        StringBuilder yaml = new StringBuilder("name: " + prefix + "\n"
                + "kafka: {bootstrap.servers: \"" + kafka.bootstrapServers() + "\"}\n"
                + "topics: {events: " + prefix + ".events, metrics: " + prefix + ".metrics, deadLetters: " + prefix
                + ".dead-letters, policies: " + prefix + ".policies, predictions: " + prefix + ".predictions}\n"
                + "flink: {parallelism.default: 2, execution.checkpointing.interval: 300ms,"
                + " restart-strategy.type: fixed-delay, restart-strategy.fixed-delay.attempts: 20,"
                + " restart-strategy.fixed-delay.delay: 100ms}\n"
                + "delivery: " + delivery + "\n"
                + "format: " + format + "\n"
                + "learners:\n");
        for (String learner : LEARNERS) {
            yaml.append("  - name: " + learner + "\n"
                    + "    streams: [s]\n"
                    + "    seed: 5\n"
                    + "    task: {type: classification, input: [64], classes: 10, scale: 0.00392156862745098}\n"
                    + "    network: {type: mlp, hidden: [64, 64], activation: relu, normalisation: layernorm}\n"
                    + "    method: {type: " + (learner.equals("nap") ? "nap" : "none") + "}\n"
                    + "    optimiser: {type: adam, learningRate: 1.0e-3}\n"
                    + "    batch: {size: 10}\n"
                    + "    metrics: {every: 50}\n");
        }
        return yaml.toString();
    }

    @Test
    void shouldWriteEachReportOnceThoughTaskManagersDie() throws Exception {
        publishEvents();
        try (EmbeddedFlink flink = startFlink()) {
            JobID job = submit(flink);

            for (int death = 1; death <= 3; death++) {
                int closed = 2 * death * LEARNERS.size() / 2;
                await().atMost(PATIENCE).until(() -> {
                    requireAlive(flink, job);
                    return summaries(false) >= closed;
                });
                flink.replaceTaskManager();
            }
            awaitAllTasks();
            flink.cancel(job);
        }

        assertThat(committed()).isEqualTo(expected);
        // A TaskManager lives through many restarts, and must not keep clients of each.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("kafka-admin-client") || name.startsWith("kafka-producer")));
    }

    @Test
    void shouldRepeatOnlyEqualRecordsWhereDeliveryIsAtLeastOnceAndWriteJsonWhereAsked() throws Exception {
        configure("at-least-once", "json");
        publishEvents();
        try (EmbeddedFlink flink = startFlink()) {
            JobID job = submit(flink);

            await().atMost(PATIENCE).until(() -> summaries(false) >= LEARNERS.size() * 2);
            flink.replaceTaskManager();
            awaitAllTasks();
            flink.cancel(job);
        }

        assertThat(TopicContents.records(connection(), configuration.topics().metrics(), true))
                .allMatch(record -> JsonRecords.isJson(record.value()));
        Map<String, List<String>> withoutRepeats = new TreeMap<>();
        committed().forEach((learner, lines) -> withoutRepeats.put(learner, List.copyOf(new LinkedHashSet<>(lines))));
        assertThat(withoutRepeats).isEqualTo(expected);
    }

    @Test
    void shouldGoOnAfterItsProcessWasKilled() throws Exception {
        publishEvents();
        Path state = folder.resolve("state");
        try (PerennialProcess process = PerennialProcess.start(folder, "run", "--config", file, "--state", state)) {
            await().atMost(PATIENCE).until(() -> {
                assertThat(process.isAlive()).as(process.output()).isTrue();
                // The kill leaves a transaction open, unless it falls into the moment after a commit.
                return summaries(true) >= LEARNERS.size() * 2 && openTransactions() > 0;
            });
            process.kill();
        }
        assertThat(summaries(true)).as("killed before its end").isLessThan(LEARNERS.size() * TASKS);

        try (PerennialProcess process =
                PerennialProcess.start(folder, "run", "--config", file, "--state", state, "--resume", "latest")) {
            await().atMost(PATIENCE).pollInterval(LOOK).until(() -> {
                assertThat(process.isAlive()).as(process.output()).isTrue();
                return summaries(true) >= LEARNERS.size() * TASKS;
            });

            assertThat(process.terminate()).as(process.output()).isZero();

            assertThat(process.output()).contains("resuming from", "Flink's web page is at", "--resume ");
        }
        assertThat(committed()).isEqualTo(expected);
        assertThat(openTransactions())
                .as("those of the killed job hold readers up no longer")
                .isZero();
    }

    @Test
    void shouldGoOnFromTheCheckpointBeforeADamagedOne() throws Exception {
        publishEvents();
        Path state = folder.resolve("state");
        try (PerennialProcess process = PerennialProcess.start(folder, "run", "--config", file, "--state", state)) {
            await().atMost(PATIENCE).until(() -> {
                assertThat(process.isAlive()).as(process.output()).isTrue();
                return summaries(true) >= LEARNERS.size()
                        && Checkpoints.all(state).size() >= 2;
            });
            process.kill();
        }
        List<Path> checkpoints = Checkpoints.all(state);
        assertThatAFileThatIsCutShows(checkpoints.get(0));
        damageAState(checkpoints.get(0));

        try (PerennialProcess process =
                PerennialProcess.start(folder, "run", "--config", file, "--state", state, "--resume", "latest")) {
            await().atMost(PATIENCE).pollInterval(LOOK).until(() -> {
                assertThat(process.isAlive()).as(process.output()).isTrue();
                return summaries(true) >= LEARNERS.size() * TASKS;
            });
            assertThat(process.terminate()).as(process.output()).isZero();

            assertThat(process.output())
                    .contains("passed over a damaged checkpoint for the one before it", "the state is damaged");
        }
        Map<String, List<String>> withoutRepeats = new TreeMap<>();
        committed().forEach((learner, lines) -> withoutRepeats.put(learner, List.copyOf(new LinkedHashSet<>(lines))));
        assertThat(withoutRepeats).isEqualTo(expected);
    }

    /** Looked at in a copy, which must be as good as the checkpoint itself. */
    private void assertThatAFileThatIsCutShows(Path checkpoint) throws IOException {
        Path copies = Files.createDirectory(folder.resolve("copies"));
        Path copy = Files.createDirectory(copies.resolve(checkpoint.getFileName()));
        for (Path one : files(checkpoint)) {
            Files.copy(one, copy.resolve(one.getFileName()));
        }
        List<String> told = new ArrayList<>();
        assertThat(Checkpoints.newest(copies, told::add)).contains(copy);
        for (Path one : files(copy)) {
            byte[] whole = Files.readAllBytes(one);
            Files.write(one, Arrays.copyOf(whole, whole.length / 2));
            assertThat(Checkpoints.newest(copies, told::add)).as(one.toString()).isEmpty();
            Files.write(one, whole);
        }
        assertThat(told).hasSize(files(copy).size()).allMatch(line -> line.contains(copy.toString()));
    }

    /** Changes a byte of a learner's weights. */
    private static void damageAState(Path checkpoint) throws IOException {
        byte[] magic = "PLST".getBytes(StandardCharsets.US_ASCII);
        for (Path one : files(checkpoint)) {
            byte[] bytes = Files.readAllBytes(one);
            for (int i = 0; i + 4 < bytes.length; i++) {
                if (Arrays.equals(bytes, i, i + 4, magic, 0, 4)) {
                    bytes[i + 20_000] ^= 1;
                    Files.write(one, bytes);
                    return;
                }
            }
        }
        throw new AssertionError("no file has a learner's state: checkpoint=" + checkpoint);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    private long openTransactions() throws Exception {
        try (Admin admin = connection().admin()) {
            return admin.listTransactions().all().get().stream()
                    .filter(transaction -> transaction.transactionalId().startsWith(configuration.name() + "-"))
                    .filter(transaction -> transaction.state() == TransactionState.ONGOING)
                    .count();
        }
    }

    @Test
    void shouldKeepBadRecordsWithTheirBytesAndWhereTheyCameFrom() throws Exception {
        byte[] garbage = {(byte) 0xc3, 1, 0, 0};
        byte[] key = "s".getBytes(StandardCharsets.UTF_8);
        try (Producer<byte[], byte[]> producer = connection().producer()) {
            producer.send(new ProducerRecord<>(configuration.topics().events(), key, garbage))
                    .get();
            producer.send(new ProducerRecord<>(configuration.topics().events(), key, null))
                    .get();
        }
        publishEvents();
        try (EmbeddedFlink flink = startFlink()) {
            JobID job = submit(flink);
            awaitAllTasks();
            assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
            flink.cancel(job);
        }

        String letterTopic = configuration.topics().deadLetters();
        assertThat(TopicContents.records(connection(), letterTopic, true))
                .hasSize(2)
                .allSatisfy(record -> assertThat(record.key()).isEqualTo(key));
        List<DeadLetter> letters = TopicContents.decoded(connection(), letterTopic, true, DeadLetter.class);
        assertThat(letters).hasSize(2);
        assertThat(letters).allSatisfy(letter -> {
            assertThat(letter.getReason()).isEqualTo(DeadLetterReason.UNDECODABLE);
            assertThat(letter.getTopic()).isEqualTo(configuration.topics().events());
        });
        assertThat(letters.get(0).getValue().array()).isEqualTo(garbage);
        assertThat(letters.get(0).getOffset()).isZero();
        assertThat(letters.get(1).getOffset()).isEqualTo(1);
        assertThat(committed()).isEqualTo(expected);
    }

    /** Fails with what the job failed with. */
    private static void requireAlive(EmbeddedFlink flink, JobID job) {
        if (flink.result(job).isDone()) {
            flink.await(job);
        }
    }

    private EmbeddedFlink startFlink() {
        return EmbeddedFlink.start(FlinkOptions.effective(configuration.flink(), folder.resolve("state")), 2);
    }

    private JobID submit(EmbeddedFlink flink) {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(
                FlinkOptions.effective(configuration.flink(), folder.resolve("state")));
        KafkaJob.describe(environment, configuration);
        return flink.submit(environment, configuration.name());
    }

    private void publishEvents() {
        LabelStream stream = LabelStream.open(LabelEventsFile.spec(TASKS, EXAMPLES_PER_TASK));
        RecordCodec codec = new RecordCodec();
        byte[] key = "s".getBytes(StandardCharsets.UTF_8);
        try (Producer<byte[], byte[]> producer = connection().producer()) {
            while (stream.next()) {
                producer.send(new ProducerRecord<>(
                        configuration.topics().events(), key, codec.encode(LabelEventsFile.event(stream))));
            }
        }
    }

    private void awaitAllTasks() {
        await().atMost(PATIENCE).pollInterval(LOOK).until(() -> summaries(true) >= LEARNERS.size() * TASKS);
    }

    /** Tasks that learners have closed; one that was closed again after a failure counts once. */
    private int summaries(boolean committedOnly) {
        return TopicContents.decoded(connection(), configuration.topics().metrics(), committedOnly, TaskSummary.class)
                .stream()
                .map(summary -> summary.getLearner() + " " + summary.getTask())
                .collect(Collectors.toSet())
                .size();
    }

    /** What committed readers see, as JSON lines by learner. */
    private Map<String, List<String>> committed() {
        return TopicContents.linesByLearner(connection(), configuration.topics().metrics());
    }

    private KafkaConnection connection() {
        return KafkaConnection.of(configuration.kafka());
    }
}
