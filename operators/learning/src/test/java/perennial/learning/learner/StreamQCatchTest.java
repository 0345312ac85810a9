package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.learning.engine.CpuEngine;
import perennial.learning.event.Event;
import perennial.learning.method.MethodSpec;
import perennial.learning.network.Activation;
import perennial.learning.network.Initialiser;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.plasticity.MetricsSpec;
import perennial.learning.policy.Catch;
import perennial.learning.policy.EpsilonSchedule;
import perennial.learning.policy.Policy;
import perennial.learning.random.RandomStreams;

/** A streaming learner that acts by its own policy, one update old, learns to play a small game, each transition seen once. */
class StreamQCatchTest {

    private static final int STEPS = 12_000;
    private static final int TEST_EPISODES = 50;

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, true"})
    void shouldLearnToCatch(long seed, boolean isAdaptive) {
        LearnerSpec spec = spec(seed, isAdaptive);
        TaskSpec.StreamQ task = (TaskSpec.StreamQ) spec.task();
        UniformRandomProvider generator = new RandomStreams(seed).generator("exploration");
        EpsilonSchedule epsilon = new EpsilonSchedule(1, 0.05, 0, STEPS / 2);
        Catch game = new Catch(seed);
        Event event = new Event();
        event.kind = Event.Kind.TRANSITION;
        event.stream = "catch";
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec, "cpu");
                Policy policy = new Policy(task, spec.network(), learner.policyWeights(), new CpuEngine())) {
            for (int step = 0; step < STEPS; step++) {
                game.observe(event.features);
                event.sequence = step;
                event.action = policy.act(event.features, epsilon.at(step), generator);
                event.reward = game.step(event.action);
                event.terminal = game.isOver();
                event.hasNextObservation = false;
                learner.observe(event, output);
                policy.load(learner.policyWeights());
                if (event.terminal) {
                    event.episode++;
                    game.begin();
                    policy.beginEpisode();
                }
            }

            int caught = 0;
            for (int episode = 0; episode < TEST_EPISODES; episode++) {
                game.begin();
                policy.beginEpisode();
                int reward = 0;
                while (!game.isOver()) {
                    game.observe(event.features);
                    reward = game.step(policy.act(event.features));
                }
                caught += reward == 1 ? 1 : 0;
            }
            assertThat(caught).as("balls caught of %d", TEST_EPISODES).isGreaterThanOrEqualTo(45);
        }
    }

    private static LearnerSpec spec(long seed, boolean isAdaptive) {
        return SpecBuilder.spec()
                .with(s -> {
                    s.seed = seed;
                    s.task = new TaskSpec.StreamQ(
                            List.of(Catch.SIDE * Catch.SIDE), Catch.ACTIONS, 1, 1, 0.9, 0.8, true, true);
                    s.hidden = List.of(64, 64);
                    s.activation = Activation.LEAKY_RELU;
                    s.initialiser = Initialiser.SPARSE;
                    s.method = new MethodSpec.None();
                    s.optimiser = isAdaptive
                            ? new OptimiserSpec.AdaptiveObgd(1, 2, 0.999, 1e-8)
                            : new OptimiserSpec.Obgd(1, 2);
                    s.batchSize = 1;
                    s.metrics = MetricsSpec.cheap(1000);
                })
                .build();
    }
}
