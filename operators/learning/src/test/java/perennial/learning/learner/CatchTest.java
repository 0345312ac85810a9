package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.engine.CpuEngine;
import perennial.learning.event.Event;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.plasticity.MetricsSpec;
import perennial.learning.policy.Catch;
import perennial.learning.policy.EpsilonSchedule;
import perennial.learning.policy.Policy;
import perennial.learning.random.RandomStreams;
import perennial.learning.replay.ObservationEncoding;
import perennial.learning.replay.SamplingSpec;
import perennial.learning.value.ValueHeadSpec;
import perennial.learning.value.ValueHeadSpec.TdLoss;

/** Learners that act by their own policies learn to play a small game. */
class CatchTest {

    private static final int STEPS = 4000;
    private static final int TEST_EPISODES = 50;
    private static final MethodSpec NONE = new MethodSpec.None();
    private static final ValueHeadSpec DQN = new ValueHeadSpec.Expected(TdLoss.HUBER, false, false);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldLearnToCatchWithDqn(long seed) {
        assertCatchesAll(spec(seed, DQN, NONE, new SamplingSpec.Uniform(), 1), seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldLearnToCatchWithADistribution(long seed) {
        ValueHeadSpec c51 = new ValueHeadSpec.Categorical(21, -2, 2, false, false);
        assertCatchesAll(spec(seed, c51, NONE, new SamplingSpec.Uniform(), 1), seed);
    }

    @Test
    void shouldLearnToCatchWithDoubleQPrioritiesAndThreeSteps() {
        ValueHeadSpec doubleDqn = new ValueHeadSpec.Expected(TdLoss.SQUARED, true, false);
        SamplingSpec prioritised = new SamplingSpec.Prioritised(0.6, 0.4, 1, 2000, 1e-3);
        assertCatchesAll(spec(4, doubleDqn, NONE, prioritised, 3), 4);
    }

    @Test
    void shouldLearnToCatchWithDuelingStreams() {
        ValueHeadSpec dueling = new ValueHeadSpec.Expected(TdLoss.HUBER, true, true);
        assertCatchesAll(spec(6, dueling, NONE, new SamplingSpec.Uniform(), 1), 6);
    }

    @Test
    void shouldLearnToCatchWithDuelingStreamsOfADistribution() {
        ValueHeadSpec dueling = new ValueHeadSpec.Categorical(21, -2, 2, false, true);
        assertCatchesAll(spec(7, dueling, NONE, new SamplingSpec.Uniform(), 1), 7);
    }

    @Test
    void shouldLearnToCatchWithSpectralNormalisation() {
        MethodSpec sn = new MethodSpec.SpectralNormalisation(List.of(-2), Divisor.CAP, 1, Scheduler.NONE, false);
        assertCatchesAll(spec(5, DQN, sn, new SamplingSpec.Uniform(), 1), 5);
    }

    private static void assertCatchesAll(LearnerSpec spec, long seed) {
        TaskSpec.Reinforcement task = (TaskSpec.Reinforcement) spec.task();
        UniformRandomProvider generator = new RandomStreams(seed).generator("exploration");
        EpsilonSchedule epsilon = new EpsilonSchedule(1, 0.05, 200, 2000);
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
                event.hasNextObservation = event.terminal;
                if (event.terminal) {
                    game.observe(event.nextObservation);
                }
                assertThat(task.rejectionOf(event)).isNull();
                learner.observe(event, output);
                if (event.terminal) {
                    event.episode++;
                    game.begin();
                    policy.load(learner.policyWeights());
                    policy.beginEpisode();
                }
            }
            learner.endOfStream(output);

            assertThat(caught(policy, game, event)).isEqualTo(TEST_EPISODES);
            TaskSummary summary = output.summaries.get(0);
            assertThat(summary.episodes()).isEqualTo(STEPS / (Catch.SIDE - 1));
            assertThat(summary.meanEpisodeReturn()).isBetween(0.2, 1.0);
        }
    }

    private static int caught(Policy policy, Catch game, Event event) {
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
        return caught;
    }

    private static LearnerSpec spec(
            long seed, ValueHeadSpec head, MethodSpec method, SamplingSpec sampling, int steps) {
        return SpecBuilder.spec()
                .with(s -> {
                    s.seed = seed;
                    s.task = Transitions.task(t -> {
                        t.observation = List.of(Catch.SIDE * Catch.SIDE);
                        t.actions = Catch.ACTIONS;
                        t.encoding = ObservationEncoding.BITS;
                        t.capacity = 2000;
                        t.discount = 0.9;
                        t.steps = steps;
                        t.sampling = sampling;
                        t.head = head;
                        t.warmUp = 200;
                        t.target = new TargetSpec.Copied(100);
                    });
                    s.hidden = List.of(32, 32);
                    s.normalisation = Normalisation.NONE;
                    s.method = method;
                    s.optimiser = new OptimiserSpec.Adam(2e-3, 0.9, 0.999, 1e-8);
                    s.batchSize = 16;
                    s.metrics = MetricsSpec.cheap(1000);
                })
                .build();
    }
}
