package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.engine.CpuEngine;
import perennial.learning.event.Event;
import perennial.learning.event.Features;
import perennial.learning.event.Rejection;
import perennial.learning.event.Rejection.Reason;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.plasticity.MetricsSpec;
import perennial.learning.policy.Policy;
import perennial.learning.replay.ObservationEncoding;
import perennial.learning.replay.SamplingSpec;
import perennial.learning.state.LearnerState;
import perennial.learning.value.ValueHeadSpec;
import perennial.learning.value.ValueHeadSpec.TdLoss;

class QLearnerTest {

    private static final SamplingSpec PRIORITISED = new SamplingSpec.Prioritised(0.6, 0.4, 1, 100, 0.01);
    private static final ValueHeadSpec C51 = new ValueHeadSpec.Categorical(11, -3, 3, false, false);

    // ---- When it updates ----

    @Test
    void shouldUpdateEveryFewTransitionsAfterTheWarmUp() {
        LearnerSpec spec = spec(Transitions.task(t -> {
            t.warmUp = 20;
            t.updateEvery = 4;
        }));
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec, "cpu")) {
            List<Long> updates = new ArrayList<>();
            for (int i = 0; i < 29; i++) {
                learner.observe(transition(i, 0, i % 3, 0.5f), output);
                updates.add(learner.updates());
            }

            assertThat(updates.subList(0, 23)).containsOnly(0L);
            assertThat(updates.subList(23, 27)).containsOnly(1L);
            assertThat(updates.subList(27, 29)).containsOnly(2L);
            assertThat(output.reports).hasSize(2);
            assertThat(output.reports.get(0).recordsSeen).isEqualTo(24);
            assertThat(output.reports.get(0).position).isEqualTo(23);
            assertThat(output.reports.get(0).tdError).isPositive();
            assertThat(output.reports.get(0).loss).isPositive();
            assertThat(output.reports.get(0).onlineAccuracy).isNaN();
        }
    }

    @Test
    void shouldNotUpdateWhileThereIsNothingToDraw() {
        LearnerSpec spec = spec(Transitions.task(t -> t.warmUp = 0));
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec, "cpu")) {
            learner.observe(transition(0, 0, 1, 1), output);
            assertThat(learner.updates()).isZero();
            learner.observe(transition(1, 0, 1, 1), output);
            assertThat(learner.updates()).isEqualTo(1);
        }
    }

    @Test
    void shouldCutOffRewardsBeforeItLearnsFromThem() {
        TaskSpec.Reinforcement clipping = Transitions.task(t -> t.rewardLimit = 1);
        TaskSpec.Reinforcement plain = Transitions.task(t -> {});

        assertThat(afterRewards(clipping, 5)).isEqualTo(afterRewards(plain, 1));
        assertThat(afterRewards(clipping, -5)).isEqualTo(afterRewards(plain, -1));
        assertThat(afterRewards(clipping, 0.5f)).isEqualTo(afterRewards(plain, 0.5f));
        assertThat(afterRewards(plain, 5)).isNotEqualTo(afterRewards(plain, 1));
    }

    private static float[] afterRewards(TaskSpec.Reinforcement task, float reward) {
        try (Learner learner = Learners.create(spec(task), "cpu")) {
            for (int i = 0; i < 20; i++) {
                learner.observe(transition(i, 0, i % 3, reward), new RecordingOutput());
            }
            return learner.weights().get("output.weight").data();
        }
    }

    // ---- Target network ----

    @Test
    void shouldLearnFromTheTargetNetworkUntilItIsCopied() {
        float[] never = afterTarget(new TargetSpec.Copied(1000));
        float[] often = afterTarget(new TargetSpec.Copied(1));
        float[] wholly = afterTarget(new TargetSpec.Averaged(1));
        float[] slowly = afterTarget(new TargetSpec.Averaged(0.01));

        assertThat(often).isEqualTo(wholly).isNotEqualTo(never);
        assertThat(slowly).isNotEqualTo(often).isNotEqualTo(never);
        assertThat(distance(slowly, never)).isLessThan(distance(often, never));
    }

    private static float[] afterTarget(TargetSpec target) {
        TaskSpec.Reinforcement task = Transitions.task(t -> t.target = target);
        try (Learner learner = Learners.create(spec(task), "cpu")) {
            Transitions.random(task, 100, 3).forEach(e -> learner.observe(e, new RecordingOutput()));
            return learner.weights().get("output.weight").data();
        }
    }

    private static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.pow(one[i] - other[i], 2);
        }
        return Math.sqrt(sum);
    }

    // ---- Tasks and episodes ----

    @Test
    void shouldSumUpTheEpisodesOfATask() {
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec(Transitions.task(t -> t.rewardLimit = 1)), "cpu")) {
            learner.observe(transition(0, 0, 0, 3), output);
            learner.observe(ending(1, 0, 4), output);
            learner.observe(transition(2, 1, 0, 1), output);
            learner.observe(ending(3, 1, 1), output);
            learner.observe(transition(4, 2, 0, 100), output);
            learner.observe(Events.reset(5, 1), output);
            learner.observe(ending(6, 2, 1), output);
            learner.observe(Events.reset(7, 2), output);
            learner.observe(Events.reset(8, 3), output);

            assertThat(output.summaries).hasSize(2);
            assertThat(output.summaries.get(0).episodes()).isEqualTo(2);
            assertThat(output.summaries.get(0).meanEpisodeReturn()).isEqualTo(4.5);
            assertThat(output.summaries.get(0).records()).isEqualTo(5);
            assertThat(output.summaries.get(0).position()).isEqualTo(5);
            assertThat(output.summaries.get(1).task()).isEqualTo(1);
            assertThat(output.summaries.get(1).meanEpisodeReturn()).isEqualTo(101);
        }
    }

    @Test
    void shouldBelieveReturnsThatAreStated() {
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec(Transitions.task(t -> {})), "cpu")) {
            learner.observe(ending(0, 0, 1), output);
            learner.observe(ending(1, 1, 1), output);
            Event end = new Event();
            end.kind = Event.Kind.EPISODE_END;
            end.stream = "stream";
            end.sequence = 2;
            end.episodeReturn = 7;
            learner.observe(end, output);
            learner.endOfStream(output);

            assertThat(output.summaries.get(0).episodes()).isEqualTo(1);
            assertThat(output.summaries.get(0).meanEpisodeReturn()).isEqualTo(7);
        }
    }

    @Test
    void shouldMeasureDeadUnitsAtTheEndOfATask() {
        TaskSpec.Reinforcement task = Transitions.task(t -> {});
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec(task), "cpu")) {
            Transitions.random(task, 60, 3).forEach(e -> learner.observe(e, output));
            learner.endOfStream(output);

            TaskSummary last = output.summaries.get(output.summaries.size() - 1);
            assertThat(last.deadUnits()).isBetween(0.0, 1.0);
            assertThat(last.averageLoss()).isPositive();
            assertThat(last.averageOnlineAccuracy()).isNaN();
        }
    }

    // ---- What fits it ----

    @Test
    void shouldSayWhyATransitionCannotBeLearnedFrom() {
        TaskSpec.Reinforcement task = Transitions.task(t -> t.encoding = ObservationEncoding.BITS);

        assertThat(task.rejectionOf(transition(0, 0, 2, 1))).isNull();
        assertThat(task.rejectionOf(Events.reset(0, 1))).isNull();
        assertRejected(task, e -> e.action = 3, Reason.UNKNOWN_ACTION, "action=3 actions=3");
        assertRejected(task, e -> e.action = -1, Reason.UNKNOWN_ACTION, "action=-1");
        assertRejected(task, e -> e.reward = Float.NaN, Reason.NOT_FINITE, "reward=NaN");
        assertRejected(task, e -> e.features.resizeFloats(5), Reason.WRONG_SIZE, "expected=4 found=5");
        assertRejected(task, e -> e.features.resizeFloats(4)[1] = Float.NaN, Reason.NOT_FINITE, "index=1 value=NaN");
        assertRejected(task, e -> e.features.resizeFloats(4)[3] = 0.5f, Reason.WRONG_KIND, "encoding=BITS index=3");
        assertRejected(task, e -> e.truncated = true, Reason.WRONG_SIZE, "nextObservation is missing");
        assertRejected(
                task,
                e -> {
                    e.hasNextObservation = true;
                    e.nextObservation.resizeFloats(3);
                },
                Reason.WRONG_SIZE,
                "nextObservation");
        assertRejected(task, e -> e.kind = Event.Kind.EXAMPLE, Reason.WRONG_KIND, "expected a transition");
        assertRejected(
                task,
                e -> {
                    e.kind = Event.Kind.EPISODE_END;
                    e.episodeReturn = Double.NaN;
                },
                Reason.NOT_FINITE,
                "return=NaN");
    }

    private static void assertRejected(
            TaskSpec.Reinforcement task, Consumer<Event> change, Reason reason, String error) {
        Event event = transition(0, 0, 0, 1);
        change.accept(event);
        Rejection rejection = task.rejectionOf(event);
        assertThat(rejection.reason()).isEqualTo(reason);
        assertThat(rejection.error()).contains(error);
    }

    @Test
    void shouldTakeTheShapesOfTheNetworkFromTheTask() {
        TaskSpec.Reinforcement task = Transitions.task(t -> {
            t.observation = List.of(2, 5, 4);
            t.history = 3;
            t.head = C51;
        });

        assertThat(task.input()).containsExactly(6, 5, 4);
        assertThat(task.observationSize()).isEqualTo(40);
        assertThat(task.outputs()).isEqualTo(33);
    }

    @Test
    void shouldRefuseTasksThatMakeNoSense() {
        assertThatThrownBy(() -> Transitions.task(t -> t.actions = 1)).hasMessageContaining("actions=1");
        assertThatThrownBy(() -> Transitions.task(t -> t.scale = 0)).hasMessageContaining("scale=0.0");
        assertThatThrownBy(() -> Transitions.task(t -> t.rewardLimit = -1)).hasMessageContaining("rewardLimit=-1.0");
        assertThatThrownBy(() -> Transitions.task(t -> t.updateEvery = 0)).hasMessageContaining("updateEvery=0");
        assertThatThrownBy(() -> Transitions.task(t -> t.warmUp = -1)).hasMessageContaining("warmUp=-1");
        assertThatThrownBy(() -> Transitions.task(t -> t.capacity = 2)).hasMessageContaining("capacity=2");
        assertThatThrownBy(() -> Transitions.task(t -> t.history = 0)).hasMessageContaining("history=0");
        assertThatThrownBy(() -> Transitions.task(t -> t.discount = 1.1)).hasMessageContaining("discount=1.1");
        assertThatThrownBy(() -> new TargetSpec.Copied(0)).hasMessageContaining("every=0");
        assertThatThrownBy(() -> new TargetSpec.Averaged(0)).hasMessageContaining("rate=0.0");
        assertThatThrownBy(() -> new SamplingSpec.Prioritised(2, 0, 0, 1, 1)).hasMessageContaining("exponent=2.0");
        assertThatThrownBy(() -> new SamplingSpec.Prioritised(1, 0, 0, 1, 0)).hasMessageContaining("minimum=0.0");
    }

    @Test
    void shouldRefusePredictionsAndExamples() {
        SpecBuilder predicting = SpecBuilder.spec().with(s -> {
            s.task = Transitions.task(t -> {});
            s.predictions = true;
        });
        assertThatThrownBy(() -> Learners.create(predicting.build(), "cpu"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("predictions=true");
        try (Learner learner = Learners.create(spec(Transitions.task(t -> {})), "cpu")) {
            assertThatThrownBy(() -> learner.observe(Events.example(0, 1, 1, 2, 3, 4), new RecordingOutput()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("kind=EXAMPLE");
        }
    }

    // ---- Divergence ----

    @Test
    void shouldDiscardDivergingUpdatesAndStopButGoOnCounting() {
        SpecBuilder builder = SpecBuilder.spec().with(s -> {
            s.task = Transitions.task(t -> t.head = new ValueHeadSpec.Expected(TdLoss.SQUARED, true, false));
            s.normalisation = Normalisation.NONE;
            s.method = new MethodSpec.None();
            s.optimiser = new OptimiserSpec.Sgd(3e38);
        });
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(builder.build(), "cpu")) {
            float[] before = learner.weights().get("output.weight").data();
            for (int i = 0; i < 40; i++) {
                learner.observe(transition(i, 0, i % 3, 1), output);
            }

            assertThat(learner.weights().get("output.weight").data()).isEqualTo(before);
            assertThat(output.reports).hasSize(3);
            assertThat(output.reports.get(2).status).isEqualTo(Report.Status.LEARNER_STOPPED);
            learner.endOfStream(output);
            assertThat(output.summaries.get(0).records()).isEqualTo(40);
        }
    }

    // ---- Weights for actors ----

    @ParameterizedTest
    @EnumSource(Scheduler.class)
    void shouldFoldItsFactorsIntoTheWeightsOfAPolicy(Scheduler scheduler) {
        TaskSpec.Reinforcement task = Transitions.task(t -> {
            t.history = 2;
            t.scale = 0.5;
        });
        SpecBuilder builder = SpecBuilder.spec().with(s -> {
            s.task = task;
            s.normalisation = Normalisation.NONE;
            s.method = new MethodSpec.SpectralNormalisation(List.of(-1, -2), Divisor.ALWAYS, 0.5, scheduler, false);
        });
        LearnerSpec spec = builder.build();
        try (CpuEngine engine = new CpuEngine()) {
            QLearner learner = QLearner.create(spec, engine);
            Transitions.random(task, 40, 3).forEach(e -> learner.observe(e, new RecordingOutput()));
            LearnerState before = learner.state();
            NamedTensors folded = learner.policyWeights();
            assertThat(learner.state()).as("asking for them changes nothing").isEqualTo(before);

            Features first = features(1, 0, 1, 1);
            Features second = features(0, 1, 0, 1);
            float[] input = {0.5f, 0, 0.5f, 0.5f, 0, 0.5f, 0, 0.5f};
            double expected = learner.greatestValue(input);
            try (Policy policy = new Policy(task, spec.network(), folded, new CpuEngine())) {
                policy.act(first);
                policy.act(second);
                assertThat(policy.greatestValue()).isCloseTo(expected, within(1e-5));
                policy.beginEpisode();
                policy.act(second);
                assertThat(policy.greatestValue()).isNotCloseTo(expected, within(1e-5));
            }
        }
    }

    @Test
    void shouldGiveItsOwnWeightsToPoliciesWithoutSpectralNormalisation() {
        try (Learner learner = Learners.create(spec(Transitions.task(t -> {})), "cpu")) {
            NamedTensors weights = learner.weights();
            learner.policyWeights().asMap().forEach((name, tensor) -> assertThat(tensor.data())
                    .isEqualTo(weights.get(name).data()));
        }
    }

    @Test
    void shouldBeginBothNetworksOnGivenWeights() {
        TaskSpec.Reinforcement task = Transitions.task(t -> t.target = new TargetSpec.Copied(1000));
        RecordingOutput one = new RecordingOutput();
        RecordingOutput other = new RecordingOutput();
        SpecBuilder seeded = SpecBuilder.spec().with(s -> s.task = task);
        try (Learner first = Learners.create(seeded.build(), "cpu");
                Learner second = Learners.create(seeded.build(), "cpu");
                Learner elsewhere =
                        Learners.create(seeded.with(s -> s.seed = 99).build(), "cpu")) {
            second.initialise(elsewhere.weights());
            second.initialise(first.weights());
            List<Event> events = Transitions.random(task, 60, 3);
            events.forEach(e -> first.observe(e, one));
            events.forEach(e -> second.observe(e, other));

            assertSame(other.reports, one.reports);
        }
    }

    // ---- Resuming ----

    @Property(tries = 80)
    void shouldContinueAsIfItHadNeverStopped(
            @ForAll @IntRange(min = 0, max = 89) int cut,
            @ForAll @IntRange(min = 0, max = 8) int kind,
            @ForAll boolean isPrioritised,
            @ForAll @IntRange(min = 1, max = 3) int steps,
            @ForAll boolean isAveraged,
            @ForAll long seed) {
        LearnerSpec spec = resumable(kind, isPrioritised, steps, isAveraged);
        List<Event> events = Transitions.random((TaskSpec.Reinforcement) spec.task(), 90, seed);
        RecordingOutput undisturbed = new RecordingOutput();
        RecordingOutput interrupted = new RecordingOutput();
        LearnerState expected;
        NamedTensors expectedPolicy;
        try (Learner learner = Learners.create(spec, "cpu")) {
            events.forEach(e -> learner.observe(e, undisturbed));
            expectedPolicy = learner.policyWeights();
            learner.endOfStream(undisturbed);
            expected = learner.state();
        }
        LearnerState saved;
        try (Learner learner = Learners.create(spec, "cpu")) {
            events.subList(0, cut).forEach(e -> learner.observe(e, interrupted));
            saved = learner.state();
        }
        try (Learner learner = Learners.restore(spec, "cpu", saved)) {
            events.subList(cut, events.size()).forEach(e -> learner.observe(e, interrupted));
            NamedTensors policy = learner.policyWeights();
            learner.endOfStream(interrupted);

            assertThat(learner.state()).isEqualTo(expected);
            policy.asMap().forEach((name, tensor) -> assertThat(tensor.data())
                    .isEqualTo(expectedPolicy.get(name).data()));
        }
        assertThat(interrupted.summaries).isEqualTo(undisturbed.summaries);
        assertSame(interrupted.reports, undisturbed.reports);
    }

    private static void assertSame(List<Report> actual, List<Report> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i))
                    .usingRecursiveComparison()
                    .withEqualsForType((a, b) -> Double.compare(a, b) == 0, Double.class)
                    .isEqualTo(expected.get(i));
        }
    }

    static LearnerSpec resumable(int kind, boolean isPrioritised, int steps, boolean isAveraged) {
        return SpecBuilder.spec()
                .with(s -> {
                    s.task = Transitions.task(t -> {
                        t.observation = isConvolutional(kind) ? List.of(1, 4, 4) : List.of(4);
                        t.capacity = 30;
                        t.history = isConvolutional(kind) ? 2 : 1;
                        t.steps = steps;
                        t.encoding = ObservationEncoding.values()[kind % 3];
                        t.sampling = isPrioritised ? PRIORITISED : new SamplingSpec.Uniform();
                        t.head = switch (kind) {
                            case 1 -> C51;
                            case 2 -> new ValueHeadSpec.Expected(TdLoss.SQUARED, true, false);
                            case 6 -> new ValueHeadSpec.Expected(TdLoss.SQUARED, true, true);
                            case 7, 8 -> new ValueHeadSpec.Categorical(11, -3, 3, false, true);
                            default -> new ValueHeadSpec.Expected(TdLoss.HUBER, false, false);
                        };
                        t.target = isAveraged ? new TargetSpec.Averaged(0.1) : new TargetSpec.Copied(7);
                    });
                    s.convolutions = isConvolutional(kind) ? List.of(new ConvolutionSpec(3, 3, 1, 1)) : List.of();
                    s.hidden = List.of(6);
                    s.normalisation = kind >= 3 && kind != 7 ? Normalisation.NONE : Normalisation.LAYER_NORM;
                    s.method = switch (kind) {
                        case 0, 7 -> SpecBuilder.nap(2, AffineMode.DECAY);
                        case 3 -> sn(List.of(-1, -2), Scheduler.MUL_EPS);
                        case 4 -> sn(List.of(-2), Scheduler.NONE);
                        case 5 -> sn(List.of(-2, -3), Scheduler.BIAS_SCALING);
                        case 8 -> sn(List.of(-2, -3), Scheduler.NONE);
                        default -> new MethodSpec.None();
                    };
                    s.metrics = isPrioritised ? SpecBuilder.everything(3, 5) : MetricsSpec.cheap(3);
                })
                .build();
    }

    private static boolean isConvolutional(int kind) {
        return kind == 5 || kind == 8;
    }

    private static MethodSpec sn(List<Integer> layers, Scheduler scheduler) {
        return new MethodSpec.SpectralNormalisation(layers, Divisor.ALWAYS, 0.8, scheduler, false);
    }

    // ---- Allocation ----

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void shouldAllocateNothingInSteadyState(int kind) {
        LearnerSpec spec = SpecBuilder.spec()
                .with(s -> {
                    s.task = resumable(kind, kind % 2 == 1, 1 + kind % 3, kind == 2)
                            .task();
                    LearnerSpec model = resumable(kind, false, 1, false);
                    s.convolutions = model.network().convolutions();
                    s.hidden = List.of(40);
                    s.normalisation = model.network().normalisation();
                    s.method = model.method();
                    s.metrics = SpecBuilder.everything(Integer.MAX_VALUE, 5);
                })
                .build();
        Event[] events = Transitions.random((TaskSpec.Reinforcement) spec.task(), 200, 1).stream()
                .filter(e -> e.kind == Event.Kind.TRANSITION)
                .toArray(Event[]::new);
        RecordingOutput output = new RecordingOutput();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Learner learner = Learners.create(spec, "cpu")) {
            // The least of many rounds, since the JIT compiler's own doings may fall into some of them.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 120; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (Event event : events) {
                    learner.observe(event, output);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }

            assertThat(learner.updates()).isGreaterThan(100 * events.length);
            assertThat(least).as("bytes allocated in %d updates", events.length).isZero();
        }
    }

    // ---- Scenes ----

    private static LearnerSpec spec(TaskSpec.Reinforcement task) {
        return SpecBuilder.spec().with(s -> s.task = task).build();
    }

    private static Event transition(long sequence, long episode, int action, float reward) {
        Event event = new Event();
        event.kind = Event.Kind.TRANSITION;
        event.stream = "stream";
        event.sequence = sequence;
        event.episode = episode;
        event.action = action;
        event.reward = reward;
        event.features.copyFrom(features(sequence % 2, 1, sequence % 3 == 0 ? 1 : 0, 0));
        return event;
    }

    private static Event ending(long sequence, long episode, float reward) {
        Event event = transition(sequence, episode, 0, reward);
        event.terminal = true;
        return event;
    }

    private static Features features(float... values) {
        Features features = new Features();
        System.arraycopy(values, 0, features.resizeFloats(values.length), 0, values.length);
        return features;
    }
}
