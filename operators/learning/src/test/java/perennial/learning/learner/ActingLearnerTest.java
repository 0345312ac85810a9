package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.learning.engine.CpuEngine;
import perennial.learning.event.Event;
import perennial.learning.event.Features;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.policy.Policy;
import perennial.learning.value.ValueHeadSpec;
import perennial.learning.value.ValueHeadSpec.TdLoss;

/** A learner of action values and those that act with its network, or with copies of its weights. */
class ActingLearnerTest {

    private static final int EVENTS = 120;

    enum Kind {
        PLAIN(Normalisation.NONE, new MethodSpec.None()),
        SPECTRAL(
                Normalisation.NONE,
                new MethodSpec.SpectralNormalisation(List.of(-2), Divisor.ALWAYS, 1, Scheduler.NONE, false)),
        BIASES_SCALED(
                Normalisation.NONE,
                new MethodSpec.SpectralNormalisation(
                        List.of(-1, -2), Divisor.ALWAYS, 1, Scheduler.BIAS_SCALING, false)),
        PROJECTED(Normalisation.LAYER_NORM, SpecBuilder.nap(1, AffineMode.DECAY)),
        WITHOUT_AFFINE(Normalisation.RMS_NORM, SpecBuilder.nap(1, AffineMode.DROPPED)),
        DUELING(Normalisation.LAYER_NORM, new MethodSpec.None()),
        STREAMING(Normalisation.LAYER_NORM, new MethodSpec.None());

        private final Normalisation normalisation;
        private final MethodSpec method;

        Kind(Normalisation normalisation, MethodSpec method) {
            this.normalisation = normalisation;
            this.method = method;
        }
    }

    private static LearnerSpec spec(Kind kind) {
        return SpecBuilder.spec()
                .with(s -> {
                    s.task = Transitions.task(t -> {
                        t.observation = List.of(2, 4, 4);
                        t.head = new ValueHeadSpec.Expected(TdLoss.HUBER, false, kind == Kind.DUELING);
                    });
                    if (kind == Kind.STREAMING) {
                        s.task = new TaskSpec.StreamQ(List.of(2, 4, 4), 3, 1, 1, 0.99, 0.8, true, true);
                        s.optimiser = new OptimiserSpec.Obgd(1, 2);
                        s.batchSize = 1;
                    }
                    s.convolutions = List.of(new ConvolutionSpec(3, 3, 1, 0));
                    s.normalisation = kind.normalisation;
                    s.method = kind.method;
                })
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void shouldLeaveNoTraceInWhatIsLearned(Kind kind) {
        LearnerSpec spec = spec(kind);
        List<Event> events = Transitions.random((TaskSpec.ActionValues) spec.task(), EVENTS, 3);
        RecordingOutput alone = new RecordingOutput();
        RecordingOutput watched = new RecordingOutput();
        try (Learner learner = Learners.create(spec, "cpu");
                ActingLearner acting = (ActingLearner) Learners.create(spec, "cpu");
                Policy policy = Policy.of(acting)) {
            float[] copy = new float[acting.policyLength()];
            for (int i = 0; i < EVENTS; i++) {
                learner.observe(events.get(i), alone);
                acting.observe(events.get(i), watched);
                policy.act(observation(i));
                if (i % 7 == 0) {
                    acting.copyPolicyWeights(copy);
                }
            }

            assertThat(acting.updates()).isGreaterThan(80);
            assertThat(acting.state()).isEqualTo(learner.state());
            assertThat(watched.reports)
                    .usingRecursiveComparison()
                    .withEqualsForType((one, other) -> Double.compare(one, other) == 0, Double.class)
                    .isEqualTo(alone.reports);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveThePolicyOfItsWeightsInEveryWay(Kind kind) {
        LearnerSpec spec = spec(kind);
        TaskSpec.ActionValues task = (TaskSpec.ActionValues) spec.task();
        RecordingOutput output = new RecordingOutput();
        try (ActingLearner learner = (ActingLearner) Learners.create(spec, "cpu");
                Policy present = Policy.of(learner);
                Policy copied = new Policy(spec, new CpuEngine())) {
            float[] copy = new float[learner.policyLength()];
            for (Event event : Transitions.random(task, EVENTS, 4)) {
                learner.observe(event, output);
                learner.copyPolicyWeights(copy);
                copied.load(copy);
                try (Policy published = new Policy(task, spec.network(), learner.policyWeights(), new CpuEngine())) {
                    for (int i = 0; i < 3; i++) {
                        Features observation = observation(i + (int) (event.sequence % 5));
                        int action = published.act(observation);
                        assertThat(copied.act(observation)).isEqualTo(action);
                        // Bit for bit: actors over a topic and beside the learner play the same games.
                        assertThat(copied.greatestValue()).isEqualTo(published.greatestValue());
                        assertThat(present.act(observation)).isEqualTo(action);
                        assertThat(present.greatestValue()).isCloseTo(published.greatestValue(), within(1e-4));
                    }
                }
            }
            assertThat(learner.updates()).isGreaterThan(80);
            assertThatThrownBy(() -> present.load(copy)).hasMessageContaining("its learner's network");
        }
    }

    private static Features observation(int number) {
        Features observation = new Features();
        float[] values = observation.resizeFloats(32);
        for (int i = 0; i < values.length; i++) {
            values[i] = (number * 31 + i * 17) % 7 < 3 ? 1 : 0;
        }
        return observation;
    }
}
