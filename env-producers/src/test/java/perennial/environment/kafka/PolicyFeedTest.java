package perennial.environment.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import perennial.environment.EnvironmentException;
import perennial.environment.actor.Players;
import perennial.learning.event.Features;
import perennial.learning.policy.Policy;
import perennial.learning.weights.SafeTensors;
import perennial.schemas.RecordCodec;
import perennial.v1.ActorPosition;
import perennial.v1.LearnerProgress;
import perennial.v1.PolicySnapshot;

class PolicyFeedTest {

    private static final TopicPartition PARTITION = new TopicPartition("policies", 0);
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final AgentSpec SPEC = new AgentSpec("dqn", Players.TASK, Players.NETWORK, "cpu", "policies");

    private final RecordCodec codec = new RecordCodec();
    private final List<byte[]> topic = new ArrayList<>();
    private final CountingConsumer consumer = new CountingConsumer();

    @Test
    void shouldReadNoFurtherBackThanToThePolicyLookedFor() {
        for (int i = 0; i < 1000; i++) {
            topic.add(codec.encode(i % 10 == 0 ? policy(i / 10, i) : progress(i)));
        }

        try (PolicyFeed feed = feed()) {
            feed.catchUp(Long.MAX_VALUE, TIMEOUT);

            assertThat(consumer.lowest).isGreaterThan(900);
            assertThat(feed.follower().position()).isEqualTo(1000);
            assertThat(feed.follower().takeNewest().version()).isEqualTo(99);
        }
    }

    @Test
    void shouldReadBackToThePolicyOfAnEarlierPlace() {
        for (int i = 0; i < 1000; i++) {
            topic.add(codec.encode(i % 10 == 0 ? policy(i / 10, i) : progress(i)));
        }

        try (PolicyFeed feed = feed()) {
            feed.catchUp(505, TIMEOUT);

            assertThat(feed.follower().takeNewestAt(505).version()).isEqualTo(50);
            assertThat(feed.follower().takeNewestAt(515).version()).isEqualTo(51);
        }
    }

    @Test
    void shouldGoOnWithWhatComesAfterTheEnd() {
        topic.add(codec.encode(policy(1, 3)));
        topic.add(new byte[] {1, 2, 3});
        topic.add(null);

        try (PolicyFeed feed = feed()) {
            feed.catchUp(Long.MAX_VALUE, TIMEOUT);
            assertThat(feed.follower().takeNewest().version()).isEqualTo(1);

            topic.add(codec.encode(policy(2, 7)));
            consumer.show();
            feed.poll(Duration.ZERO);

            assertThat(feed.follower().takeNewest().version()).isEqualTo(2);
            assertThat(feed.follower().position()).isEqualTo(8);
        }
    }

    @Test
    void shouldFindNothingInAnEmptyTopic() {
        try (PolicyFeed feed = feed()) {
            feed.catchUp(-5, TIMEOUT);

            assertThat(feed.follower().takeNewest()).isNull();
            assertThat(feed.follower().position()).isZero();
        }
    }

    @Test
    void shouldNameThePoliciesTopicWhereKafkaFails() {
        try (PolicyFeed feed = feed()) {
            feed.catchUp(Long.MAX_VALUE, TIMEOUT);
            consumer.setPollException(new TopicAuthorizationException(Set.of("policies")));

            assertThatThrownBy(() -> feed.poll(Duration.ZERO))
                    .isInstanceOf(EnvironmentException.class)
                    .hasMessageContaining("topic=policies")
                    .hasMessageNotContaining("events");

            consumer.setOffsetsException(new TimeoutException("late"));
            assertThatThrownBy(() -> feed.catchUp(Long.MAX_VALUE, TIMEOUT))
                    .isInstanceOf(EnvironmentException.class)
                    .hasMessageContaining("no Kafka broker answered in time: topic=policies");
        }
    }

    @Test
    void shouldKnowThatTheOldestRecordsAreGone() {
        topic.add(codec.encode(policy(1, 3)));
        topic.add(codec.encode(policy(2, 7)));
        try (PolicyFeed feed = feed()) {
            feed.catchUp(5, TIMEOUT);
            assertThat(feed.lacksOldest()).isFalse();
            assertThat(feed.follower().hasPolicyAt(5)).isTrue();

            consumer.updateBeginningOffsets(Map.of(PARTITION, 1L));
            feed.catchUp(5, TIMEOUT);

            assertThat(feed.lacksOldest()).isTrue();
            assertThat(feed.follower().hasPolicyAt(5)).isFalse();
        }
    }

    @Test
    void shouldLoadThePolicyThatTheWeightsAre() {
        Features observation = new Features();
        observation.resizeBytes(400)[37] = 1;
        Policy loaded = null;
        for (long seed = 1; seed <= 5; seed++) {
            loaded = Policies.loaded(loaded, SPEC, SafeTensors.toBytes(Players.weights(seed)));
            loaded.beginEpisode();
            try (Policy expected = Players.policy(seed)) {
                assertThat(loaded.act(observation)).isEqualTo(expected.act(observation));
                assertThat(loaded.greatestValue()).isEqualTo(expected.greatestValue());
            }
        }
        loaded.close();

        assertThatThrownBy(() -> Policies.loaded(null, SPEC, new byte[] {1}))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("learner=dqn topic=policies");
    }

    private PolicyFeed feed() {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, (long) topic.size()));
        return new PolicyFeed(consumer, PARTITION, "dqn", "s", KafkaTrouble.withPolicies(SPEC, Map.of()));
    }

    private static SpecificRecord policy(long version, long sequence) {
        return new PolicySnapshot(
                "dqn", "s", version, List.of(new ActorPosition("s", 0, sequence)), 0, 1, ByteBuffer.allocate(1));
    }

    private static SpecificRecord progress(long sequence) {
        return new LearnerProgress("dqn", "s", 1L, List.of(new ActorPosition("s", 0, sequence)));
    }

    /** A consumer of {@link #topic} that remembers how far back it was asked to go. */
    private final class CountingConsumer extends MockConsumer<byte[], byte[]> {

        private long lowest = Long.MAX_VALUE;

        CountingConsumer() {
            super("earliest");
        }

        @Override
        public void seek(TopicPartition partition, long offset) {
            super.seek(partition, offset);
            lowest = Math.min(lowest, offset);
            show();
        }

        /** The mock hands each record out once: all from the position on are put there again. */
        void show() {
            for (long offset = position(PARTITION); offset < topic.size(); offset++) {
                addRecord(new ConsumerRecord<>(
                        "policies", 0, offset, "dqn".getBytes(StandardCharsets.UTF_8), topic.get((int) offset)));
            }
        }
    }
}
