package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.PerennialProcess;
import perennial.jobs.TopicContents;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.Samples;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;
import perennial.v1.PlasticityAlert;
import perennial.v1.PlasticityReport;
import perennial.v1.ReportStatus;

/** The watch as a process of its own, on a real broker. */
class WatchITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String METRICS = "perennial.metrics.v1";

    @TempDir
    private Path folder;

    private EmbeddedKafka kafka;
    private Producer<byte[], byte[]> producer;
    private final RecordCodec codec = new RecordCodec();

    @BeforeEach
    void startBroker() {
        kafka = EmbeddedKafka.start();
        producer = KafkaConnection.to(kafka.bootstrapServers()).producer();
    }

    @AfterEach
    void stopBroker() {
        producer.close();
        kafka.close();
    }

    @Test
    void shouldWatchByTheStandardRulesWithNothingButAnAddress() throws Exception {
        createTopics();
        try (PerennialProcess watch = start(
                "-b",
                kafka.bootstrapServers(),
                "--set",
                "flink.execution.checkpointing.interval=300ms",
                "--set",
                "kafka.default.api.timeout.ms=120000",
                "--set",
                "kafka.request.timeout.ms=60000")) {
            awaitLine(watch, "watches " + METRICS + " by 8 rules");

            // Five tasks well learned, five that are not, and five that are again.
            for (int task = 0; task < 15; task++) {
                send(codec.encode(Samples.summary("fading", task, task / 5 == 1 ? 0.2 : 0.9)));
                send(JsonRecords.toJsonBytes(Samples.summary("fit", task, 0.9)));
            }
            send("garbage".getBytes(StandardCharsets.UTF_8));
            PlasticityReport diverged = Samples.report("fit", 7, 1.0);
            diverged.setStatus(ReportStatus.UPDATE_DISCARDED);
            send(codec.encode(diverged));

            awaitLine(watch, "cleared fading: plasticity-loss ends");
            awaitLine(watch, "RAISED  fit: divergence: an update was discarded");
            assertThat(watch.terminate()).as(watch.output()).isZero();
            assertThat(watch.output()).contains("stopped; go on from here with --resume ");
            assertThat(watch.output().lines().filter(line -> line.matches("\\S+Z (RAISED |cleared) .*")))
                    .hasSize(3)
                    .anyMatch(line -> line.endsWith(
                            " RAISED  fading: plasticity-loss: task.averageOnlineAccuracy (mean of 5) is 0.6889 times"
                                    + " the best it was (0.9), below 0.75 (update 0, task 6)"));
        }
        CommandRun letters = CommandRun.of("dead-letters", "list", "-b", kafka.bootstrapServers(), "--counts");
        assertThat(letters.out()).contains("undecodable");
        CommandRun tail =
                CommandRun.of("metrics", "tail", "-b", kafka.bootstrapServers(), "--topic", "alerts", "--no-follow");
        assertThat(tail.lines()).hasSize(4).first().asString().startsWith("LEARNER                RULE ");
    }

    @Test
    void shouldWriteEachAlertOnceThoughItIsKilled() throws Exception {
        createTopics();
        Path configuration = Files.writeString(
                folder.resolve("job.yaml"),
                "kafka: {bootstrap.servers: \"" + kafka.bootstrapServers() + "\", default.api.timeout.ms: 120000,"
                        + " request.timeout.ms: 60000}\n"
                        + "flink: {execution.checkpointing.interval: 300ms}\n"
                        + "format: json\n"
                        + "alerts: [{name: flip, type: above, quantity: loss, raise: 0.5, clear: 0.5}]\n");
        // Each report turns the alert on or off.
        int alerts = 400;
        try (PerennialProcess watch = start("--config", configuration)) {
            awaitLine(watch, "by 1 rule;");
            sendFlips(0, alerts / 2);
            awaitCommitted(watch, alerts / 2);
            // Some of these are written when it dies, and no transaction has them yet that is committed.
            sendFlips(alerts / 2, alerts / 4 * 3);
            await().atMost(PATIENCE).until(() -> alerts(false).size() > alerts / 2);
            watch.kill();
        }
        try (PerennialProcess watch = start("--config", configuration, "--resume", "latest")) {
            awaitLine(watch, "by 1 rule;");
            sendFlips(alerts / 4 * 3, alerts);
            awaitCommitted(watch, alerts);
            assertThat(watch.terminate()).as(watch.output()).isZero();
            assertThat(watch.output()).contains("resuming from ");
        }

        assertThat(committed())
                .extracting(alert -> alert.getState() + " " + alert.getUpdate())
                .containsExactlyElementsOf(IntStream.range(0, alerts)
                        .mapToObj(i -> (i % 2 == 0 ? "RAISED " : "CLEARED ") + update(i))
                        .toList());
        assertThat(alerts(true)).allMatch(JsonRecords::isJson);
    }

    @Test
    void shouldSayWhatIsMissingBeforeItStarts() {
        CommandRun run = CommandRun.of("watch", "-b", kafka.bootstrapServers());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("the topic must exist: topic=" + METRICS).contains("perennial topics create");
    }

    private void createTopics() {
        assertThat(CommandRun.of("topics", "create", "-b", kafka.bootstrapServers())
                        .exitCode())
                .isZero();
    }

    private PerennialProcess start(Object... options) throws IOException {
        List<Object> words = new ArrayList<>(List.of("watch", "--state", folder.resolve("state")));
        words.addAll(List.of(options));
        return PerennialProcess.start(folder, words.toArray());
    }

    private static void awaitLine(PerennialProcess watch, String part) {
        await().atMost(PATIENCE).until(() -> {
            assertThat(watch.isAlive()).as(watch.output()).isTrue();
            return watch.output().contains(part);
        });
    }

    private void awaitCommitted(PerennialProcess watch, int alerts) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
            assertThat(watch.isAlive()).as(watch.output()).isTrue();
            return committed().size() >= alerts;
        });
    }

    private void sendFlips(int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            SpecificRecord report = Samples.report("nap", update(i), i % 2 == 0 ? 1 : 0);
            send(i % 3 == 0 ? codec.encode(report) : JsonRecords.toJsonBytes(report));
        }
        producer.flush();
    }

    private static long update(int i) {
        return 100L * (i + 1);
    }

    private void send(byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(METRICS, "key".getBytes(StandardCharsets.UTF_8), value));
    }

    private List<PlasticityAlert> committed() {
        return alerts(true).stream()
                .map(value -> (PlasticityAlert) JsonRecords.parse(value))
                .toList();
    }

    /** The alerts as they were written. */
    private List<byte[]> alerts(boolean committedOnly) {
        return TopicContents.records(KafkaConnection.to(kafka.bootstrapServers()), "perennial.alerts.v1", committedOnly)
                .stream()
                .map(ConsumerRecord::value)
                .toList();
    }
}
