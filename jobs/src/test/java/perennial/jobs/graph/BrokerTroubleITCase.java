package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.TopicContents;
import perennial.jobs.UserException;
import perennial.jobs.flink.Checkpoints;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.flink.FlinkRest;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;
import perennial.jobs.kafka.KafkaCluster;
import perennial.jobs.kafka.KafkaConnection;
import perennial.streaming.LearnerTopology;
import perennial.v1.PlasticityReport;

/** A job whose broker goes away, is slow, or whose checkpoints cannot be written: every report is there once in the end. */
class BrokerTroubleITCase {

    private static final int BATCH = 32;
    private static final int UPDATES_PER_REPORT = 5;
    private static final int HALF = 16_000;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    private Path folder;

    private perennial.jobs.config.Configuration configuration;
    private PoisonRecords records;

    /** Options of Flink beside those that all tests here have. */
    private String moreOptions = "";

    @Test
    void shouldGoOnWhenItsBrokerComesBack() throws Exception {
        Path data = folder.resolve("kafka");
        EmbeddedKafka kafka = EmbeddedKafka.start(data);
        int port = kafka.port();
        try (EmbeddedFlink flink = startJob(kafka)) {
            JobID job = submit(flink);
            publish(HALF);
            awaitReports(HALF / 2);

            kafka.close();
            kafka = EmbeddedKafka.start(data, port, Map.of());

            publish(HALF);
            awaitReports(2 * HALF);
            flink.cancel(job);
        } finally {
            kafka.close();
        }
    }

    /** Records, reports, transactions and offsets of groups are all with the broker that is lost. */
    @Test
    void shouldLearnOnWhenLeadersMoveAndWhenTheBrokerThatLeadsIsLost() throws Exception {
        try (KafkaCluster kafka = KafkaCluster.start(folder.resolve("cluster"));
                EmbeddedFlink flink = startJob(kafka.bootstrapServers())) {
            JobID job = submit(flink);
            FlinkRest rest = new FlinkRest(flink.webPage());
            publish(HALF);
            awaitReports(HALF / 2);

            assertThat(kafka.lead(2)).isPositive();
            publish(HALF);
            awaitReports(3 * HALF / 2);
            assertThat(kafka.lead(3)).isPositive();
            awaitReports(2 * HALF);
            // A machine with little time for this answers late.
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(rest.newestFailure(job))
                    .as("a leader change is no reason to start again")
                    .isEmpty());

            kafka.lose(3);
            publish(HALF);
            awaitReports(3 * HALF);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(kafka.leaders()).doesNotContain(3, -1));
            kafka.bringBack(3);
            kafka.lead(3);
            publish(HALF);
            awaitReports(4 * HALF);

            assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
            flink.cancel(job);
        }
    }

    @Test
    void shouldGoOnWhileCheckpointsCannotBeWrittenAndSaySo() throws Exception {
        Path checkpoints = folder.resolve("state").resolve("checkpoints");
        Path aside = folder.resolve("aside");
        shouldGoOnWithoutCheckpoints(
                () -> {
                    // A file in the place of their folder: nothing can be written there, whoever runs this test.
                    Files.move(checkpoints, aside);
                    Files.createFile(checkpoints);
                },
                () -> {
                    Files.delete(checkpoints);
                    Files.move(aside, checkpoints);
                });
    }

    /** What fits is written, and the rest is not: a full disk leaves pieces. */
    @Test
    void shouldGoOnWhileTheDiskIsFullAndResumeFromWhatWasWholeBefore() throws Exception {
        Path checkpoints = folder.resolve("state").resolve("checkpoints");
        moreOptions = ", execution.checkpointing.data-inline-threshold: 0b, execution.checkpointing.dir: \""
                + SmallDisk.uri(checkpoints) + "\"";
        try {
            shouldGoOnWithoutCheckpoints(() -> SmallDisk.room(3000), () -> {
                // The one that a job could go on from is there still, and whole.
                assertThat(Checkpoints.newest(checkpoints, damage -> {})).isPresent();
                SmallDisk.room(Long.MAX_VALUE);
            });
            assertThat(SmallDisk.refusals()).isPositive();
        } finally {
            SmallDisk.room(Long.MAX_VALUE);
        }
    }

    /** Something that is done to a disk. */
    private interface Change {
        void make() throws IOException;
    }

    /** Lets a job learn while its checkpoints fail, and then succeed again. */
    private void shouldGoOnWithoutCheckpoints(Change fill, Change empty) throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                EmbeddedFlink flink = startJob(kafka)) {
            JobID job = submit(flink);
            FlinkRest rest = new FlinkRest(flink.webPage());
            publish(HALF);
            awaitReports(HALF);

            fill.make();
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> !progress(rest, job).checkpointTrouble().isEmpty());
            AtomicLong before = new AtomicLong();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                before.set(progress(rest, job).completedCheckpoints());
                return true;
            });
            publish(HALF);
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> progress(rest, job).records() >= 2 * HALF);
            assertThat(reports(true)).isEqualTo(expected(HALF));

            empty.make();
            awaitReports(2 * HALF);

            // What Flink's REST interface says is some seconds old.
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> progress(rest, job).completedCheckpoints() > before.get()
                            && rest.newestFailure(job).isEmpty());
            assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
            flink.cancel(job);
        }
    }

    @Test
    void shouldLearnFromASlowBrokerAndDrainWhatHasGathered() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                EmbeddedFlink flink = startJob(kafka);
                Admin admin = KafkaConnection.of(configuration.kafka()).admin()) {
            publish(2 * HALF);
            throttle(admin, 100_000.0);
            JobID job = submit(flink);
            await().atMost(PATIENCE).until(() -> !reports(false).isEmpty());
            throttle(admin, null);

            awaitReports(2 * HALF);

            await().atMost(PATIENCE).ignoreException(IOException.class).untilAsserted(() -> assertThat(
                            new FlinkRest(flink.webPage()).newestFailure(job))
                    .isEmpty());
            flink.cancel(job);
        }
    }

    @Test
    void shouldRefuseTransactionsThatEndBeforeTheirCheckpoint() throws IOException {
        configure("localhost:1", "kafka: {bootstrap.servers: \"localhost:1\", transaction.timeout.ms: 200}\n");

        org.assertj.core.api.Assertions.assertThatThrownBy(() ->
                        KafkaJob.describe(StreamExecutionEnvironment.getExecutionEnvironment(options()), configuration))
                .isInstanceOf(UserException.class)
                .hasMessageContainingAll("transaction.timeout.ms=200", "execution.checkpointing.interval");
    }

    /** Bytes a second that each client may read; null for any number. */
    private static void throttle(Admin admin, Double rate) throws Exception {
        java.util.HashMap<String, String> anyClient = new java.util.HashMap<>();
        anyClient.put(ClientQuotaEntity.CLIENT_ID, null);
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                        new ClientQuotaEntity(anyClient),
                        List.of(new ClientQuotaAlteration.Op("consumer_byte_rate", rate)))))
                .all()
                .get();
    }

    private EmbeddedFlink startJob(EmbeddedKafka kafka) throws IOException {
        return startJob(kafka.bootstrapServers());
    }

    private EmbeddedFlink startJob(String bootstrapServers) throws IOException {
        configure(
                bootstrapServers,
                "kafka: {bootstrap.servers: \"" + bootstrapServers + "\", delivery.timeout.ms: 20000,"
                        + " request.timeout.ms: 5000}\n");
        JobTopics.create(configuration);
        records = new PoisonRecords(configuration.topics().events(), false);
        return EmbeddedFlink.start(options(), 1);
    }

    private void configure(String bootstrapServers, String kafka) throws IOException {
        Path file = Files.writeString(
                folder.resolve("job.yaml"),
                "name: trouble\n" + kafka
                        + "flink: {execution.checkpointing.interval: 300ms, restart-strategy.type: fixed-delay,"
                        + " restart-strategy.fixed-delay.attempts: 1000, restart-strategy.fixed-delay.delay: 200ms"
                        + moreOptions + "}\n"
                        + "learners:\n"
                        + "  - name: learner\n"
                        + "    streams: [" + PoisonRecords.EXAMPLES + "]\n"
                        + "    task: {type: classification, input: [" + PoisonRecords.SIZE + "], classes: "
                        + PoisonRecords.CLASSES + "}\n"
                        + "    network: {type: mlp, hidden: [64], normalisation: layernorm}\n"
                        + "    batch: {size: " + BATCH + "}\n"
                        + "    metrics: {every: " + UPDATES_PER_REPORT + "}\n");
        configuration = perennial.jobs.config.Configuration.load(file, List.of());
        assertThat(configuration.kafka()).containsEntry("bootstrap.servers", bootstrapServers);
    }

    private Configuration options() {
        return FlinkOptions.effective(configuration.flink(), folder.resolve("state"));
    }

    private JobID submit(EmbeddedFlink flink) {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options());
        KafkaJob.describe(environment, configuration);
        return flink.submit(environment, configuration.name());
    }

    private static FlinkRest.Progress progress(FlinkRest rest, JobID job) throws Exception {
        return rest.progress(job, LearnerTopology.LEARNERS);
    }

    /** Sends so many examples. */
    private void publish(int examples) {
        try (Producer<byte[], byte[]> producer =
                KafkaConnection.of(configuration.kafka()).producer()) {
            for (int sent = 0; sent < examples; ) {
                var record = records.next();
                // Of the two streams only one is wanted here.
                if (record.partition() == 0) {
                    producer.send(record);
                    sent++;
                }
            }
            producer.flush();
        }
    }

    /** Waits until committed readers see the reports of so many examples, each once and in order. */
    private void awaitReports(int examples) {
        List<Long> expected = expected(examples);
        // Each look reads the whole topic, on processors that the job wants.
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .until(() -> reports(true).size() >= expected.size());
        assertThat(reports(true).subList(0, expected.size())).isEqualTo(expected);
    }

    private static List<Long> expected(int examples) {
        return LongStream.rangeClosed(1, examples / BATCH / UPDATES_PER_REPORT)
                .map(report -> report * UPDATES_PER_REPORT)
                .boxed()
                .toList();
    }

    /** The updates that reports are there of. */
    private List<Long> reports(boolean committedOnly) {
        return TopicContents.decoded(
                        KafkaConnection.of(configuration.kafka()),
                        configuration.topics().metrics(),
                        committedOnly,
                        PlasticityReport.class)
                .stream()
                .map(PlasticityReport::getUpdate)
                .toList();
    }
}
