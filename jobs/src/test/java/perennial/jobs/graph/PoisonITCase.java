package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.TopicContents;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.flink.FlinkRest;
import perennial.jobs.graph.PoisonRecords.Bad;
import perennial.jobs.kafka.DeadLetterHeaders;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.Origin;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.TaskSummary;

/**
 * A hundred thousand records through the real job, one in a hundred of them bad in one of many ways: the job never starts again,
 * learns from all good ones, and keeps every bad one once, byte for byte, with its reason. Then what was wrong with some of them is
 * mended, and they are sent again.
 */
class PoisonITCase {

    private static final int RECORDS = 100_000;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    private Path folder;

    private perennial.jobs.config.Configuration configuration;
    private PoisonRecords records;

    /** Where each record stood that was sent. */
    private final Map<Origin, Bad> bad = new HashMap<>();

    private final long[] ends = new long[2];

    @Test
    void shouldGoOnAndKeepEveryBadRecordAndTakeThoseThatAreMended() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            configure(kafka, "");
            JobTopics.create(configuration);
            publish();
            String savepoint = shouldGoOn();
            assertLetters();

            configure(kafka, learner("third", PoisonRecords.UNFOLLOWED, PoisonRecords.SIZE));
            shouldLearnFromWhatIsMended(savepoint);
        }
    }

    private String shouldGoOn() throws Exception {
        try (EmbeddedFlink flink = EmbeddedFlink.start(options(), 2)) {
            JobID job = submit(flink, options());

            await().atMost(PATIENCE).until(() -> {
                requireAlive(flink, job);
                return summaries().size() == 3;
            });

            // A busy machine may answer too late.
            await().atMost(PATIENCE).ignoreException(IOException.class).untilAsserted(() -> assertThat(
                            new FlinkRest(flink.webPage()).newestFailure(job))
                    .isEmpty());
            assertThat(records("first")).isEqualTo(records.goodExamples());
            assertThat(records("second")).isEqualTo(records.goodExamples());
            assertThat(records("player")).isEqualTo(records.goodTransitions());
            return flink.stopWithSavepoint(job, folder.resolve("savepoints"));
        }
    }

    /** Fails with what the job failed with. */
    private static void requireAlive(EmbeddedFlink flink, JobID job) {
        if (flink.result(job).isDone()) {
            flink.await(job);
        }
    }

    private void assertLetters() {
        Map<DeadLetterReason, Long> counts = new EnumMap<>(DeadLetterReason.class);
        Map<DeadLetterReason, Long> expected = new EnumMap<>(DeadLetterReason.class);
        bad.values().forEach(one -> expected.merge(one.kind().reason, 1L, Long::sum));
        for (ConsumerRecord<byte[], byte[]> record : read(configuration.topics().deadLetters())) {
            DeadLetter letter = DeadLetterHeaders.fromRecord(record);
            Bad one = bad.remove(Origin.of(letter));
            assertThat(one).as(letter.toString()).isNotNull();
            assertThat(letter.getReason()).as(letter.getError()).isEqualTo(one.kind().reason);
            assertThat(letter.getError()).isNotBlank();
            counts.merge(letter.getReason(), 1L, Long::sum);
            assertBytes(record, one);
        }
        assertThat(bad.values()).as("bad records without a letter").isEmpty();
        assertThat(counts).isEqualTo(expected);
    }

    private static void assertBytes(ConsumerRecord<byte[], byte[]> letter, Bad one) {
        ProducerRecord<byte[], byte[]> sent = one.record();
        if (one.kind().reason == DeadLetterReason.TOO_LARGE) {
            assertThat(letter.value()).isEqualTo(Arrays.copyOf(sent.value(), letter.value().length));
            assertThat(letter.key().length + letter.value().length).isLessThanOrEqualTo(PoisonRecords.MAX_RECORD_BYTES);
            return;
        }
        assertThat(letter.key()).isEqualTo(sent.key());
        assertThat(letter.value()).isEqualTo(sent.value());
        int own = sent.headers().toArray().length;
        assertThat(Arrays.copyOf(letter.headers().toArray(), own))
                .isEqualTo(sent.headers().toArray());
        assertThat(letter.headers().toArray()).hasSize(own + 5);
    }

    /** A learner more follows the stream that nobody followed; its records are sent again, and so are the job's restored states. */
    private void shouldLearnFromWhatIsMended(String savepoint) throws Exception {
        Configuration options = options();
        FlinkOptions.resumeFrom(options, savepoint);
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 2)) {
            JobID job = submit(flink, options);
            CommandRun replay = CommandRun.of(
                    "dead-letters",
                    "replay",
                    "--config",
                    folder.resolve("job.yaml"),
                    "--reason",
                    "unknownStream",
                    "--yes");
            assertThat(replay.exitCode()).as(replay.err()).isZero();
            assertThat(replay.out()).contains("sent " + records.unfollowed() + " of " + records.unfollowed());
            long expected = records.unfollowed();
            send(List.of(records.reset(PoisonRecords.UNFOLLOWED)));

            await().atMost(PATIENCE).until(() -> {
                requireAlive(flink, job);
                return summaries().containsKey("third");
            });

            assertThat(records("third")).isEqualTo(expected);
            flink.cancel(job);
        }
        assertThat(read(configuration.topics().deadLetters()).stream()
                        .filter(DeadLetterHeaders::isDeadLetter)
                        .map(DeadLetterHeaders::fromRecord)
                        .filter(letter -> DeadLetterHeaders.replays(letter) > 0))
                .isEmpty();
    }

    private void publish() {
        records = new PoisonRecords(configuration.topics().events(), true);
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            int before = records.bad().size();
            ProducerRecord<byte[], byte[]> record = records.next();
            if (records.bad().size() > before) {
                bad.put(
                        new Origin(record.topic(), record.partition(), ends[record.partition()]),
                        records.bad().get(before));
            }
            ends[record.partition()]++;
            all.add(record);
        }
        all.add(records.reset(PoisonRecords.EXAMPLES));
        all.add(records.reset(PoisonRecords.TRANSITIONS));
        send(all);
        assertThat(records.bad()).hasSize(RECORDS / 100);
    }

    private void send(List<ProducerRecord<byte[], byte[]>> all) {
        try (Producer<byte[], byte[]> producer =
                KafkaConnection.of(configuration.kafka()).producer()) {
            all.forEach(producer::send);
            producer.flush();
        }
    }

    private JobID submit(EmbeddedFlink flink, Configuration options) {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
        KafkaJob.describe(environment, configuration);
        return flink.submit(environment, configuration.name());
    }

    private Configuration options() {
        return FlinkOptions.effective(configuration.flink(), folder.resolve("state"));
    }

    private long records(String learner) {
        return summaries().get(learner).getRecords();
    }

    /** The committed summary of each learner's first task. */
    private Map<String, TaskSummary> summaries() {
        Map<String, TaskSummary> summaries = new HashMap<>();
        for (TaskSummary summary : TopicContents.decoded(
                KafkaConnection.of(configuration.kafka()),
                configuration.topics().metrics(),
                true,
                TaskSummary.class)) {
            if (summary.getTask() == 0) {
                assertThat(summaries.put(summary.getLearner(), summary)).isNull();
            }
        }
        return summaries;
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        return TopicContents.records(KafkaConnection.of(configuration.kafka()), topic, true);
    }

    private void configure(EmbeddedKafka kafka, String more) throws IOException {
        Path file = Files.writeString(
                folder.resolve("job.yaml"), yaml(kafka.bootstrapServers(), "poison", "exactly-once") + more);
        configuration = perennial.jobs.config.Configuration.load(file, List.of());
    }

    /** Two learners of the examples and one of the transitions; any failure ends the job. */
    static String yaml(String bootstrapServers, String prefix, String delivery) {
        return yaml(bootstrapServers, prefix, delivery, PoisonRecords.SIZE);
    }

    /** The job for examples of {@code size} features. */
    static String yaml(String bootstrapServers, String prefix, String delivery, int size) {
        return "name: " + prefix + "\n"
                + "kafka: {bootstrap.servers: \"" + bootstrapServers + "\"}\n"
                + "topics: {events: " + prefix + ".events, metrics: " + prefix + ".metrics, deadLetters: " + prefix
                + ".dead-letters, policies: " + prefix + ".policies, predictions: " + prefix + ".predictions}\n"
                + "flink: {parallelism.default: 2, execution.checkpointing.interval: 500ms,"
                + " restart-strategy.type: none}\n"
                + "delivery: " + delivery + "\n"
                + "limits: {maxRecordBytes: " + PoisonRecords.MAX_RECORD_BYTES + "}\n"
                + "learners:\n"
                + learner("first", PoisonRecords.EXAMPLES, size)
                + learner("second", PoisonRecords.EXAMPLES, size)
                + "  - name: player\n"
                + "    streams: [" + PoisonRecords.TRANSITIONS + "]\n"
                + "    task: {type: reinforcement, input: [2], actions: " + PoisonRecords.ACTIONS
                + ", warmUp: 20, replay: {capacity: 1000}}\n"
                + "    network: {hidden: [8]}\n"
                + "    batch: {size: 8}\n"
                + "    metrics: {every: 100}\n";
    }

    private static String learner(String name, String stream, int size) {
        return "  - name: " + name + "\n"
                + "    streams: [" + stream + "]\n"
                + "    task: {type: classification, input: [" + size + "], classes: "
                + PoisonRecords.CLASSES + "}\n"
                + "    network: {type: mlp, hidden: [16], normalisation: layernorm}\n"
                + "    method: {type: nap}\n"
                + "    batch: {size: 32}\n"
                + "    metrics: {every: 100}\n";
    }
}
