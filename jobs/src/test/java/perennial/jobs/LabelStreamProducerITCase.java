package perennial.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

    private static EmbeddedKafka kafka;
    private static TestTopics topics;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startKafka() {
        kafka = EmbeddedKafka.start();
        topics = new TestTopics(kafka);
    }

    @AfterAll
    static void stopKafka() {
        topics.close();
        kafka.close();
    }

    @Test
    void shouldLeaveNeitherGapNorRepeatWhenKilledAgainAndAgain() throws Exception {
        topics.create("killed", Map.of());
        topics.create("undisturbed", Map.of());
        Random random = new Random(1);
        int killedWhileItPublished = 0;

        for (int kill = 0; kill < KILLS; kill++) {
            long before = topics.records("killed");
            Process process = startProcess("killed");
            if (kill % 3 == 2) {
                // Some at any moment, from the start of the process on ...
                process.waitFor(random.nextInt(2_000), TimeUnit.MILLISECONDS);
            } else {
                // ... and most while records are under way.
                long target = before + 1 + random.nextInt(25_000);
                await().pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> topics.records("killed") >= target || !process.isAlive());
            }
            process.destroyForcibly().waitFor();
            long after = topics.records("killed");
            killedWhileItPublished += after > before && after < PublishLabels.SPEC.length() ? 1 : 0;
        }
        Process last = startProcess("killed");
        assertThat(last.waitFor()).isZero();
        PublishLabels.producer(kafka.bootstrapServers(), "undisturbed", PublishLabels.SPEC)
                .run();

        assertThat(killedWhileItPublished).isGreaterThanOrEqualTo(KILLS / 2);
        List<byte[]> killed = topics.values("killed", PublishLabels.SPEC.stream());
        List<byte[]> undisturbed = topics.values("undisturbed", PublishLabels.SPEC.stream());
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
        topics.create("finished", Map.of());
        List<LabelStreamSpec> specs = new ArrayList<>();
        for (int i = 0; i < 2 * TestTopics.PARTITIONS; i++) {
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

        assertThat(topics.records("finished"))
                .isEqualTo(specs.size() * specs.get(0).length());
    }

    @Test
    void shouldStopWhenAskedAndGoOnLater() throws Exception {
        topics.create("stopped", Map.of());
        LabelStreamSpec spec = spec("stopped", 100, 10_000);
        LabelStreamProducer producer = producer("stopped", spec);
        CompletableFuture<Outcome> run = CompletableFuture.supplyAsync(producer::run);
        await().until(() -> topics.records("stopped") > 100);

        producer.stop();
        Outcome outcome = run.join();

        assertThat(outcome.published()).isEqualTo(topics.records("stopped"));
        assertThat(outcome.finished()).isFalse();
        LabelStreamProducer next = producer("stopped", spec);
        CompletableFuture<Outcome> nextRun = CompletableFuture.supplyAsync(next::run);
        await().until(() -> topics.records("stopped") > outcome.published());
        next.stop();
        assertThat(nextRun.join().resumedAt()).isEqualTo(outcome.published());
    }

    @Test
    void shouldRefuseToPublishBesideAnotherProducer() throws Exception {
        topics.create("contested", Map.of());
        LabelStreamSpec spec = new LabelStreamSpec(
                "contested", new Images.Synthetic(1, 4, 4, 3, 10, 0.5), new Change.RandomLabels(), 1, 0, 100, 200);
        LabelStreamProducer first = producer("contested", spec);
        CompletableFuture<Outcome> run = CompletableFuture.supplyAsync(first::run);
        await().until(() -> topics.records("contested") > 0);

        assertThatThrownBy(() -> producer("contested", spec).run())
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("another one is writing it");

        first.stop();
        assertThat(run.join().published()).isEqualTo(topics.records("contested"));
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
        topics.create("narrow", Map.of("max.message.bytes", "400"));
        LabelStreamSpec spec = new LabelStreamSpec(
                "narrow", new Images.Synthetic(1, 28, 28, 3, 10, 1), new Change.RandomLabels(), 1, 100, 1, 0);

        assertThatThrownBy(() -> producer("narrow", spec).run())
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("larger than Kafka's limits")
                .hasMessageContaining("max.message.bytes");

        assertThat(topics.records("narrow")).isZero();
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
        return MainProcess.start(folder.resolve(topic + ".log"), PublishLabels.class, kafka.bootstrapServers(), topic);
    }
}
