package perennial.jobs.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.jobs.kafka.Samples;
import perennial.schemas.RecordCodec;
import perennial.v1.ActorPosition;
import perennial.v1.LearnerProgress;
import perennial.v1.PolicySnapshot;

class PolicyRecordsTest {

    private final List<String> warnings = new ArrayList<>();
    private final PolicyRecords records = new PolicyRecords(learner -> !learner.equals("other"), warnings::add);
    private final List<PublishedPolicy> policies = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldPutPoliciesTogetherHoweverTheirLearnersChunksInterleave(long seed) {
        List<List<PolicySnapshot>> waiting = new ArrayList<>();
        for (String learner : List.of("a", "b", "c", "other")) {
            List<PolicySnapshot> chunks = new ArrayList<>();
            for (int version = 1; version <= 5; version++) {
                chunks.addAll(Chunks.of(learner, version, version, version + 100 * learner.charAt(0)));
            }
            waiting.add(chunks);
        }
        Random random = new Random(seed);
        while (!waiting.isEmpty()) {
            List<PolicySnapshot> one = waiting.get(random.nextInt(waiting.size()));
            take(one.remove(0));
            waiting.removeIf(List::isEmpty);
        }

        assertThat(policies).hasSize(15);
        for (String learner : List.of("a", "b", "c")) {
            List<PublishedPolicy> own = policies.stream()
                    .filter(one -> one.learner().equals(learner))
                    .toList();
            assertThat(own).extracting(PublishedPolicy::version).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(own).allSatisfy(one -> assertThat(one.tensors())
                    .isEqualTo(Chunks.weights(one.version() + 100 * learner.charAt(0))));
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void shouldSayHowFarALearnerHadCome() {
        Chunks.of("a", 3, 2, 1).forEach(this::take);

        PublishedPolicy policy = policies.get(0);
        assertThat(policy.trainedThrough())
                .containsExactly(new ActorPosition("s", 0, 11L), new ActorPosition("s", 1, 9L));
        assertThat(policy.records()).isEqualTo(22);
        assertThat(policy.chunks()).isEqualTo(2);
        assertThat(policy.publishedMs()).isEqualTo(1_000);
    }

    @Test
    void shouldTakeWhatALearnerPublishedAgainAfterAFailure() {
        List<PolicySnapshot> chunks = Chunks.of("a", 3, 3, 1);
        take(chunks.get(0));
        take(chunks.get(1));
        chunks.forEach(this::take);
        chunks.forEach(this::take);

        assertThat(policies).hasSize(2);
        assertThat(policies.get(1).tensors()).isEqualTo(policies.get(0).tensors());
        assertThat(warnings).isEmpty();
    }

    @Test
    void shouldTellOfAPolicyThatIsNotWholeAndGoOn() {
        List<PolicySnapshot> killed = Chunks.of("a", 3, 3, 1);
        take(killed.get(0));
        take(killed.get(1));
        Chunks.of("a", 4, 3, 2).forEach(this::take);

        assertThat(policies).extracting(PublishedPolicy::version).containsExactly(4L);
        assertThat(records.cut()).isEqualTo(1);
        assertThat(warnings).singleElement().asString().contains("not whole", "learner=a version=3 ");
    }

    @Test
    void shouldNotMixWhatCompactionLeftOfTwoPartitions() {
        // The learner's chunks stand in one partition; a topic that was given more of them has two halves of its past.
        List<PolicySnapshot> chunks = Chunks.of("a", 3, 2, 1);
        add(0, chunks.get(0));
        add(1, chunks.get(1));

        assertThat(policies).isEmpty();
        add(0, chunks.get(1));
        assertThat(policies).hasSize(1);
    }

    @Test
    void shouldCountWhatIsNoPolicyAndTellOfTheFirst() {
        take("broken".getBytes(StandardCharsets.UTF_8));
        take(new byte[0]);
        take(new RecordCodec().encode(Samples.report("a", 1, 0.5)));
        PolicySnapshot noWeights = Chunks.of("a", 1, 1, 1).get(0);
        noWeights.setTensors(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        take(noWeights);
        PolicySnapshot elsewhere = Chunks.of("a", 1, 1, 1).get(0);
        elsewhere.setLearner("../../etc/passwd");
        take(elsewhere);
        PolicySnapshot negative = Chunks.of("a", -1, 1, 1).get(0);
        take(negative);
        PolicySnapshot endless = Chunks.of("a".repeat(201), 1, 1, 1).get(0);
        take(endless);
        // Neither of these is anything to speak of.
        take((byte[]) null);
        take(new RecordCodec().encode(new LearnerProgress("a", "s", 1L, List.of())));
        Chunks.of("a", 2, 1, 1).forEach(this::take);

        assertThat(policies).extracting(PublishedPolicy::version).containsExactly(2L);
        assertThat(records.broken()).isEqualTo(7);
        assertThat(warnings).hasSize(5);
        assertThat(warnings.get(3)).contains("offset=7", "these bytes are not safetensors");
        assertThat(warnings.get(4)).contains("a learner's name", "further ones are only counted");
    }

    private void take(PolicySnapshot chunk) {
        add(0, chunk);
    }

    private void add(int partition, PolicySnapshot chunk) {
        records.add(Chunks.record(partition, null, new RecordCodec().encode(chunk)))
                .ifPresent(policies::add);
    }

    private void take(byte[] value) {
        records.add(Chunks.record(0, null, value)).ifPresent(policies::add);
    }
}
