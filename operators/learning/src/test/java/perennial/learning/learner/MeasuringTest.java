package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.event.Event;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.network.ReferenceNetwork;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.plasticity.MetricsSpec;
import perennial.learning.state.LearnerState;

/** Metrics seen from the learner: all there, right, and without any effect on what is learned. */
class MeasuringTest {

    /** Fields of a report that are about other kinds of learners. */
    private static final List<String> OF_ACTORS = List.of("tdError", "meanEpisodeReturn");

    private static final List<String> OF_EXAMPLES =
            List.of("onlineAccuracy", "taskOnlineAccuracy", "meanEpisodeReturn");

    private final RecordingOutput output = new RecordingOutput();

    // ---- Without effect ----

    @ParameterizedTest
    @CsvSource({"cpu,0,4", "cpu,0,9", "cpu,1,4", "cpu,2,9", "cpu,3,4", "nd4j,2,4", "nd4j,3,9"})
    void shouldLearnTheSameFromExamplesWhateverIsMeasured(String engine, int kind, int probeSize) {
        SpecBuilder spec = examples(kind);
        // The other engine is slow on networks this small, so it gets to see less.
        List<Event> events = Events.random(spec.task, engine.equals("cpu") ? 50 : 9, 12, 1);

        LearnerState without = state(spec.with(s -> s.metrics = MetricsSpec.cheap(1000)), engine, events);
        LearnerState with = state(spec.with(s -> s.metrics = SpecBuilder.everything(1, probeSize)), engine, events);

        assertThat(output.reports).hasSizeGreaterThan(engine.equals("cpu") ? 10 : 1);
        assertSameLearner(with, without);
    }

    @ParameterizedTest
    @CsvSource({"cpu,0", "cpu,1", "cpu,2", "cpu,3", "cpu,4", "cpu,5", "nd4j,4"})
    void shouldLearnTheSameFromTransitionsWhateverIsMeasured(String engine, int kind) {
        LearnerSpec model = QLearnerTest.resumable(kind, kind != 1, 2, kind == 2);
        List<Event> events =
                Transitions.random((TaskSpec.Reinforcement) model.task(), engine.equals("cpu") ? 80 : 16, 3);

        LearnerState without = state(transitions(model, MetricsSpec.cheap(1000)), engine, events);
        LearnerState with = state(transitions(model, SpecBuilder.everything(2, 7)), engine, events);

        assertThat(output.reports).hasSizeGreaterThan(engine.equals("cpu") ? 10 : 1);
        assertSameLearner(with, without);
    }

    private static void assertSameLearner(LearnerState with, LearnerState without) {
        Map<String, Object> kept = new LinkedHashMap<>(with.entries());
        kept.keySet().removeIf(name -> name.startsWith("probe.") || name.equals("random.probe"));
        assertThat(kept.keySet()).isEqualTo(without.entries().keySet());
        kept.forEach((name, value) ->
                assertThat(value).as(name).isEqualTo(without.entries().get(name)));
    }

    private LearnerState state(SpecBuilder spec, String engine, List<Event> events) {
        try (Learner learner = Learners.create(spec.build(), engine)) {
            events.forEach(event -> learner.observe(event, output));
            learner.endOfStream(output);
            return learner.state();
        }
    }

    private static SpecBuilder examples(int kind) {
        return SpecBuilder.spec().with(s -> {
            switch (kind) {
                case 1 -> {
                    s.task = new TaskSpec.Regression(List.of(6), 2, 1.0);
                    s.method = sn(List.of(-2), Scheduler.DIV_OUT, false);
                }
                case 2 -> {
                    s.task = new TaskSpec.Classification(List.of(2, 5, 5), 3, 1.0);
                    s.convolutions = List.of(new ConvolutionSpec(3, 3, 1, 0));
                    s.method = sn(List.of(-2, -3, -4), Scheduler.NONE, true);
                    s.normalisation = Normalisation.NONE;
                }
                case 3 -> {
                    s.hidden = List.of();
                    s.method = new MethodSpec.None();
                }
                default -> {}
            }
        });
    }

    private static MethodSpec sn(List<Integer> layers, Scheduler scheduler, boolean throughSigma) {
        return new MethodSpec.SpectralNormalisation(layers, Divisor.ALWAYS, 0.8, scheduler, throughSigma);
    }

    private static SpecBuilder transitions(LearnerSpec model, MetricsSpec metrics) {
        return SpecBuilder.spec().with(s -> {
            s.task = model.task();
            s.convolutions = model.network().convolutions();
            s.hidden = model.network().hidden();
            s.normalisation = model.network().normalisation();
            s.method = model.method();
            s.metrics = metrics;
        });
    }

    // ---- All there ----

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldFillInEveryValueOfAReportOfExamples(int kind) {
        SpecBuilder spec = examples(kind).with(s -> s.metrics = SpecBuilder.everything(1, 6));
        state(spec, "cpu", Events.random(spec.task, 20, 0, 1));

        Report report = output.reports.get(3);
        List<String> absent = new ArrayList<>(OF_ACTORS);
        if (kind == 1) {
            absent.addAll(List.of("onlineAccuracy", "taskOnlineAccuracy"));
        }
        assertThat(missing(report)).containsExactlyInAnyOrderElementsOf(absent);
        assertThat(report.probeRows).isEqualTo(6);
        // Only spectral normalisation has an estimate of its own, here of the convolution.
        assertThat(missing(report.layers.get(0))).isEqualTo(kind == 2 ? List.of() : List.of("spectralEstimate"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldFillInEveryValueOfAReportOfTransitions(int kind) {
        LearnerSpec model = QLearnerTest.resumable(kind, false, 1, false);
        state(
                transitions(model, SpecBuilder.everything(1, 6)),
                "cpu",
                Transitions.random((TaskSpec.Reinforcement) model.task(), 15, 3));

        Report report = output.reports.get(3);
        assertThat(missing(report)).isSubsetOf(OF_EXAMPLES);
        assertThat(report.probeRows).isEqualTo(6);
    }

    @Test
    void shouldMeasureEachGroupAtItsOwnTimes() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.batchSize = 1;
            s.metrics = new MetricsSpec(2, 4, 6, 0, 0, 0, 8, 0, 4, 1, 1, 1);
        });
        state(spec, "cpu", Events.random(spec.task, 12, 0, 1));

        assertThat(output.reports).extracting(report -> report.update).containsExactly(2L, 4L, 6L, 8L, 10L, 12L);
        assertThat(updatesWith("srank")).containsExactly(6L, 12L);
        assertThat(updatesWith("hessianEigenvalue")).containsExactly(8L);
        assertThat(updatesWith("inputGradientNorm")).isEmpty();
        assertThat(output.reports.stream()
                        .filter(report -> !Double.isNaN(report.layers.get(0).spectralNorm))
                        .map(report -> report.update))
                .containsExactly(4L, 8L, 12L);
        assertThat(output.reports).extracting(report -> report.probeRows).containsExactly(0, 0, 4, 4, 0, 4);
    }

    private List<Long> updatesWith(String field) {
        return output.reports.stream()
                .filter(report -> !missing(report).contains(field))
                .map(report -> report.update)
                .toList();
    }

    private static List<String> missing(Object measured) {
        List<String> missing = new ArrayList<>();
        try {
            for (Field field : measured.getClass().getFields()) {
                if (field.getType() == double.class && Double.isNaN(field.getDouble(measured))) {
                    missing.add(field.getName());
                }
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return missing;
    }

    // ---- Right ----

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void shouldMeasureTheSameOnBothEngines(int kind) {
        SpecBuilder spec = examples(kind).with(s -> s.metrics = SpecBuilder.everything(1, 6));
        List<Event> events = Events.random(spec.task, 8, 0, 1);
        state(spec, "cpu", events);
        state(spec, "nd4j", events);

        Map<String, Double> one = values(output.reports.get(1));
        Map<String, Double> other = values(output.reports.get(3));
        one.forEach((name, value) ->
                assertThat(other.get(name)).as(name).isCloseTo(value, within(1e-4 + 5e-3 * Math.abs(value))));
    }

    private static Map<String, Double> values(Report report) {
        Map<String, Double> values = new TreeMap<>();
        try {
            for (Field field : Report.class.getFields()) {
                if (field.getType() == double.class && !Double.isNaN(field.getDouble(report))) {
                    values.put(field.getName(), field.getDouble(report));
                }
            }
            for (Report.Layer layer : report.layers) {
                for (Field field : Report.Layer.class.getFields()) {
                    if (field.getType() == double.class && !Double.isNaN(field.getDouble(layer))) {
                        values.put(layer.name + "." + field.getName(), field.getDouble(layer));
                    }
                }
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return values;
    }

    @Test
    void shouldMeasureWhatAnUpdateTakesOffTheLossOfItsOwnBatch() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.method = new MethodSpec.None();
            s.optimiser = new OptimiserSpec.Sgd(0.1);
        });
        List<Event> events = Events.random(spec.task, 4, 0, 1);
        double[][] inputs = new double[4][6];
        int[] labels = new int[4];
        for (int row = 0; row < 4; row++) {
            labels[row] = events.get(row).label;
            for (int i = 0; i < 6; i++) {
                inputs[row][i] = events.get(row).features.floats()[i];
            }
        }
        LearnerSpec built = spec.build();
        ReferenceNetwork reference = new ReferenceNetwork(built.network(), List.of(6), 3);
        try (Learner learner = Learners.create(built, "cpu")) {
            double before = reference.crossEntropy(parameters(learner), inputs, labels);
            events.forEach(event -> learner.observe(event, output));
            double after = reference.crossEntropy(parameters(learner), inputs, labels);

            assertThat(output.reports.get(0).samplePlasticity)
                    .isCloseTo(1 - after / before, within(1e-5))
                    .isPositive();
        }
    }

    private static Map<String, double[]> parameters(Learner learner) {
        Map<String, double[]> parameters = new LinkedHashMap<>();
        learner.weights().asMap().forEach((name, tensor) -> {
            double[] values = new double[tensor.data().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.data()[i];
            }
            parameters.put(name, values);
        });
        return parameters;
    }

    @Test
    void shouldAverageTheOnlineAccuracyOverTheTaskAndOverAllTasks() {
        SpecBuilder spec = SpecBuilder.spec();
        List<Event> events = new ArrayList<>(Events.random(spec.task, 12, 0, 1));
        events.add(8, Events.reset(8, 1));
        state(spec, "cpu", events);

        List<Report> reports = output.reports;
        assertThat(reports.get(1).taskOnlineAccuracy)
                .isEqualTo((reports.get(0).onlineAccuracy + reports.get(1).onlineAccuracy) / 2);
        assertThat(reports.get(2).taskOnlineAccuracy).isEqualTo(reports.get(2).onlineAccuracy);
        assertThat(output.summaries.get(1).averageOnlineAccuracy()).isEqualTo(reports.get(2).onlineAccuracy);
        assertThat(output.summaries.get(1).totalOnlineAccuracy())
                .isCloseTo(
                        reports.stream()
                                .mapToDouble(report -> report.onlineAccuracy)
                                .average()
                                .orElseThrow(),
                        within(1e-12));
    }

    @Test
    void shouldTakeTheTasksLastExamplesWhereTheBatchIsSmallerThanTheProbe() {
        // A batch of 1 alone has rank 1; three examples kept give more.
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.batchSize = 1;
            s.metrics = new MetricsSpec(1, 0, 1, 0, 0, 0, 0, 0, 3, 1, 1, 1);
        });
        List<Event> events = new ArrayList<>(Events.random(spec.task, 8, 0, 1));
        events.add(5, Events.reset(5, 1));
        state(spec, "cpu", events);

        assertThat(output.reports).extracting(report -> report.probeRows).containsExactly(1, 2, 3, 3, 3, 1, 2, 3);
        assertThat(output.reports.get(0).effectiveRank).isCloseTo(1, within(1e-9));
        assertThat(output.reports.get(4).effectiveRank).isBetween(1.1, 3.0);
    }
}
