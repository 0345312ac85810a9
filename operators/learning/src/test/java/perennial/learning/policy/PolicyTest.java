package perennial.learning.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import perennial.learning.engine.CpuEngine;
import perennial.learning.event.Features;
import perennial.learning.learner.NamedTensors;
import perennial.learning.learner.TargetSpec;
import perennial.learning.learner.TaskSpec;
import perennial.learning.network.Activation;
import perennial.learning.network.Initialiser;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.random.RandomStreams;
import perennial.learning.replay.ObservationEncoding;
import perennial.learning.replay.ReplaySpec;
import perennial.learning.replay.SamplingSpec;
import perennial.learning.value.ValueHeadSpec;
import perennial.learning.value.ValueHeadSpec.TdLoss;

class PolicyTest {

    private static final TaskSpec.Reinforcement TASK = new TaskSpec.Reinforcement(
            List.of(2),
            3,
            0.5,
            new ReplaySpec(10, ObservationEncoding.FLOATS, 2, 1, 0.9, new SamplingSpec.Uniform()),
            new ValueHeadSpec.Expected(TdLoss.HUBER, false, false),
            0,
            0,
            1,
            new TargetSpec.Copied(1));
    private static final NetworkSpec LINEAR =
            new NetworkSpec(List.of(), List.of(), Activation.RELU, 0, Normalisation.NONE, 0, Initialiser.PYTORCH);

    /** Action 0 likes the older frame's first value, 1 the newer one's, 2 likes nothing. */
    private static NamedTensors weights(float older, float newer) {
        return new NamedTensors()
                .put("output.weight", new int[] {3, 4}, new float[] {older, 0, 0, 0, 0, 0, newer, 0, 0, 0, 0, 0})
                .put("output.bias", new int[] {3}, new float[] {0, 0, 0.1f});
    }

    @Test
    void shouldActOnTheLastObservationsOfTheEpisode() {
        try (Policy policy = new Policy(TASK, LINEAR, weights(2, 1), new CpuEngine())) {
            assertThat(policy.act(observation(0))).isEqualTo(2);
            assertThat(policy.act(observation(4))).isEqualTo(1);
            assertThat(policy.greatestValue()).isEqualTo(2);
            assertThat(policy.act(observation(4))).isEqualTo(0);
            assertThat(policy.greatestValue()).isEqualTo(4);

            policy.beginEpisode();
            assertThat(policy.act(observation(0))).isEqualTo(2);
        }
    }

    @Test
    void shouldTakeOverOtherWeightsWithinAnEpisode() {
        try (Policy policy = new Policy(TASK, LINEAR, weights(2, 1), new CpuEngine())) {
            policy.act(observation(4));

            policy.load(weights(0, 1));

            assertThat(policy.act(observation(4))).isEqualTo(1);
        }
    }

    @Test
    void shouldActAtRandomWithTheGivenProbability() {
        UniformRandomProvider generator = new RandomStreams(3).generator("act");
        try (Policy policy = new Policy(TASK, LINEAR, weights(2, 1), new CpuEngine())) {
            int[] counts = new int[3];
            for (int i = 0; i < 6000; i++) {
                policy.beginEpisode();
                counts[policy.act(observation(4), 0.3, generator)]++;
            }

            assertThat(counts[0]).isBetween(500, 700);
            assertThat(counts[2]).isBetween(500, 700);
            assertThat(counts[1]).isBetween(4600, 5000);
        }
    }

    @Test
    void shouldRefuseAnObservationOfAnotherSizeAndWeightsOfAnotherNetwork() {
        try (Policy policy = new Policy(TASK, LINEAR, weights(2, 1), new CpuEngine())) {
            Features wrong = new Features();
            wrong.resizeFloats(3);
            assertThatThrownBy(() -> policy.act(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected=2 found=3");
            assertThatThrownBy(() -> policy.load(new NamedTensors()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("output.weight");
        }
    }

    private static Features observation(float first) {
        Features features = new Features();
        features.resizeFloats(2)[0] = first;
        return features;
    }
}
