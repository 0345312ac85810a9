package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static perennial.learning.network.Normalisation.LAYER_NORM;
import static perennial.learning.network.Normalisation.NONE;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.event.Event;
import perennial.learning.intervention.InterventionSpec;
import perennial.learning.intervention.InterventionSpec.RedoVersion;
import perennial.learning.intervention.InterventionSpec.Time;
import perennial.learning.intervention.InterventionSpec.Utility;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.replay.ObservationEncoding;
import perennial.learning.replay.SamplingSpec;
import perennial.learning.value.ValueHeadSpec;
import perennial.learning.value.ValueHeadSpec.TdLoss;

class AllocationTest {

    private static final int WARM_UP = 300;
    private static final int ROUNDS = 20;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAllocateNothingPerSupervisedUpdateInSteadyState(boolean convolutional) {
        check(convolutional, List.of());
    }

    /** Interventions that act at every update, and others between two of their events. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAllocateNothingForInterventions(boolean convolutional) {
        check(
                convolutional,
                List.of(
                        new InterventionSpec.L2(1e-4),
                        new InterventionSpec.L2Init(1e-4),
                        new InterventionSpec.GradientPenalty(1e-3),
                        new InterventionSpec.NoisyUpdates(1e-5),
                        new InterventionSpec.ShrinkAndPerturb(Time.UPDATE, 0.9999, 0.01),
                        new InterventionSpec.Redo(0.1, 1_000_000, 64, RedoVersion.PYTORCH),
                        new InterventionSpec.ContinualBackprop(0.01, 100, 0.99, Utility.ADAPTABLE_CONTRIBUTION, true)));
    }

    private static void check(boolean convolutional, List<InterventionSpec> interventions) {
        SpecBuilder spec = spec().with(s -> {
            s.interventions = interventions;
            s.batchSize = 8;
            s.maxGradientNorm = 0.1;
            s.hidden = interventions.isEmpty() ? List.of(64, 64) : List.of(12, 12);
            s.task = new TaskSpec.Classification(convolutional ? List.of(2, 9, 9) : List.of(50), 3, 1.0);
            s.convolutions =
                    convolutional ? List.of(new ConvolutionSpec(interventions.isEmpty() ? 8 : 3, 3, 1, 1)) : List.of();
        });

        assertNothingAllocated(spec, Events.random(spec.task, 200, 0, 1), 25);
    }

    static Stream<Arguments> reinforcementLearners() {
        MethodSpec sn = new MethodSpec.SpectralNormalisation(List.of(-2), Divisor.CAP, 1, Scheduler.NONE, true);
        MethodSpec biasScaling =
                new MethodSpec.SpectralNormalisation(List.of(-2, -3), Divisor.CAP, 1, Scheduler.BIAS_SCALING, false);
        ValueHeadSpec dqn = new ValueHeadSpec.Expected(TdLoss.HUBER, false, false);
        ValueHeadSpec doubleDqn = new ValueHeadSpec.Expected(TdLoss.SQUARED, true, false);
        ValueHeadSpec c51 = new ValueHeadSpec.Categorical(51, -10, 10, false, false);
        return Stream.of(
                Arguments.of("DQN with NaP", SpecBuilder.nap(1, AffineMode.DECAY), dqn, new SamplingSpec.Uniform()),
                Arguments.of("DQN with SN", sn, dqn, new SamplingSpec.Uniform()),
                Arguments.of("double DQN with bias scaling", biasScaling, doubleDqn, new SamplingSpec.Uniform()),
                Arguments.of("C51", new MethodSpec.None(), c51, new SamplingSpec.Uniform()),
                Arguments.of(
                        "C51 with priorities",
                        new MethodSpec.None(),
                        c51,
                        new SamplingSpec.Prioritised(0.5, 0.4, 1, 1000, 1e-6)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reinforcementLearners")
    void shouldAllocateNothingPerTransitionInSteadyState(
            String name, MethodSpec method, ValueHeadSpec head, SamplingSpec sampling) {
        SpecBuilder spec = spec().with(s -> {
            s.batchSize = 8;
            s.hidden = List.of(64);
            s.convolutions = List.of(new ConvolutionSpec(8, 3, 1, 0));
            s.normalisation = method instanceof MethodSpec.NormalizeAndProject ? LAYER_NORM : NONE;
            s.method = method;
            s.task = Transitions.task(t -> {
                t.observation = List.of(2, 6, 6);
                t.encoding = ObservationEncoding.BITS;
                t.head = head;
                t.sampling = sampling;
                t.steps = 2;
            });
        });
        List<Event> events = Transitions.random((TaskSpec.Reinforcement) spec.task, 50, 1).stream()
                .filter(event -> event.kind == Event.Kind.TRANSITION)
                .toList();

        assertNothingAllocated(spec, events, events.size());
    }

    private static SpecBuilder spec() {
        return SpecBuilder.spec().with(s -> s.metrics = SpecBuilder.everything(Integer.MAX_VALUE, 20));
    }

    private static void assertNothingAllocated(SpecBuilder spec, List<Event> list, int updatesPerRound) {
        Event[] events = list.toArray(new Event[0]);
        RecordingOutput output = new RecordingOutput();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            for (int round = 0; round < WARM_UP; round++) {
                observeAll(learner, events, output);
            }
            long updatesBefore = learner.updates();
            threads.getCurrentThreadAllocatedBytes();

            // The least of several rounds, since the JIT compiler's own doings may fall into one of them.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                observeAll(learner, events, output);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }

            assertThat(learner.updates() - updatesBefore).isEqualTo((long) ROUNDS * updatesPerRound);
            assertThat(least).as("bytes allocated in a round").isZero();
        }
    }

    private static void observeAll(Learner learner, Event[] events, LearnerOutput output) {
        for (Event event : events) {
            learner.observe(event, output);
        }
    }
}
