package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.event.Event;
import perennial.learning.intervention.InterventionSpec;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Twin;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.state.LearnerState;

class TwinLearnerTest {

    private static final int EVENTS = 300;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReportEqualLossesOfBothRunsUnderDescent(boolean reinforcement) {
        RecordingOutput output =
                observe(spec(Twin.PER_LAYER, new OptimiserSpec.Sgd(reinforcement ? 0.01 : 0.1), false, reinforcement));

        // In float32, of losses of about 1; 75 updates, and 290 of the learner of transitions.
        assertThat(largestDifference(output)).isLessThan(1e-5);
        assertThat(growth(output)).isGreaterThan(1.01);
    }

    @Test
    void shouldReportEqualLossesUnderAdamWithRescaledMomentsOnly() {
        OptimiserSpec adam = new OptimiserSpec.Adam(0.003, 0.9, 0.999, 1e-6);

        assertThat(largestDifference(observe(spec(Twin.PER_LAYER, adam, true, false))))
                .isLessThan(1e-4);
        assertThat(largestDifference(observe(spec(Twin.PER_LAYER, adam, false, false))))
                .isGreaterThan(1e-4);
        assertThat(largestDifference(observe(spec(Twin.UNSCALED, adam, true, false))))
                .isGreaterThan(1e-3);
    }

    @Test
    void shouldHoldTheNormsOfOneRunOnly() {
        RecordingOutput output = observe(spec(Twin.PER_LAYER, new OptimiserSpec.Sgd(0.1), false, false));

        List<Report> projected = named(output, "learner");
        List<Report> free = named(output, "learner.free");
        assertThat(projected).hasSameSizeAs(free).hasSizeGreaterThan(70);
        assertThat(free.get(70).layers.get(1).parameterNorm)
                .isGreaterThan(1.05 * free.get(0).layers.get(1).parameterNorm);
        double radius = projected.get(0).layers.get(1).parameterNorm;
        assertThat(projected).allMatch(report -> Math.abs(report.layers.get(1).parameterNorm / radius - 1) < 1e-5);
        assertThat(free.get(0).variant).isEqualTo("variant.free");
        assertThat(output.summaries).extracting(TaskSummary::learner).contains("learner", "learner.free");
    }

    @Test
    void shouldBeItsProjectedRunToTheOutside() {
        LearnerSpec spec = spec(Twin.UNSCALED, new OptimiserSpec.Adam(0.01, 0.9, 0.999, 1e-8), false, false);
        LearnerSpec alone = spec(Twin.ALONE, spec.optimiser(), false, false);
        List<Event> events = Events.random(spec.task(), EVENTS, 0, 5);
        try (Learner twin = Learners.create(spec, "cpu");
                Learner single = Learners.create(alone, "cpu")) {
            for (Event event : events) {
                twin.observe(event, new RecordingOutput());
                single.observe(event, new RecordingOutput());
            }

            assertThat(twin.updates()).isEqualTo(single.updates());
            single.weights().asMap().forEach((name, tensor) -> assertThat(
                            twin.weights().get(name).data())
                    .isEqualTo(tensor.data()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldContinueAsIfItHadNeverStopped(boolean reinforcement) {
        LearnerSpec spec = spec(Twin.PER_LAYER, new OptimiserSpec.Adam(0.003, 0.9, 0.999, 1e-6), true, reinforcement);
        List<Event> events = events(spec);
        try (Learner undisturbed = Learners.create(spec, "cpu");
                Learner first = Learners.create(spec, "cpu")) {
            events.forEach(event -> undisturbed.observe(event, new RecordingOutput()));
            events.subList(0, 151).forEach(event -> first.observe(event, new RecordingOutput()));
            LearnerState saved = first.state();
            try (Learner second = Learners.restore(spec, "cpu", saved)) {
                events.subList(151, events.size()).forEach(event -> second.observe(event, new RecordingOutput()));

                assertThat(second.state()).isEqualTo(undisturbed.state());
            }
        }
    }

    @Test
    void shouldActWithItsProjectedRun() {
        OptimiserSpec sgd = new OptimiserSpec.Sgd(0.1);
        try (Learner player = Learners.create(spec(Twin.UNSCALED, sgd, false, true), "cpu");
                Learner classifier = Learners.create(spec(Twin.UNSCALED, sgd, false, false), "cpu")) {
            ActingLearner acting = Learners.actingIn(player);

            assertThat(Learners.actingIn(acting)).isSameAs(acting);
            assertThat(acting.weights().get("output.weight").data())
                    .isEqualTo(player.weights().get("output.weight").data());
            assertThatThrownBy(() -> Learners.actingIn(classifier))
                    .hasMessageContaining("actors act with learners of the values of actions");
        }
    }

    @Test
    void shouldTakeTheStateOfATwinOnly() {
        OptimiserSpec sgd = new OptimiserSpec.Sgd(0.1);
        LearnerSpec twin = spec(Twin.GLOBAL, sgd, false, false);
        LearnerSpec alone = spec(Twin.ALONE, sgd, false, false);
        try (Learner one = Learners.create(twin, "cpu");
                Learner other = Learners.create(alone, "cpu")) {
            assertThatThrownBy(
                            () -> Learners.restore(twin, "cpu", other.state()).close())
                    .hasMessageContaining("saved by a learner without a twin: learner=learner saved=supervised");
            assertThatThrownBy(() -> Learners.restore(alone, "cpu", one.state()).close())
                    .hasMessageContaining("saved=twin configured=supervised");
        }
    }

    @Test
    void shouldRefuseWhatATwinCannotFollow() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.method = new MethodSpec.NormalizeAndProject(1, new Affine(AffineMode.FREE, 0), false, Twin.PER_LAYER);
            s.interventions = List.of(new InterventionSpec.L2(0.1));
        });

        assertThatThrownBy(spec::build).hasMessageContaining("there can be no interventions: name=learner");
        assertThatThrownBy(() ->
                        new MethodSpec.NormalizeAndProject(1, new Affine(AffineMode.JOINT, 0), false, Twin.GLOBAL))
                .hasMessageContaining("twin=GLOBAL affine=JOINT");
    }

    private static double largestDifference(RecordingOutput output) {
        List<Report> projected = named(output, "learner");
        List<Report> free = named(output, "learner.free");
        assertThat(projected).hasSameSizeAs(free);
        double largest = 0;
        for (int i = 0; i < free.size(); i++) {
            largest = Math.max(largest, Math.abs(free.get(i).loss - projected.get(i).loss));
        }
        return largest;
    }

    private static double growth(RecordingOutput output) {
        List<Report> free = named(output, "learner.free");
        return free.get(free.size() - 1).layers.get(1).parameterNorm
                / free.get(0).layers.get(1).parameterNorm;
    }

    private static List<Report> named(RecordingOutput output, String name) {
        return output.reports.stream()
                .filter(report -> report.learner.equals(name))
                .toList();
    }

    private static RecordingOutput observe(LearnerSpec spec) {
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec, "cpu")) {
            events(spec).forEach(event -> learner.observe(event, output));
            learner.endOfStream(output);
        }
        return output;
    }

    private static List<Event> events(LearnerSpec spec) {
        return spec.task() instanceof TaskSpec.Reinforcement task
                ? Transitions.random(task, EVENTS, 4)
                : Events.random(spec.task(), EVENTS, 0, 5);
    }

    private static LearnerSpec spec(Twin twin, OptimiserSpec optimiser, boolean rescaleMoments, boolean reinforcement) {
        return SpecBuilder.spec()
                .with(s -> {
                    s.task = reinforcement
                            ? Transitions.task(t -> t.observation = List.of(2, 5, 5))
                            : new TaskSpec.Classification(List.of(2, 5, 5), 3, 1.0);
                    s.convolutions = List.of(new ConvolutionSpec(4, 3, 1, 0));
                    s.normalisationEpsilon = 1e-12;
                    s.method = new MethodSpec.NormalizeAndProject(
                            1, new Affine(AffineMode.DECAY, 0.99), rescaleMoments, twin);
                    s.optimiser = optimiser;
                })
                .build();
    }
}
