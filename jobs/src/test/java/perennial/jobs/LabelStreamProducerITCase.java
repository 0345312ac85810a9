package perennial.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.environment.EnvironmentException;
import perennial.environment.kafka.LabelStreamProducer;
import perennial.environment.kafka.Outcome;
import perennial.environment.labels.LabelStreamSpec;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.schemas.RecordCodec;

class LabelStreamProducerITCase {

    private static final int KILLS = 10;
    private static final int PARTITIONS = 3;

    private static EmbeddedKafka kafka;
    private static Admin admin;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startKafka() {
        kafka = EmbeddedKafka.start();
        admin = Admin.create(Map.copyOf(kafka.clientProperties()));
    }

    @AfterAll
    static void stopKafka() {
        admin.close();
        kafka.close();
    }

    @Test
    void shouldLeaveNeitherGapNorRepeatWhenKilledAgainAndAgain() throws Exception {
        createTopic("killed", Map.of());
        createTopic("undisturbed", Map.of());
        Random random = new Random(1);
        int killedWhileItPublished = 0;

        for (int kill = 0; kill < KILLS; kill++) {
            long before = records("killed");
            Process process = startProcess("killed");
            if (kill % 3 == 2) {
                // Some at any moment, from the start of the process on ...
                process.waitFor(random.nextInt(2_000), TimeUnit.MILLISECONDS);
            } else {
                // ... and most while records are under way.
                long target = before + 1 + random.nextInt(25_000);
                await().pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> records("killed") >= target || !process.isAlive());
            }
            process.destroyForcibly().waitFor();
            long after = records("killed");
            killedWhileItPublished += after > before && after < PublishLabels.SPEC.length() ? 1 : 0;
        }
        Process last = startProcess("killed");
        assertThat(last.waitFor()).isZero();
        PublishLabels.producer(kafka.bootstrapServers(), "undisturbed", PublishLabels.SPEC)
                .run();

        assertThat(killedWhileItPublished).isGreaterThanOrEqualTo(KILLS / 2);
        List<byte[]> killed = values("killed");
        List<byte[]> undisturbed = values("undisturbed");
        RecordCodec codec = new RecordCodec();
        assertThat(undisturbed).hasSize((int) PublishLabels.SPEC.length());
        for (int i = 0; i < Math.min(killed.size(), undisturbed.size()); i++) {
            assertThat(codec.decodeEvent(killed.get(i)).getSequence()).isEqualTo(i);
            assertThat(killed.get(i)).isEqualTo(undisturbed.get(i));
        }
        assertThat(killed).hasSameSizeAs(undisturbed);
    }

    @Test
    void shouldSayThatAStreamIsFinishedAndShareItsPartitionWithOthers() throws Exception {
        createTopic("finished", Map.of());
        List<LabelStreamSpec> specs = new ArrayList<>();
        for (int i = 0; i < 2 * PARTITIONS; i++) {
            specs.add(spec("stream-" + i, 10, 500));
        }

        for (LabelStreamSpec spec : specs) {
            Outcome first = producer("finished", spec).run();
            assertThat(first).isEqualTo(new Outcome(0, spec.length(), true));
        }
        for (LabelStreamSpec spec : specs) {
            Outcome again = producer("finished", spec).run();
            assertThat(again.nothingToDo()).isTrue();
        }

        assertThat(records("finished")).isEqualTo(specs.size() * specs.get(0).length());
    }

    @Test
    void shouldStopWhenAskedAndGoOnLater() throws Exception {
        createTopic("stopped", Map.of());
        LabelStreamSpec spec = spec("stopped", 100, 10_000);
        LabelStreamProducer producer = producer("stopped", spec);
        CompletableFuture<Outcome> run = CompletableFuture.supplyAsync(producer::run);
        await().until(() -> records("stopped") > 100);

        producer.stop();
        Outcome outcome = run.join();

        assertThat(outcome.published()).isEqualTo(records("stopped"));
        assertThat(outcome.finished()).isFalse();
        LabelStreamProducer next = producer("stopped", spec);
        CompletableFuture<Outcome> nextRun = CompletableFuture.supplyAsync(next::run);
        await().until(() -> records("stopped") > outcome.published());
        next.stop();
        assertThat(nextRun.join().resumedAt()).isEqualTo(outcome.published());
    }

    @Test
    void shouldRefuseToPublishBesideAnotherProducer() throws Exception {
        createTopic("contested", Map.of());
        LabelStreamSpec spec = new LabelStreamSpec(
                "contested", new Images.Synthetic(1, 4, 4, 3, 10, 0.5), new Change.RandomLabels(), 1, 0, 100, 200);
        LabelStreamProducer first = producer("contested", spec);
        CompletableFuture<Outcome> run = CompletableFuture.supplyAsync(first::run);
        await().until(() -> records("contested") > 0);

        assertThatThrownBy(() -> producer("contested", spec).run())
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("another one is writing it");

        first.stop();
        assertThat(run.join().published()).isEqualTo(records("contested"));
    }

    @Test
    void shouldSayThatTheTopicIsMissing() {
        assertThatThrownBy(() -> producer("missing", spec("s", 1, 1)).run())
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("topic=missing")
                .hasMessageContaining("./perennial topics create");
    }

    @Test
    void shouldLeaveNoGapWhereARecordIsTooLarge() throws Exception {
        // Random pixels do not shrink: with its batch an example takes about 900 bytes, a label reset about 180.
        createTopic("narrow", Map.of("max.message.bytes", "400"));
        LabelStreamSpec spec = new LabelStreamSpec(
                "narrow", new Images.Synthetic(1, 28, 28, 3, 10, 1), new Change.RandomLabels(), 1, 100, 1, 0);

        assertThatThrownBy(() -> producer("narrow", spec).run())
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("larger than Kafka's limits")
                .hasMessageContaining("max.message.bytes");

        assertThat(records("narrow")).isZero();
    }

    private static LabelStreamProducer producer(String topic, LabelStreamSpec spec) {
        return PublishLabels.producer(kafka.bootstrapServers(), topic, spec);
    }

    private static LabelStreamSpec spec(String stream, long resets, long examplesPerTask) {
        return new LabelStreamSpec(
                stream,
                new Images.Synthetic(1, 4, 4, 3, 10, 0.5),
                new Change.RandomLabels(),
                1,
                resets,
                examplesPerTask,
                0);
    }

    private Process startProcess(String topic) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PublishLabels.class.getName(),
                        kafka.bootstrapServers(),
                        topic)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), topic + ".log")))
                .start();
    }

    private static void createTopic(String name, Map<String, String> configuration) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1).configs(configuration)))
                .all()
                .get();
    }

    private static List<TopicPartition> partitions(String topic) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new TopicPartition(topic, i));
        }
        return partitions;
    }

    private static long records(String topic) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions(topic).forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        return admin.listOffsets(latest).all().toCompletionStage().toCompletableFuture().join().values().stream()
                .mapToLong(ListOffsetsResultInfo::offset)
                .sum();
    }

    /** All values, those of one partition after those of another; checks the keys and that one stream has one partition. */
    private static List<byte[]> values(String topic) {
        List<byte[]> values = new ArrayList<>();
        long expected = records(topic);
        int usedPartition = -1;
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(partitions(topic));
            consumer.seekToBeginning(partitions(topic));
            while (values.size() < expected) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    if (usedPartition < 0) {
                        usedPartition = record.partition();
                        assertThat(new String(record.key(), StandardCharsets.UTF_8))
                                .isEqualTo("killed");
                    }
                    if (record.partition() != usedPartition) {
                        assertThat(record.partition()).isEqualTo(usedPartition);
                    }
                    values.add(record.value());
                }
            }
        }
        return values;
    }

    private static KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.copyOf(kafka.clientProperties()), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
