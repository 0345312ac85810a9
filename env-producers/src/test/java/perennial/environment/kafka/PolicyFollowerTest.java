package perennial.environment.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.v1.ActorPosition;
import perennial.v1.LearnerProgress;
import perennial.v1.PolicySnapshot;

class PolicyFollowerTest {

    private final PolicyFollower follower = new PolicyFollower("dqn", "s");

    @Test
    void shouldPutAPolicyTogetherFromItsChunks() {
        follower.accept(chunk(3, 9, 0, 2, 1, 2));
        assertThat(follower.takeNewest()).isNull();
        assertThat(follower.position()).isZero();

        follower.accept(chunk(3, 9, 1, 2, 3));

        PolicyFollower.Snapshot policy = follower.takeNewest();
        assertThat(policy.version()).isEqualTo(3);
        assertThat(policy.position()).isEqualTo(10);
        assertThat(policy.tensors()).containsExactly(1, 2, 3);
        assertThat(follower.position()).isEqualTo(10);
        assertThat(follower.takeNewest()).isNull();
    }

    @Test
    void shouldIgnoreAPolicyThatIsNotWhole() {
        follower.accept(chunk(1, 0, 1, 3, 2));
        follower.accept(chunk(2, 0, 0, 3, 1));
        follower.accept(chunk(2, 0, 2, 3, 3));
        follower.accept(chunk(2, 0, 1, 3, 2));
        follower.accept(chunk(3, 0, 0, 2, 1));
        follower.accept(chunk(4, 0, 1, 2, 1));

        assertThat(follower.takeNewest()).isNull();
    }

    @Test
    void shouldBeginAnewWhereTheFirstChunkComesAgain() {
        follower.accept(chunk(2, 0, 0, 2, 1));
        follower.accept(chunk(2, 0, 0, 2, 1));
        follower.accept(chunk(2, 0, 1, 2, 2));

        assertThat(follower.takeNewest().tensors()).containsExactly(1, 2);
    }

    @Test
    void shouldTakeTheNewestAndPassOverVersionsThatCameBefore() {
        follower.accept(chunk(1, 4, 0, 1, 1));
        follower.accept(chunk(2, 8, 0, 1, 2));
        follower.accept(chunk(1, 4, 0, 1, 1));

        assertThat(follower.takeNewest().version()).isEqualTo(2);
        follower.accept(chunk(2, 8, 0, 1, 2));
        assertThat(follower.takeNewest()).isNull();
    }

    @Test
    void shouldTakeTheNewestPolicyOfAnEarlierPlace() {
        follower.accept(chunk(1, 4, 0, 1, 1));
        follower.accept(chunk(2, 8, 0, 1, 2));
        follower.accept(chunk(3, 12, 0, 1, 3));

        assertThat(follower.hasPolicyAt(4)).isFalse();
        assertThat(follower.takeNewestAt(4)).isNull();
        assertThat(follower.hasPolicyAt(5)).isTrue();
        assertThat(follower.takeNewestAt(12).version()).isEqualTo(2);
        assertThat(follower.takeNewestAt(12)).isNull();
        assertThat(follower.takeNewestAt(13).version()).isEqualTo(3);
    }

    @Test
    void shouldCountTheRecordsOfAllActorsOfTheStreamAndNeverBackwards() {
        follower.accept(progress(
                "dqn", new ActorPosition("s", 0, 9L), new ActorPosition("s", 1, 4L), new ActorPosition("t", 0, 99L)));
        assertThat(follower.position()).isEqualTo(15);

        follower.accept(progress("dqn", new ActorPosition("s", 0, 3L), new ActorPosition("s", 1, 5L)));
        assertThat(follower.position()).isEqualTo(16);
    }

    @Test
    void shouldPassOverOtherLearners() {
        PolicySnapshot chunk = chunk(1, 4, 0, 1, 1);
        chunk.setLearner("other");

        follower.accept(chunk);
        follower.accept(progress("other", new ActorPosition("s", 0, 9L)));

        assertThat(follower.takeNewest()).isNull();
        assertThat(follower.position()).isZero();
    }

    private static LearnerProgress progress(String learner, ActorPosition... positions) {
        return new LearnerProgress(learner, "s", 1L, List.of(positions));
    }

    private static PolicySnapshot chunk(long version, long sequence, int number, int count, int... content) {
        byte[] bytes = new byte[content.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) content[i];
        }
        return new PolicySnapshot(
                "dqn",
                "s",
                version,
                List.of(new ActorPosition("s", 0, sequence)),
                number,
                count,
                ByteBuffer.wrap(bytes));
    }
}
