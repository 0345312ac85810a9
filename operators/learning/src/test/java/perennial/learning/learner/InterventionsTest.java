package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.learning.event.Event;
import perennial.learning.intervention.InterventionSpec;
import perennial.learning.intervention.InterventionSpec.RedoVersion;
import perennial.learning.intervention.InterventionSpec.Time;
import perennial.learning.intervention.InterventionSpec.Utility;
import perennial.learning.intervention.InterventionSpec.Values;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.value.ValueHeadSpec;

/** Learners with interventions, at work on streams of events. */
class InterventionsTest {

    /** Every intervention, so strong and so often that it acts within a few updates. */
    static List<InterventionSpec> all() {
        return List.of(
                new InterventionSpec.L2(0.05),
                new InterventionSpec.L2Init(0.05),
                new InterventionSpec.GradientPenalty(0.1),
                new InterventionSpec.NoisyUpdates(0.01),
                new InterventionSpec.ShrinkAndPerturb(Time.UPDATE, 0.99, 0.05),
                new InterventionSpec.ShrinkAndPerturb(Time.LABEL_RESET, 0.5, 0.1),
                new InterventionSpec.Redo(0.7, 3, 4, RedoVersion.DOPAMINE),
                new InterventionSpec.Redo(0.7, 4, 6, RedoVersion.PYTORCH),
                new InterventionSpec.ContinualBackprop(0.1, 2, 0.9, Utility.ADAPTABLE_CONTRIBUTION, false),
                new InterventionSpec.ContinualBackprop(0.1, 2, 0.9, Utility.CONTRIBUTION, true),
                new InterventionSpec.Reinitialise(List.of(-1, -2), Values.FRESH),
                new InterventionSpec.Reinitialise(List.of(-1), Values.ZERO));
    }

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (InterventionSpec intervention : all()) {
            for (boolean convolutional : new boolean[] {false, true}) {
                for (boolean reinforcement : new boolean[] {false, true}) {
                    cases.add(Arguments.of(intervention, convolutional, reinforcement));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldLeaveProjectedWeightsOnTheirSpheres(
            InterventionSpec intervention, boolean convolutional, boolean reinforcement) {
        LearnerSpec spec = spec(intervention, convolutional, reinforcement, SpecBuilder.nap(1, AffineMode.DECAY));
        RecordingOutput output = new RecordingOutput();

        NamedTensors changed = observe(spec, "cpu", output);

        NamedTensors plain =
                observe(spec(null, convolutional, reinforcement, spec.method()), "cpu", new RecordingOutput());
        assertThat(output.reports).hasSizeGreaterThan(20).allMatch(report -> report.status == Report.Status.TRAINED);
        for (Report report : output.reports) {
            for (int layer = 0; layer < report.layers.size() - 1; layer++) {
                double radius = output.reports.get(0).layers.get(layer).parameterNorm;
                assertThat(report.layers.get(layer).parameterNorm)
                        .as("layer %d at update %d", layer, report.update)
                        .isCloseTo(radius, within(1e-4 * radius));
            }
        }
        assertThat(changed.get("output.weight").data())
                .as("an intervention that acted")
                .isNotEqualTo(plain.get("output.weight").data());
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldDoTheSameOnBothEngines(InterventionSpec intervention) {
        LearnerSpec spec = spec(intervention, true, false, new MethodSpec.None());
        RecordingOutput cpu = new RecordingOutput();
        RecordingOutput nd4j = new RecordingOutput();

        NamedTensors one = observe(spec, "cpu", cpu);
        NamedTensors other = observe(spec, "nd4j", nd4j);

        assertThat(nd4j.reports).hasSameSizeAs(cpu.reports);
        one.asMap().forEach((name, tensor) -> {
            float[] found = other.get(name).data();
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i]).as("%s %d", name, i).isCloseTo(tensor.data()[i], within(2e-3f));
            }
        });
    }

    @Test
    void shouldShrinkWeightsByTheirPenalty() {
        OptimiserSpec descent = new OptimiserSpec.Sgd(0.05);
        NamedTensors free =
                observe(SpecBuilder.spec().with(s -> s.optimiser = descent).build());
        NamedTensors penalised = observe(SpecBuilder.spec()
                .with(s -> {
                    s.optimiser = descent;
                    s.method = new MethodSpec.None();
                    s.interventions = List.of(new InterventionSpec.L2(0.5));
                })
                .build());

        assertThat(norm(penalised.get("hidden.0.weight"))).isLessThan(0.7 * norm(free.get("hidden.0.weight")));
    }

    @Test
    void shouldDoNothingAtTheEndOfAStream() {
        LearnerSpec spec = spec(all().get(10), false, false, new MethodSpec.None());
        List<Event> events = Events.random(spec.task(), 32, 0, 5);
        try (Learner learner = Learners.create(spec, "cpu")) {
            RecordingOutput output = new RecordingOutput();
            events.forEach(event -> learner.observe(event, output));
            float[] before = learner.weights().get("output.weight").data();

            learner.endOfStream(output);

            assertThat(learner.weights().get("output.weight").data()).isEqualTo(before);
        }
    }

    @Test
    void shouldDoNothingAtAResetBeforeTheFirstUpdate() {
        LearnerSpec spec = spec(all().get(10), false, false, new MethodSpec.None());
        try (Learner learner = Learners.create(spec, "cpu")) {
            float[] before = learner.weights().get("output.weight").data();

            learner.observe(Events.reset(0, 1), new RecordingOutput());

            assertThat(learner.weights().get("output.weight").data()).isEqualTo(before);
        }
    }

    @Test
    void shouldRefuseAStateOfOtherInterventions() {
        LearnerSpec spec = spec(all().get(0), false, false, new MethodSpec.None());
        LearnerSpec other = spec(all().get(1), false, false, new MethodSpec.None());
        try (Learner learner = Learners.create(spec, "cpu")) {
            assertThatThrownBy(() ->
                            Learners.restore(other, "cpu", learner.state()).close())
                    .hasMessageContaining("another list of interventions: learner=learner saved=l2 configured=l2Init");
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(List.of(all().get(6)), Activation.CRELU, "redo is not defined for activation crelu"),
                Arguments.of(
                        List.of(all().get(8)), Activation.CRELU, "continualBackprop is not defined for activation"),
                Arguments.of(List.of(all().get(0), all().get(0)), Activation.RELU, "written once at most"),
                Arguments.of(List.of(all().get(6), all().get(7)), Activation.RELU, "interventions=redo twice"),
                Arguments.of(
                        List.of(new InterventionSpec.Reinitialise(List.of(-4), Values.FRESH)),
                        Activation.RELU,
                        "layer=-4 layers=3; the first layer is -3"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void shouldRefuseWhatIsNotDefined(List<InterventionSpec> interventions, Activation activation, String sentence) {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.interventions = interventions;
            s.activation = activation;
        });

        assertThatThrownBy(spec::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void shouldRefuseAGradientPenaltyWhereNoOutputIsChosen() {
        SpecBuilder regression = SpecBuilder.spec().with(s -> {
            s.task = new TaskSpec.Regression(List.of(6), 2, 1);
            s.interventions = List.of(new InterventionSpec.GradientPenalty(0.1));
        });
        SpecBuilder c51 = SpecBuilder.spec().with(s -> {
            s.task = Transitions.task(t -> t.head = new ValueHeadSpec.Categorical(5, -1, 1, false, false));
            s.interventions = List.of(new InterventionSpec.GradientPenalty(0.1));
        });

        assertThatThrownBy(regression::build).hasMessageContaining("of which the greatest is chosen");
        assertThatThrownBy(c51::build).hasMessageContaining("of which the greatest is chosen");
    }

    private static double norm(NamedTensors.Tensor tensor) {
        double squares = 0;
        for (float value : tensor.data()) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    private static NamedTensors observe(LearnerSpec spec) {
        return observe(spec, "cpu", new RecordingOutput());
    }

    private static NamedTensors observe(LearnerSpec spec, String engine, RecordingOutput output) {
        List<Event> events = spec.task() instanceof TaskSpec.Reinforcement task
                ? Transitions.random(task, 200, 6)
                : Events.random(spec.task(), 100, 20, 5);
        try (Learner learner = Learners.create(spec, engine)) {
            events.forEach(event -> learner.observe(event, output));
            return learner.weights();
        }
    }

    private static LearnerSpec spec(
            InterventionSpec intervention, boolean convolutional, boolean reinforcement, MethodSpec method) {
        List<Integer> input = convolutional ? List.of(2, 5, 5) : List.of(6);
        return SpecBuilder.spec()
                .with(s -> {
                    s.task = reinforcement
                            ? Transitions.task(t -> t.observation = input)
                            : new TaskSpec.Classification(input, 3, 1.0);
                    s.convolutions = convolutional ? List.of(new ConvolutionSpec(3, 3, 1, 1)) : List.of();
                    s.hidden = List.of(8, 6);
                    s.activation = Activation.LEAKY_RELU;
                    s.normalisation = Normalisation.LAYER_NORM;
                    s.method = method;
                    s.interventions = intervention == null ? List.of() : List.of(intervention);
                    s.optimiser = new OptimiserSpec.Adam(1e-3, 0.9, 0.999, 1e-4);
                })
                .build();
    }
}
