package perennial.environment.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.environment.EnvironmentException;
import perennial.environment.actor.Players;
import perennial.learning.policy.EpsilonSchedule;
import perennial.schemas.RecordCodec;
import perennial.v1.ActorPosition;
import perennial.v1.LearnerProgress;

class ActorRunTest {

    private static final TopicPartition EVENTS = new TopicPartition("events", 2);
    private static final TopicPartition POLICIES = new TopicPartition("policies", 0);
    private static final byte[] KEY = "breakout".getBytes(StandardCharsets.UTF_8);
    private static final int MAX_LEAD = 10;

    @TempDir
    private Path folder;

    private final RecordCodec codec = new RecordCodec();
    private final ScriptedClock clock = new ScriptedClock();

    @Test
    void shouldSendEveryRecordInTurnAndSaveWhereItStopped() throws Exception {
        MockProducer<byte[], byte[]> producer = producer(true);

        Outcome outcome = act(producer, 1000, false, 50, () -> false);

        assertThat(outcome.finished()).isTrue();
        assertThat(producer.history()).hasSize((int) outcome.published());
        try (TeamRecords team = new TeamRecords(spec(false, 50))) {
            for (ProducerRecord<byte[], byte[]> record : producer.history()) {
                assertThat(record.partition()).isEqualTo(2);
                assertThat(record.key()).isEqualTo(KEY);
                assertThat(codec.decodeEvent(record.value())).isEqualTo(team.next(null));
            }
            assertThat(team.isDone()).isTrue();
        }
        try (TeamRecords team = new TeamRecords(spec(false, 50))) {
            assertThat(team.restore(Files.readAllBytes(folder.resolve("breakout.actors"))))
                    .isEqualTo(outcome.published());
            assertThat(team.records()).isEqualTo(outcome.published());
        }
    }

    @Test
    void shouldWaitWhereTheLearnerIsBehind() throws Exception {
        MockProducer<byte[], byte[]> producer = producer(true);
        int[] asked = new int[1];

        Outcome outcome = act(producer, 25, false, 0, () -> ++asked[0] > 500);

        assertThat(outcome.finished()).isFalse();
        assertThat(outcome.published()).isBetween(25L + MAX_LEAD + 1, 25L + MAX_LEAD + 4);
    }

    @Test
    void shouldRefuseToActInLockstepWithoutItsPolicies() {
        assertThatThrownBy(() -> act(producer(true), 1000, true, 0, () -> false))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("learner=dqn topic=policies stream=breakout takenIn=1;");
    }

    @Test
    void shouldSaveNothingThatTheBrokerDoesNotHave() {
        MockProducer<byte[], byte[]> producer = producer(false);
        int[] asked = new int[1];

        assertThatThrownBy(() -> act(producer, 1000, false, 0, () -> {
                    if (++asked[0] == 20) {
                        producer.errorNext(new RecordTooLargeException("too large"));
                    }
                    return false;
                }))
                .isInstanceOf(PublicationException.class)
                .hasCauseInstanceOf(RecordTooLargeException.class);

        assertThat(folder).isEmptyDirectory();
        assertThat(producer.closed()).isTrue();
    }

    /** Acts with a learner that has no policy, and says that it took in so many records. */
    private Outcome act(
            MockProducer<byte[], byte[]> producer, long takenIn, boolean lockstep, long steps, BooleanSupplier stop)
            throws PublicationException {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        PolicyFeed feed = new PolicyFeed(
                consumer,
                POLICIES,
                "dqn",
                "breakout",
                KafkaTrouble.withPolicies(spec(lockstep, steps).agent(), Map.of("bootstrap.servers", "nowhere:1")));
        consumer.assign(List.of(POLICIES));
        consumer.updateBeginningOffsets(Map.of(POLICIES, 0L));
        consumer.updateEndOffsets(Map.of(POLICIES, 1L));
        LearnerProgress progress =
                new LearnerProgress("dqn", "breakout", 1L, List.of(new ActorPosition("breakout", 0, takenIn - 1)));
        consumer.addRecord(new ConsumerRecord<>("policies", 0, 0, new byte[1], codec.encode(progress)));
        feed.poll(Duration.ZERO);
        ActorStreamSpec spec = spec(lockstep, steps);
        try (feed;
                TeamRecords team = new TeamRecords(spec);
                ActorRun run = new ActorRun(
                        spec,
                        team,
                        feed,
                        new RecordSender(producer, EVENTS, KEY, 0),
                        new StateFile(folder, "breakout"),
                        clock,
                        ProducerSettings.of("events", Map.of("bootstrap.servers", "nowhere:1")),
                        report -> {})) {
            return run.act(stop);
        }
    }

    private ActorStreamSpec spec(boolean lockstep, long steps) {
        return new ActorStreamSpec(
                "breakout",
                2,
                Players::changingBreakout,
                3,
                new EpsilonSchedule(1, 0.1, 10, 100),
                steps,
                0,
                new AgentSpec("dqn", Players.TASK, Players.NETWORK, "cpu", "policies"),
                MAX_LEAD,
                lockstep,
                folder,
                1000);
    }

    private static MockProducer<byte[], byte[]> producer(boolean completes) {
        return new MockProducer<>(completes, null, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
