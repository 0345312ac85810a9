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
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.engine.CpuEngine;
import perennial.learning.event.Event;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.plasticity.MetricsSpec;
import perennial.learning.policy.Policy;
import perennial.learning.state.LearnerState;

class StreamQLearnerTest {

    private static final OptimiserSpec PLAIN = new OptimiserSpec.Obgd(1, 2);
    private static final OptimiserSpec ADAPTIVE = new OptimiserSpec.AdaptiveObgd(1, 2, 0.999, 1e-8);

    // ---- The update ----

    /*
     * One input s, two actions, q = w s + b from zeros; discount 1/2, lambda 1/2, rate 1, kappa 2.
     *
     * (1, a0, r 1, 2): all values 0, a0 is greedy; error 1, z = -(1, 1) on (w0, b0), M = 2 * 1 * 2 = 4: w0 = b0 = 1/4.
     * (2, a1, r 0, 0): q(2) = (3/4, 0), q(0) = (1/4, 0), a1 is not greedy; error 1/8; z = -(1/4, 1/4) on (w0, b0) and -(2, 1) on (w1, b1),
     *     M = 2 * 7/2 = 7: steps of 1/56 of it.
     * (0, a0, r 3, terminal): no trace is left; error 3 - b0, z = -1 on b0, M = 2 error: b0 grows by 1/2.
     */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "nd4j"})
    void shouldComeToWhatIsWorkedOutByHand(String engine) {
        LearnerSpec spec = linear(1, 2, 0.5, 0.5);
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec, engine)) {
            learner.initialise(zeros(2, 1));
            learner.observe(transition(0, 0, 1, 1f), output);
            assertThat(learner.updates())
                    .as("the next observation is not there yet")
                    .isZero();

            learner.observe(transition(1, 1, 0, 2f), output);
            assertWeights(learner, new float[] {0.25f, 0}, new float[] {0.25f, 0});

            learner.observe(terminal(2, 0, 3, 0f), output);
            assertThat(learner.updates()).isEqualTo(3);
            assertWeights(
                    learner, new float[] {0.25f + 0.25f / 56, 2f / 56}, new float[] {0.25f + 0.25f / 56 + 0.5f, 1f / 56
                    });
        }
        assertThat(output.reports).extracting(report -> report.loss).satisfies(losses -> {
            assertThat(losses.get(0)).isCloseTo(1, within(1e-6));
            assertThat(losses.get(1)).isCloseTo(1 / 64.0, within(1e-6));
        });
        assertThat(output.reports.get(2).tdError).isCloseTo(3 - 0.25 - 0.25 / 56, within(1e-5));
        assertThat(output.reports.get(2).onlineAccuracy).isNaN();
    }

    /** Networks of all kinds on the streams of two actors with gaps, truncations and observations that come ahead. */
    @Property(tries = 32)
    void shouldFollowTheNaiveLearner(
            @ForAll @IntRange(min = 0, max = 3) int kind,
            @ForAll boolean isAdaptive,
            @ForAll boolean normalises,
            @ForAll boolean scales,
            @ForAll long seed) {
        LearnerSpec spec = spec(s -> {
            s.task = task(kind, normalises, scales);
            shape(s, kind);
            // Without the kinks that finite differences would step over.
            s.activation = Activation.TANH;
            s.optimiser = isAdaptive ? new OptimiserSpec.AdaptiveObgd(0.5, 3, 0.9, 1e-3) : PLAIN;
        });
        List<Event> events = Transitions.random((TaskSpec.ActionValues) spec.task(), 30, seed);
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec, "cpu")) {
            NaiveStreamQ naive = new NaiveStreamQ(spec, learner.weights());
            for (Event event : events) {
                learner.observe(event, output);
                naive.observe(event);
            }

            assertThat(output.reports).hasSameSizeAs(naive.losses);
            for (int i = 0; i < naive.losses.size(); i++) {
                double expected = naive.losses.get(i);
                assertThat(output.reports.get(i).loss)
                        .as("loss of update %d", i + 1)
                        .isCloseTo(expected, within(1e-3 * (1 + expected)));
            }
            NamedTensors weights = learner.weights();
            naive.parameters.forEach((name, expected) -> {
                float[] actual = weights.get(name).data();
                for (int i = 0; i < expected.length; i++) {
                    assertThat((double) actual[i])
                            .as("%s[%d]", name, i)
                            .isCloseTo(expected[i], within(1e-3 * (1 + Math.abs(expected[i]))));
                }
            });
        }
    }

    @Test
    void shouldForgetTheTraceAfterAnActionThatIsNotGreedy() {
        assertThat(afterTwo(0))
                .as("greedy: the first transition is credited too")
                .isGreaterThan(0.25f);
        assertThat(afterTwo(1)).as("not greedy: it is not").isEqualTo(0.25f);
    }

    /** The weight of the first input, which only the first transition had, after a reward for the third. */
    private static float afterTwo(int secondAction) {
        LearnerSpec spec = linear(3, 2, 1, 1);
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec, "cpu")) {
            learner.initialise(zeros(2, 3));
            learner.observe(transition(0, 0, 1, 1f, 0, 0), output);
            learner.observe(transition(1, secondAction, 0, 0, 1f, 0), output);
            float before = learner.weights().get("output.weight").data()[0];
            learner.observe(transition(2, 0, 0, 0, 0, 1f), output);
            float between = learner.weights().get("output.weight").data()[0];
            learner.observe(terminal(3, 0, 5, 0, 0, 1f), output);
            return learner.weights().get("output.weight").data()[0] - between + before;
        }
    }

    @Test
    void shouldHaveNeitherScalesNorOffsetsInItsNormalisers() {
        LearnerSpec spec = spec(s -> {
            s.task = task(1, true, true);
            shape(s, 1);
        });
        try (Learner learner = Learners.create(spec, "cpu")) {
            assertThat(learner.weights().asMap().keySet())
                    .containsExactly("hidden.0.weight", "hidden.1.weight", "output.weight", "output.bias");
        }
    }

    @Test
    void shouldComputeTheSameOnBothEngines() {
        LearnerSpec spec = spec(s -> {
            s.task = task(2, true, true);
            shape(s, 2);
            s.optimiser = ADAPTIVE;
        });
        List<Event> events = Transitions.random((TaskSpec.ActionValues) spec.task(), 60, 4);
        RecordingOutput cpu = new RecordingOutput();
        RecordingOutput nd4j = new RecordingOutput();
        try (Learner one = Learners.create(spec, "cpu");
                Learner other = Learners.create(spec, "nd4j")) {
            events.forEach(event -> one.observe(event, cpu));
            events.forEach(event -> other.observe(event, nd4j));
        }

        assertThat(nd4j.reports).hasSameSizeAs(cpu.reports);
        for (int i = 0; i < cpu.reports.size(); i++) {
            assertThat(nd4j.reports.get(i).loss)
                    .isCloseTo(cpu.reports.get(i).loss, within(1e-3 * (1 + cpu.reports.get(i).loss)));
        }
    }

    // ---- What it reports ----

    @Test
    void shouldReportTheErrorAndCloseTasks() {
        LearnerSpec spec = spec(s -> {
            s.task = task(1, true, true);
            shape(s, 1);
            s.metrics = MetricsSpec.cheap(5);
        });
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec, "cpu")) {
            for (int i = 0; i < 12; i++) {
                learner.observe(transition(i, i % 3, 1, i % 2, 1, 0, 0), output);
            }
            learner.observe(reset(12, 1), output);
            learner.observe(terminal(13, 0, 1, 1, 1, 0, 0), output);
            learner.endOfStream(output);
        }

        assertThat(output.reports).hasSize(2);
        Report report = output.reports.get(0);
        assertThat(report.update).isEqualTo(5);
        assertThat(report.recordsSeen).isEqualTo(6);
        assertThat(report.position).isEqualTo(5);
        assertThat(report.tdError * report.tdError).isCloseTo(report.loss, within(1e-9));
        assertThat(report.gradientNorm).isPositive();
        assertThat(report.layers).hasSize(3);
        assertThat(report.learningRate).isEqualTo(1);
        assertThat(output.summaries).extracting(TaskSummary::records).containsExactly(12L, 1L);
        assertThat(output.summaries).extracting(TaskSummary::updates).containsExactly(11L, 2L);
        assertThat(output.summaries).extracting(TaskSummary::episodes).containsExactly(0L, 1L);
        assertThat(output.summaries.get(1).meanEpisodeReturn()).isEqualTo(13);
    }

    @Test
    void shouldStopWhereUpdatesDiverge() {
        LearnerSpec spec = spec(s -> {
            s.task = task(0, false, false);
            shape(s, 0);
            s.maxDivergences = 2;
        });
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec, "cpu")) {
            float[] before = learner.weights().get("output.weight").data();
            learner.observe(transition(0, 0, 1, 3e38f, 3e38f, 3e38f, 3e38f), output);
            learner.observe(transition(1, 0, 1, 3e38f, 3e38f, 3e38f, 3e38f), output);
            learner.observe(terminal(2, 0, 1, 3e38f, 3e38f, 3e38f, 3e38f), output);
            learner.observe(transition(3, 0, 1, 1, 1, 1, 1), output);

            assertThat(output.reports)
                    .extracting(report -> report.status)
                    .containsExactly(Report.Status.UPDATE_DISCARDED, Report.Status.LEARNER_STOPPED);
            assertThat(learner.updates()).isEqualTo(2);
            assertThat(learner.weights().get("output.weight").data()).isEqualTo(before);
        }
    }

    // ---- Policies ----

    /** Shown the same observations, a policy values actions as its learner does, to the last bit. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void shouldBeActedForByAPolicyThatSeesWhatItSees(int kind) {
        LearnerSpec spec = spec(s -> {
            s.task = task(kind, true, true);
            shape(s, kind);
            // So that learner and policy have the same weights while an episode goes on.
            s.optimiser = new OptimiserSpec.Obgd(0, 2);
        });
        TaskSpec.StreamQ task = (TaskSpec.StreamQ) spec.task();
        RecordingOutput output = new RecordingOutput();
        StreamQLearner learner = StreamQLearner.create(spec, new CpuEngine());
        try (learner;
                Policy policy = new Policy(task, spec.network(), learner.policyWeights(), new CpuEngine())) {
            List<Event> events = new ArrayList<>(Transitions.random(task, 300, 3));
            events.removeIf(event -> event.kind != Event.Kind.TRANSITION || event.actor != 0);
            for (int i = 0; i < events.size(); i++) {
                Event event = events.get(i);
                event.sequence = i;
                event.terminal = i % 9 == 8;
                event.truncated = false;
                event.hasNextObservation = false;
                event.episode = i / 9;
                if (i % 9 == 0) {
                    policy.beginEpisode();
                }

                int action = policy.act(event.features);
                learner.observe(event, output);

                float[] values = learner.values();
                assertThat(policy.greatestValue()).isEqualTo(values[action]);
                for (float value : values) {
                    assertThat(value).isLessThanOrEqualTo(values[action]);
                }
                policy.load(learner.policyWeights());
            }
            assertThat(events).hasSizeGreaterThan(100);
        }
    }

    @Test
    void shouldRefuseAPartOfAStandardOrOneOfAnotherSize() {
        LearnerSpec spec = spec(s -> {
            s.task = task(0, true, true);
            shape(s, 0);
        });
        TaskSpec.StreamQ task = (TaskSpec.StreamQ) spec.task();
        try (Learner learner = Learners.create(spec, "cpu");
                Policy policy = new Policy(task, spec.network(), learner.policyWeights(), new CpuEngine())) {
            NamedTensors part = learner.weights().put("observation.mean", new int[] {4}, new float[4]);
            NamedTensors shorter = learner.weights()
                    .put("observation.count", new int[] {1}, new float[1])
                    .put("observation.mean", new int[] {3}, new float[3])
                    .put("observation.variance", new int[] {3}, new float[3]);

            assertThatThrownBy(() -> policy.load(part))
                    .hasMessageContaining("observation.count=0 observation.mean=4 observation.variance=0");
            assertThatThrownBy(() -> policy.load(shorter)).hasMessageContaining("values=4");
        }
    }

    /** A value that changes for the first time after n observations becomes sqrt(n) at most, however small epsilon is. */
    @Test
    void shouldNotBeThrownByAValueThatNeverChangedBefore() {
        LearnerSpec spec = linear(1, 2, 0.9, 0.8);
        TaskSpec.StreamQ task = new TaskSpec.StreamQ(List.of(1), 2, 1, 1, 0.9, 0.8, true, false);
        NamedTensors weights = new NamedTensors()
                .put("output.weight", new int[] {2, 1}, new float[] {1, 0})
                .put("output.bias", new int[] {2}, new float[2])
                .put("observation.count", new int[] {1}, new float[] {100})
                .put("observation.mean", new int[] {1}, new float[] {3})
                .put("observation.variance", new int[] {1}, new float[] {0});
        try (Policy policy = new Policy(task, spec.network(), weights, new CpuEngine())) {
            policy.act(transition(0, 0, 0, 3f).features);
            assertThat(policy.greatestValue()).isZero();

            policy.act(transition(0, 0, 0, 3.5f).features);

            // Distance 0.5 * 100/101, variance 0.5^2 / 101.
            assertThat(policy.greatestValue()).isCloseTo(100 / Math.sqrt(101), within(1e-4));
        }
    }

    // ---- Resuming ----

    @Property(tries = 80)
    void shouldContinueAsIfItHadNeverStopped(
            @ForAll @IntRange(min = 0, max = 89) int cut,
            @ForAll @IntRange(min = 0, max = 5) int kind,
            @ForAll boolean isAdaptive,
            @ForAll boolean normalises,
            @ForAll long seed) {
        LearnerSpec spec = spec(s -> {
            s.task = task(kind % 4, normalises, !isAdaptive);
            shape(s, kind % 4);
            s.optimiser = isAdaptive ? ADAPTIVE : PLAIN;
            s.method = switch (kind) {
                case 4 -> new MethodSpec.SpectralNormalisation(List.of(-1), Divisor.CAP, 0.5, Scheduler.NONE, false);
                case 5 -> SpecBuilder.nap(2, AffineMode.DROPPED);
                default -> new MethodSpec.None();
            };
            s.metrics = MetricsSpec.cheap(3);
        });
        List<Event> events = Transitions.random((TaskSpec.ActionValues) spec.task(), 90, seed);
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
            assertThat(learner.state()).isEqualTo(saved);
            events.subList(cut, events.size()).forEach(e -> learner.observe(e, interrupted));
            NamedTensors policy = learner.policyWeights();
            learner.endOfStream(interrupted);

            assertThat(learner.state()).isEqualTo(expected);
            assertThat(policy.asMap().keySet()).isEqualTo(expectedPolicy.asMap().keySet());
            policy.asMap().forEach((name, tensor) -> assertThat(tensor.data())
                    .isEqualTo(expectedPolicy.get(name).data()));
        }
        assertThat(interrupted.summaries).isEqualTo(undisturbed.summaries);
        assertThat(interrupted.reports).hasSameSizeAs(undisturbed.reports);
        for (int i = 0; i < interrupted.reports.size(); i++) {
            assertThat(interrupted.reports.get(i))
                    .usingRecursiveComparison()
                    .withEqualsForType((a, b) -> Double.compare(a, b) == 0, Double.class)
                    .isEqualTo(undisturbed.reports.get(i));
        }
    }

    @Test
    void shouldRememberBytesThatCameAheadOfTheirTransition() {
        LearnerSpec spec = linear(2, 2, 1, 1);
        Event ahead = bytes(0, 200, 3);
        ahead.hasNextObservation = true;
        System.arraycopy(new byte[] {(byte) 250, 7}, 0, ahead.nextObservation.resizeBytes(2), 0, 2);
        RecordingOutput output = new RecordingOutput();
        LearnerState saved;
        try (Learner learner = Learners.create(spec, "cpu")) {
            learner.initialise(zeros(2, 2));
            learner.observe(ahead, output);
            saved = learner.state();
        }
        try (Learner learner = Learners.restore(spec, "cpu", saved)) {
            learner.observe(bytes(1, 250, 7), output);
            learner.observe(bytes(2, 1, 1), output);

            assertThat(learner.updates())
                    .as("one for each transition that is complete")
                    .isEqualTo(2);
            float[] trace = learner.state().floats("optimiser.trace");
            assertThat(trace).as("the second transition's and the first one's").contains(-450f);
        }
    }

    // ---- What it refuses ----

    @Test
    void shouldRefuseWhatDoesNotGoTogether() {
        assertThatThrownBy(() -> spec(s -> s.optimiser = new OptimiserSpec.Sgd(0.1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("task=StreamQ optimiser=Sgd");
        assertThatThrownBy(
                        () -> SpecBuilder.spec().with(s -> s.optimiser = PLAIN).build())
                .hasMessageContaining("task=Classification optimiser=Obgd");
        assertThatThrownBy(() -> spec(s -> s.batchSize = 2)).hasMessageContaining("batchSize=2");
        assertThatThrownBy(() -> spec(s -> s.maxGradientNorm = 1)).hasMessageContaining("maxGradientNorm=1.0");
        assertThatThrownBy(() -> Learners.create(spec(s -> s.predictions = true), "cpu"))
                .hasMessageContaining("predictions=true");
        assertThatThrownBy(() -> new TaskSpec.StreamQ(List.of(4), 1, 1, 1, 0.9, 0.8, true, true))
                .hasMessageContaining("actions=1");
        assertThatThrownBy(() -> new TaskSpec.StreamQ(List.of(4), 2, 1, 0, 0.9, 0.8, true, true))
                .hasMessageContaining("history=0");
        assertThatThrownBy(() -> new TaskSpec.StreamQ(List.of(4), 2, 1, 1, 0.9, 1.1, true, true))
                .hasMessageContaining("lambda=1.1");
        try (Learner learner = Learners.create(spec(s -> {}), "cpu")) {
            Event example = new Event();
            assertThatThrownBy(() -> learner.observe(example, new RecordingOutput()))
                    .hasMessageContaining("kind=EXAMPLE");
        }
    }

    @Test
    void shouldRejectTransitionsThatDoNotFit() {
        TaskSpec.StreamQ task = task(0, true, true);

        assertThat(task.rejectionOf(transition(0, 0, 1, 1, 2, 3, 4))).isNull();
        assertThat(task.rejectionOf(transition(0, 3, 1, 1, 2, 3, 4)).error()).contains("action=3");
        assertThat(task.rejectionOf(transition(0, 0, 1, 1, 2, 3)).error()).contains("expected=4 found=3");
        assertThat(task.rejectionOf(transition(0, 0, Float.NaN, 1, 2, 3, 4)).error())
                .contains("reward=NaN");
    }

    // ---- Allocation ----

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void shouldAllocateNothingInSteadyState(int kind) {
        LearnerSpec spec = spec(s -> {
            s.task = task(kind, true, true);
            shape(s, kind);
            s.optimiser = kind % 2 == 0 ? ADAPTIVE : PLAIN;
            s.metrics = MetricsSpec.cheap(Integer.MAX_VALUE);
        });
        List<Event> all = new ArrayList<>(Transitions.random((TaskSpec.ActionValues) spec.task(), 40, 5));
        all.removeIf(event -> event.kind != Event.Kind.TRANSITION);
        Event[] events = all.toArray(new Event[0]);
        RecordingOutput output = new RecordingOutput();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Learner learner = Learners.create(spec, "cpu")) {
            // The least of many rounds, since the JIT compiler's own doings may fall into some of them.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 150; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (Event event : events) {
                    learner.observe(event, output);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }

            assertThat(learner.updates()).isGreaterThan(100 * events.length);
            assertThat(least)
                    .as("bytes allocated in about %d updates", events.length)
                    .isZero();
        }
    }

    // ---- Scenes ----

    private static LearnerSpec spec(Consumer<SpecBuilder> change) {
        return SpecBuilder.spec()
                .with(s -> {
                    s.task = task(0, true, true);
                    s.method = new MethodSpec.None();
                    s.optimiser = PLAIN;
                    s.activation = Activation.LEAKY_RELU;
                    s.batchSize = 1;
                })
                .with(change)
                .build();
    }

    /** A linear function of unscaled inputs, on unscaled rewards. */
    private static LearnerSpec linear(int inputs, int actions, double discount, double lambda) {
        return spec(s -> {
            s.task = new TaskSpec.StreamQ(List.of(inputs), actions, 1, 1, discount, lambda, false, false);
            s.hidden = List.of();
            s.normalisation = Normalisation.NONE;
        });
    }

    private static TaskSpec.StreamQ task(int kind, boolean normalises, boolean scales) {
        return kind == 2
                ? new TaskSpec.StreamQ(List.of(1, 4, 4), 3, 0.5, 2, 0.9, 0.7, normalises, scales)
                : new TaskSpec.StreamQ(List.of(4), 3, 1, kind == 3 ? 3 : 1, 0.95, 0.8, normalises, scales);
    }

    /** 0: linear; 1: two normalised layers; 2: a convolution; 3: layers with biases. */
    private static void shape(SpecBuilder s, int kind) {
        s.convolutions = kind == 2 ? List.of(new ConvolutionSpec(3, 3, 1, 1)) : List.of();
        s.hidden = switch (kind) {
            case 0 -> List.of();
            case 1 -> List.of(8, 6);
            default -> List.of(6);
        };
        s.normalisation = kind == 1 || kind == 2 ? Normalisation.LAYER_NORM : Normalisation.NONE;
    }

    private static NamedTensors zeros(int actions, int inputs) {
        return new NamedTensors()
                .put("output.weight", new int[] {actions, inputs}, new float[actions * inputs])
                .put("output.bias", new int[] {actions}, new float[actions]);
    }

    private static void assertWeights(Learner learner, float[] weight, float[] bias) {
        NamedTensors weights = learner.weights();
        assertThat(weights.get("output.weight").data()).containsExactly(weight, within(1e-6f));
        assertThat(weights.get("output.bias").data()).containsExactly(bias, within(1e-6f));
    }

    private static Event transition(long sequence, int action, float reward, float... observation) {
        Event event = new Event();
        event.kind = Event.Kind.TRANSITION;
        event.stream = "stream";
        event.sequence = sequence;
        event.action = action;
        event.reward = reward;
        System.arraycopy(observation, 0, event.features.resizeFloats(observation.length), 0, observation.length);
        return event;
    }

    private static Event terminal(long sequence, int action, float reward, float... observation) {
        Event event = transition(sequence, action, reward, observation);
        event.terminal = true;
        return event;
    }

    private static Event bytes(long sequence, int first, int second) {
        Event event = transition(sequence, 0, 1);
        System.arraycopy(new byte[] {(byte) first, (byte) second}, 0, event.features.resizeBytes(2), 0, 2);
        return event;
    }

    private static Event reset(long sequence, int task) {
        Event event = new Event();
        event.kind = Event.Kind.LABEL_RESET;
        event.stream = "stream";
        event.sequence = sequence;
        event.task = task;
        return event;
    }
}
