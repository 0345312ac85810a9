package perennial.streaming.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;

class LearnerKeysTest {

    @Property
    void shouldSpreadLearnersEvenlyWhereTheParallelismDividesTheKeyGroups(
            @ForAll @IntRange(min = 1, max = 64) int learners, @ForAll @IntRange(min = 1, max = 8) int parallelism) {
        assertThat(spread(LearnerKeys.of(names(learners)), parallelism)).isLessThanOrEqualTo(1);
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void shouldSpreadLearnersNearlyEvenlyForAnyOtherParallelism(
            @ForAll @IntRange(min = 1, max = 64) int learners, @ForAll @IntRange(min = 9, max = 64) int parallelism) {
        assertThat(spread(LearnerKeys.of(names(learners)), parallelism)).isLessThanOrEqualTo(2);
    }

    @Property(tries = 50)
    void shouldGiveEachLearnerAKeyOfItsOwn(@ForAll @IntRange(min = 1, max = 64) int learners) {
        LearnerKeys keys = LearnerKeys.of(names(learners));

        assertThat(new HashSet<>(keys.asMap().values())).hasSize(learners);
    }

    @Test
    void shouldGiveKeysToMoreLearnersThanThereAreKeyGroups() {
        LearnerKeys keys = LearnerKeys.of(names(LearnerKeys.KEY_GROUPS + 10));

        assertThat(new HashSet<>(keys.asMap().values())).hasSize(LearnerKeys.KEY_GROUPS + 10);
    }

    /** Savepoints depend on these: a change of them would look for learners where they are not. */
    @Test
    void shouldGiveTheKeysThatItAlwaysGave() {
        assertThat(LearnerKeys.of(List.of("none", "layernorm", "nap")).asMap())
                .isEqualTo(Map.of("none", 130, "layernorm", 1701, "nap", 1023));
    }

    @Test
    void shouldKeepTheKeysOfKnownLearners() {
        Map<String, Integer> known =
                new LinkedHashMap<>(LearnerKeys.of(names(3)).asMap());

        LearnerKeys keys = LearnerKeys.of(List.of("new", "learner-2", "learner-0"), known);

        assertThat(keys.of("learner-2")).isEqualTo(known.get("learner-2"));
        assertThat(keys.of("learner-0")).isEqualTo(known.get("learner-0"));
        assertThat(keys.of("new")).isNotIn(known.get("learner-0"), known.get("learner-2"));
        assertThat(keys.asMap().keySet()).containsExactly("new", "learner-2", "learner-0");
    }

    @Test
    void shouldPutANewLearnerFarFromTheOthers() {
        LearnerKeys one = LearnerKeys.of(List.of("a"));

        LearnerKeys two = LearnerKeys.of(List.of("a", "b"), one.asMap());
        LearnerKeys three = LearnerKeys.of(List.of("a", "b", "c"), two.asMap());

        assertThat(spread(two, 2)).isZero();
        assertThat(spread(three, 3)).isZero();
    }

    @Test
    void shouldBeginAnewWhereAllKnownLearnersAreGone() {
        Map<String, Integer> known = LearnerKeys.of(names(3)).asMap();

        assertThat(LearnerKeys.of(List.of("x", "y"), known).asMap())
                .isEqualTo(LearnerKeys.of(List.of("x", "y")).asMap());
    }

    @Test
    void shouldRefuseTwoLearnersOfOneName() {
        assertThatThrownBy(() -> LearnerKeys.of(List.of("nap", "nap")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a learner's name must be unique: name=nap");
    }

    @Test
    void shouldRefuseALearnerItDoesNotKnow() {
        assertThatThrownBy(() -> LearnerKeys.of(List.of("nap")).of("sn")).hasMessageContaining("learner=sn");
    }

    private static int spread(LearnerKeys keys, int parallelism) {
        int[] learnersBySubtask = new int[parallelism];
        for (Integer key : keys.asMap().values()) {
            learnersBySubtask[
                    KeyGroupRangeAssignment.assignKeyToParallelOperator(key, LearnerKeys.KEY_GROUPS, parallelism)]++;
        }
        return IntStream.of(learnersBySubtask).max().orElseThrow()
                - IntStream.of(learnersBySubtask).min().orElseThrow();
    }

    private static List<String> names(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add("learner-" + i);
        }
        return names;
    }
}
