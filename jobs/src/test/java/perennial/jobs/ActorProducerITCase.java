package perennial.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.environment.EnvironmentException;
import perennial.environment.kafka.ActorProducer;
import perennial.environment.kafka.Agent;
import perennial.environment.kafka.Outcome;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.learning.event.Features;
import perennial.schemas.RecordCodec;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.PolicySnapshot;
import perennial.v1.Transition;

class ActorProducerITCase {

    private static final int KILLS = 10;
    private static final long STEPS = 2500;

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
    void shouldPlayTheSameGamesBitForBitWhenKilledAgainAndAgain() throws Exception {
        createTopics("killed");
        createTopics("undisturbed");
        Random random = new Random(2);
        int killedWhileItPublished = 0;
        long finished;
        try (TestLearner learner = learner("killed")) {
            for (int kill = 0; kill < KILLS; kill++) {
                long before = topics.records("killed");
                Process process = startProcess("killed");
                if (kill % 3 == 2) {
                    // Some at any moment, from the start of the process on ...
                    process.waitFor(random.nextInt(2_000), TimeUnit.MILLISECONDS);
                } else {
                    // ... and most while records are under way.
                    long target = before + 1 + random.nextInt(600);
                    await().pollInterval(Duration.ofMillis(1))
                            .atMost(Duration.ofMinutes(1))
                            .until(() -> topics.records("killed") >= target || !process.isAlive());
                }
                assertThat(process.isAlive() || process.exitValue() == 0).isTrue();
                process.destroyForcibly().waitFor();
                killedWhileItPublished += topics.records("killed") > before ? 1 : 0;
                if (kill == 5) {
                    // A state that is lost must not matter.
                    deleteStates("killed");
                }
            }
            finished = topics.records("killed");
            Process last = startProcess("killed");
            assertThat(last.waitFor()).isZero();
            assertThat(learner.isLearning()).isTrue();
        }
        try (TestLearner learner = learner("undisturbed")) {
            Outcome outcome = producer("undisturbed", STEPS, true).run();
            assertThat(outcome.finished()).isTrue();
            assertThat(learner.isLearning()).isTrue();
        }

        assertThat(killedWhileItPublished).isGreaterThanOrEqualTo(KILLS / 2);
        List<byte[]> killed = topics.values("killed", PublishTransitions.STREAM);
        List<byte[]> undisturbed = topics.values("undisturbed", PublishTransitions.STREAM);
        assertThat((long) killed.size()).isGreaterThan(finished);
        assertNeitherGapNorRepeat(killed);
        for (int i = 0; i < Math.min(killed.size(), undisturbed.size()); i++) {
            assertThat(killed.get(i)).as("record " + i).isEqualTo(undisturbed.get(i));
        }
        assertThat(killed).hasSameSizeAs(undisturbed);
    }

    @Test
    void shouldWaitForItsLearnerAndActWithItsNewestPolicy() throws Exception {
        createTopics("waiting");
        ActorProducer producer = producer("waiting", 400, false);
        CompletableFuture<Outcome> run = CompletableFuture.supplyAsync(producer::run);

        await().atMost(Duration.ofMinutes(1)).until(() -> topics.records("waiting") > PublishTransitions.MAX_LEAD);
        // Nobody learns yet: it stops within the lead, an episode's end aside.
        assertThat(topics.records("waiting")).isLessThanOrEqualTo(PublishTransitions.MAX_LEAD + 3);
        assertThat(run).isNotDone();

        try (TestLearner learner = learner("waiting")) {
            Outcome outcome = run.join();

            assertThat(outcome.finished()).isTrue();
            assertThat(learner.isLearning()).isTrue();
            assertNeitherGapNorRepeat(topics.values("waiting", PublishTransitions.STREAM));
            assertThat(producer("waiting", 400, false).run().nothingToDo()).isTrue();
            try (Agent agent =
                    new Agent(PublishTransitions.agent("waiting-policies"), Map.copyOf(kafka.clientProperties()))) {
                await().until(() -> agent.follow(Duration.ofMillis(100)) && agent.version() > 100);
                agent.beginEpisode();
                Features observation = new Features();
                observation.resizeBytes(400);
                assertThat(agent.act(observation, 0, RandomSource.SPLIT_MIX_64.create(1)))
                        .isBetween(0, 5);
            }
        }
    }

    @Test
    void shouldStopWhenAskedAndGoOnFromItsState() throws Exception {
        createTopics("stopped");
        try (TestLearner learner = learner("stopped")) {
            ActorProducer producer = producer("stopped", 0, false);
            CompletableFuture<Outcome> run = CompletableFuture.supplyAsync(producer::run);
            await().atMost(Duration.ofMinutes(1)).until(() -> topics.records("stopped") > 100);

            producer.stop();
            Outcome outcome = run.join();

            assertThat(outcome.finished()).isFalse();
            assertThat(learner.isLearning()).isTrue();
            assertThat(outcome.published()).isEqualTo(topics.records("stopped"));
            ActorProducer next = producer("stopped", 0, false);
            CompletableFuture<Outcome> nextRun = CompletableFuture.supplyAsync(next::run);
            await().atMost(Duration.ofMinutes(1)).until(() -> topics.records("stopped") > outcome.published());
            next.stop();
            assertThat(nextRun.join().resumedAt()).isEqualTo(outcome.published());
            assertNeitherGapNorRepeat(topics.values("stopped", PublishTransitions.STREAM));
        }
    }

    @Test
    void shouldSayThatTheTopicOfPoliciesIsMissing() throws Exception {
        topics.create("alone", Map.of());

        assertThatThrownBy(() -> producer("alone", 10, false).run())
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("topic=alone-policies")
                .hasMessageContaining("./perennial topics create");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRefuseLockstepWhereThePoliciesThatItNeedsAreGone(boolean newestIsKept) throws Exception {
        String name = newestIsKept ? "compacted" : "expired";
        createTopics(name);
        try (TestLearner learner = learner(name)) {
            ActorProducer producer = producer(name, 0, true);
            CompletableFuture<Outcome> run = CompletableFuture.supplyAsync(producer::run);
            await().atMost(Duration.ofMinutes(1)).until(() -> topics.records(name) > 5 * PublishTransitions.MAX_LEAD);
            producer.stop();
            run.join();
            assertThat(learner.isLearning()).isTrue();
        }
        topics.deleteBefore(newestIsKept ? newestPolicy(name + "-policies") : topics.ends(name + "-policies"));

        assertThatThrownBy(() -> producer(name, 0, true).run())
                .isInstanceOf(EnvironmentException.class)
                .hasMessageStartingWith("in lockstep the policies topic must have the policies")
                .hasMessageContaining("learner=dqn topic=" + name + "-policies stream=breakout")
                .hasMessageContaining("cleanup.policy=delete");
    }

    /** Where the last whole policy begins, and so what compaction keeps. */
    private static Map<TopicPartition, Long> newestPolicy(String topic) {
        RecordCodec codec = new RecordCodec();
        Map<TopicPartition, Long> begins = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topics.read(topic)) {
            if (codec.decode(record.value()) instanceof PolicySnapshot policy && policy.getChunk() == 0) {
                begins.put(new TopicPartition(topic, record.partition()), record.offset());
            }
        }
        return begins;
    }

    private static void assertNeitherGapNorRepeat(List<byte[]> values) {
        RecordCodec codec = new RecordCodec();
        long[] next = new long[PublishTransitions.ACTORS];
        int transitions = 0;
        int resets = 0;
        for (byte[] value : values) {
            Event event = codec.decodeEvent(value);
            assertThat(event.getSequence()).isEqualTo(next[event.getActor()]);
            next[event.getActor()]++;
            transitions += event.getBody() instanceof Transition ? 1 : 0;
            resets += event.getBody() instanceof LabelReset ? 1 : 0;
        }
        assertThat(transitions).isPositive();
        assertThat(resets).isEqualTo(Math.max(0, (transitions / PublishTransitions.ACTORS - 1) / 400));
    }

    private TestLearner learner(String topic) {
        return new TestLearner(
                PublishTransitions.LEARNER,
                Map.copyOf(kafka.clientProperties()),
                topics.partitions(topic),
                topic + "-policies");
    }

    private ActorProducer producer(String topic, long steps, boolean lockstep) {
        return PublishTransitions.producer(
                kafka.bootstrapServers(), topic, topic + "-policies", folder.resolve(topic), steps, lockstep);
    }

    private void deleteStates(String topic) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(topic))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    private Process startProcess(String topic) throws IOException {
        return MainProcess.start(
                folder.resolve(topic + ".log"),
                PublishTransitions.class,
                kafka.bootstrapServers(),
                topic,
                topic + "-policies",
                folder.resolve(topic),
                STEPS);
    }

    private static void createTopics(String name) throws Exception {
        topics.create(name, Map.of());
        topics.create(name + "-policies", Map.of());
    }
}
