package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.event.Event;
import perennial.learning.learner.NamedTensors.Tensor;
import perennial.learning.learner.Report.Status;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.network.Activation;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.optimise.ScheduleSpec;
import perennial.learning.plasticity.MetricsSpec;

class SupervisedLearnerTest {

    private final RecordingOutput output = new RecordingOutput();

    @Test
    void shouldUpdateWhenABatchIsFull() {
        SpecBuilder spec = SpecBuilder.spec();
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            List<Event> events = Events.random(spec.task, 8, 0, 1);

            observe(learner, events.subList(0, 3));
            assertThat(learner.updates()).isZero();
            observe(learner, events.subList(3, 8));

            assertThat(learner.updates()).isEqualTo(2);
            assertThat(output.reports).hasSize(2);
            Report report = output.reports.get(1);
            assertThat(report.update).isEqualTo(2);
            assertThat(report.recordsSeen).isEqualTo(8);
            assertThat(report.position).isEqualTo(7);
            assertThat(report.status).isEqualTo(Status.TRAINED);
            assertThat(report.stream).isEqualTo("stream");
            assertThat(report.layers).extracting(layer -> layer.name).containsExactly("hidden.0", "hidden.1", "output");
            assertThat(report.definitions).isEqualTo("perennial-metrics-1");
            assertThat(report.engine).startsWith("cpu/");
        }
    }

    @Test
    void shouldReportOnlyWhenDue() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> s.metrics = MetricsSpec.cheap(3));
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            observe(learner, Events.random(spec.task, 40, 0, 1));

            assertThat(output.reports).extracting(report -> report.update).containsExactly(3L, 6L, 9L);
        }
    }

    @Test
    void shouldLearn() {
        SpecBuilder spec = SpecBuilder.spec();
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            List<Event> events = Events.random(spec.task, 8, 0, 1);
            for (int epoch = 0; epoch < 100; epoch++) {
                observe(learner, events);
            }

            assertThat(output.reports.get(0).loss).isGreaterThan(0.8);
            assertThat(output.reports.get(199).loss).isLessThan(0.1);
            assertThat(output.reports.get(199).onlineAccuracy).isEqualTo(1.0);
        }
    }

    @Test
    void shouldTrainTheBegunBatchAndSumUpTheTaskAtALabelReset() {
        SpecBuilder spec = SpecBuilder.spec();
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            List<Event> events = Events.random(spec.task, 6, 0, 1);

            observe(learner, events);
            learner.observe(Events.reset(6, 5), output);
            learner.observe(Events.random(spec.task, 1, 0, 2).get(0), output);
            learner.endOfStream(output);

            assertThat(learner.updates()).isEqualTo(3);
            assertThat(output.summaries).hasSize(2);
            TaskSummary first = output.summaries.get(0);
            Report whole = output.reports.get(0);
            Report part = output.reports.get(1);
            assertThat(first.task()).isZero();
            assertThat(first.updates()).isEqualTo(2);
            assertThat(first.records()).isEqualTo(6);
            assertThat(first.position()).isEqualTo(6);
            assertThat(first.firstLoss()).isEqualTo(whole.loss);
            assertThat(first.lastLoss()).isEqualTo(part.loss);
            assertThat(first.averageLoss()).isCloseTo((4 * whole.loss + 2 * part.loss) / 6, within(1e-12));
            assertThat(first.averageOnlineAccuracy())
                    .isCloseTo((4 * whole.onlineAccuracy + 2 * part.onlineAccuracy) / 6, within(1e-12));
            assertThat(first.parameterNorm()).isEqualTo(part.parameterNorm);
            assertThat(first.effectiveLearningRate()).isEqualTo(part.effectiveLearningRate);
            assertThat(first.deadUnits()).isBetween(0.0, 1.0);
            assertThat(first.totalUpdates()).isEqualTo(2);
            assertThat(part.task).isZero();
            assertThat(output.summaries.get(1).task()).isEqualTo(5);
            assertThat(output.summaries.get(1).updates()).isEqualTo(1);
            assertThat(output.summaries.get(1).totalUpdates()).isEqualTo(3);
            assertThat(output.reports.get(2).updateInTask).isEqualTo(1);
            assertThat(output.reports.get(2).task).isEqualTo(5);
        }
    }

    @Test
    void shouldOnlySetTheTasksNumberWhereAResetComesFirst() {
        SpecBuilder spec = SpecBuilder.spec();
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            learner.observe(Events.reset(0, 3), output);
            observe(learner, Events.random(spec.task, 4, 0, 1));

            assertThat(output.summaries).isEmpty();
            assertThat(output.reports.get(0).task).isEqualTo(3);
        }
    }

    @Test
    void shouldSayNothingAtTheEndOfAStreamWithoutRecords() {
        try (Learner learner = Learners.create(SpecBuilder.spec().build(), "cpu")) {
            learner.endOfStream(output);

            assertThat(output.summaries).isEmpty();
        }
    }

    @Test
    void shouldScoreEachExampleBeforeLearningFromIt() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> s.predictions = true);
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            List<Event> events = Events.random(spec.task, 8, 0, 1);

            observe(learner, events);

            assertThat(output.predictions).hasSize(8);
            int right = 0;
            for (int i = 0; i < 4; i++) {
                Prediction prediction = output.predictions.get(i);
                assertThat(prediction.sequence()).isEqualTo(i);
                assertThat(prediction.update()).isZero();
                assertThat(prediction.probability()).isBetween(1f / 3, 1f);
                right += prediction.predictedClass() == events.get(i).label ? 1 : 0;
            }
            assertThat(output.reports.get(0).onlineAccuracy).isEqualTo(right / 4.0);
            assertThat(output.predictions.get(4).update()).isEqualTo(1);
        }
    }

    @Test
    void shouldPredictTheSameAsASingleExampleWould() {
        SpecBuilder batched = SpecBuilder.spec().with(s -> s.predictions = true);
        SpecBuilder single = SpecBuilder.spec().with(s -> {
            s.predictions = true;
            s.batchSize = 1;
            s.optimiser = new OptimiserSpec.Sgd(0);
            s.method = new MethodSpec.None();
        });
        RecordingOutput other = new RecordingOutput();
        try (Learner one = Learners.create(batched.build(), "cpu");
                Learner alone = Learners.create(single.build(), "cpu")) {
            List<Event> events = Events.random(batched.task, 4, 0, 1);

            observe(one, events);
            events.forEach(event -> alone.observe(event, other));

            for (int i = 0; i < 4; i++) {
                assertThat(output.predictions.get(i).predictedClass())
                        .isEqualTo(other.predictions.get(i).predictedClass());
                assertThat(output.predictions.get(i).probability())
                        .isCloseTo(other.predictions.get(i).probability(), within(1e-6f));
            }
        }
    }

    @Test
    void shouldLearnValues() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.task = new TaskSpec.Regression(List.of(6), 2, 1.0);
            s.predictions = true;
        });
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            List<Event> events = Events.random(spec.task, 4, 0, 1);
            for (int epoch = 0; epoch < 200; epoch++) {
                observe(learner, events);
            }
            learner.endOfStream(output);

            assertThat(output.reports.get(199).loss).isLessThan(0.02);
            assertThat(output.reports.get(199).onlineAccuracy).isNaN();
            assertThat(output.summaries.get(0).averageOnlineAccuracy()).isNaN();
            Prediction last = output.predictions.get(output.predictions.size() - 1);
            assertThat(last.predictedClass()).isEqualTo(-1);
            assertThat(last.values()[0]).isCloseTo(events.get(3).target.floats()[0], within(0.5f));
        }
    }

    @Test
    void shouldScaleInputs() {
        SpecBuilder plain = SpecBuilder.spec();
        SpecBuilder scaled = SpecBuilder.spec().with(s -> s.task = new TaskSpec.Classification(List.of(6), 3, 0.5));
        RecordingOutput other = new RecordingOutput();
        try (Learner one = Learners.create(plain.build(), "cpu");
                Learner two = Learners.create(scaled.build(), "cpu")) {
            for (Event event : Events.random(plain.task, 4, 0, 1)) {
                one.observe(event, output);
                for (int i = 0; i < 6; i++) {
                    event.features.floats()[i] *= 2;
                }
                two.observe(event, other);
            }

            assertThat(other.reports.get(0).loss).isEqualTo(output.reports.get(0).loss);
        }
    }

    @Test
    void shouldForgetTheOptimisersMemoryAtAResetIfAsked() {
        assertThat(weightsAfterReset(true)).isNotEqualTo(weightsAfterReset(false));
    }

    private float[] weightsAfterReset(boolean resetOptimiser) {
        SpecBuilder spec = SpecBuilder.spec().with(s -> s.resetOptimiserOnReset = resetOptimiser);
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            observe(learner, Events.random(spec.task, 8, 0, 1));
            learner.observe(Events.reset(8, 1), output);
            observe(learner, Events.random(spec.task, 4, 0, 2));
            long steps = learner.state().longs("optimiser.steps")[0];
            assertThat(steps).isEqualTo(resetOptimiser ? 1 : 3);
            return learner.weights().get("hidden.0.weight").data();
        }
    }

    @Test
    void shouldRestartTheScheduleAtAResetIfAsked() {
        for (boolean restart : new boolean[] {true, false}) {
            output.reports.clear();
            SpecBuilder spec = SpecBuilder.spec().with(s -> s.schedule = new ScheduleSpec.Linear(0, 10, restart));
            try (Learner learner = Learners.create(spec.build(), "cpu")) {
                observe(learner, Events.random(spec.task, 8, 0, 1));
                learner.observe(Events.reset(8, 1), output);
                observe(learner, Events.random(spec.task, 4, 0, 2));

                assertThat(output.reports.get(0).learningRate).isEqualTo(0.01);
                assertThat(output.reports.get(1).learningRate).isCloseTo(0.009, within(1e-12));
                assertThat(output.reports.get(2).learningRate).isCloseTo(restart ? 0.01 : 0.008, within(1e-12));
            }
        }
    }

    @Test
    void shouldClipWithoutHidingTheGradientsNorm() {
        SpecBuilder free = SpecBuilder.spec().with(s -> s.optimiser = new OptimiserSpec.Sgd(0.1));
        SpecBuilder clipped = SpecBuilder.spec().with(s -> {
            s.optimiser = new OptimiserSpec.Sgd(0.1);
            s.maxGradientNorm = 0.01;
        });
        RecordingOutput other = new RecordingOutput();
        try (Learner one = Learners.create(free.build(), "cpu");
                Learner two = Learners.create(clipped.build(), "cpu")) {
            observe(one, Events.random(free.task, 4, 0, 1));
            Events.random(free.task, 4, 0, 1).forEach(event -> two.observe(event, other));

            Report without = output.reports.get(0);
            Report with = other.reports.get(0);
            assertThat(with.gradientNorm).isEqualTo(without.gradientNorm);
            double moved = Math.sqrt(with.layers.stream()
                    .mapToDouble(layer -> layer.updateNorm * layer.updateNorm)
                    .sum());
            assertThat(moved).isLessThanOrEqualTo(0.001 + 1e-8).isGreaterThan(0.0005);
        }
    }

    @Test
    void shouldKeepTheEffectiveLearningRateFlatUnderNap() {
        List<Report> projected = run(SpecBuilder.nap(1, AffineMode.FREE));
        List<Report> free = run(new MethodSpec.None());

        for (Report report : projected) {
            Report.Layer layer = report.layers.get(0);
            assertThat(layer.effectiveLearningRate).isEqualTo(report.learningRate / layer.parameterNorm);
            assertThat(layer.effectiveLearningRate)
                    .isCloseTo(projected.get(0).layers.get(0).effectiveLearningRate, within(1e-7));
            double norm = Math.hypot(report.layers.get(0).parameterNorm, report.layers.get(1).parameterNorm);
            assertThat(report.effectiveLearningRate).isCloseTo(report.learningRate / norm, within(1e-12));
        }
        Report last = free.get(free.size() - 1);
        assertThat(last.effectiveLearningRate).isLessThan(0.95 * free.get(0).effectiveLearningRate);
        assertThat(last.layers.get(0).effectiveLearningRate)
                .isEqualTo(last.learningRate / last.layers.get(0).parameterNorm);
    }

    @Test
    void shouldDivideByTheSquaredNormUnderDescent() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> s.optimiser = new OptimiserSpec.Momentum(0.1, 0.9, true));
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            observe(learner, Events.random(spec.task, 4, 0, 1));

            Report.Layer layer = output.reports.get(0).layers.get(1);
            assertThat(layer.effectiveLearningRate)
                    .isCloseTo(0.1 / (layer.parameterNorm * layer.parameterNorm), within(1e-12));
        }
    }

    @Test
    void shouldMeasureAllWeightsWhereNothingIsNormalised() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.normalisation = Normalisation.NONE;
            s.method = new MethodSpec.None();
        });
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            observe(learner, Events.random(spec.task, 4, 0, 1));

            Report report = output.reports.get(0);
            double squares = report.layers.stream()
                    .mapToDouble(layer -> layer.parameterNorm * layer.parameterNorm)
                    .sum();
            assertThat(report.effectiveLearningRate).isCloseTo(0.01 / Math.sqrt(squares), within(1e-12));
        }
    }

    private List<Report> run(MethodSpec method) {
        SpecBuilder spec = SpecBuilder.spec().with(s -> s.method = method);
        RecordingOutput found = new RecordingOutput();
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            Events.random(spec.task, 400, 0, 1).forEach(event -> learner.observe(event, found));
        }
        return found.reports;
    }

    @Test
    void shouldMeasureWhatTheUpdateDidToTheWeights() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> s.optimiser = new OptimiserSpec.Sgd(0.5));
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            float[] before = learner.weights().get("hidden.0.weight").data();
            observe(learner, Events.random(spec.task, 4, 0, 1));
            float[] after = learner.weights().get("hidden.0.weight").data();

            Report.Layer layer = output.reports.get(0).layers.get(0);
            assertThat(layer.updateNorm).isCloseTo(0.5 * layer.gradientNorm, within(1e-6));
            assertThat(layer.relativeUpdate).isCloseTo(layer.updateNorm / norm(before), within(1e-6));
            assertThat(layer.parameterNorm).isCloseTo(norm(after), within(1e-6));
            // An orthogonal step and a projection turn the weights by atan(step / norm).
            assertThat(layer.rotationAngle).isCloseTo(Math.atan(layer.relativeUpdate), within(1e-4));
        }
    }

    @Test
    void shouldCountDeadDormantAndLinearisedUnits() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.normalisation = Normalisation.NONE;
            s.method = new MethodSpec.None();
            s.optimiser = new OptimiserSpec.Sgd(0);
            s.hidden = List.of(4);
        });
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            NamedTensors weights = learner.weights();
            // With weights of 0 a unit is its bias: dead, next to nothing, and twice plainly on.
            NamedTensors chosen = new NamedTensors();
            for (Map.Entry<String, Tensor> entry : weights.asMap().entrySet()) {
                Tensor tensor = entry.getValue();
                float[] data =
                        switch (entry.getKey()) {
                            case "hidden.0.weight" -> new float[tensor.data().length];
                            case "hidden.0.bias" -> new float[] {-1f, 0.01f, 1f, 1f};
                            default -> tensor.data();
                        };
                chosen.put(entry.getKey(), tensor.shape(), data);
            }
            learner.initialise(chosen);

            observe(learner, Events.random(spec.task, 4, 0, 1));
            learner.endOfStream(output);

            Report report = output.reports.get(0);
            assertThat(report.deadUnits).isEqualTo(0.25);
            assertThat(report.dormantUnits).isEqualTo(0.5);
            assertThat(report.linearisedUnits).isEqualTo(1.0);
            assertThat(report.layers.get(0).deadUnits).isEqualTo(0.25);
            assertThat(report.layers.get(1).deadUnits).isNaN();
            assertThat(output.summaries.get(0).deadUnits()).isEqualTo(0.25);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRollBackAndStopAfterTooManyDivergences(boolean normalised) {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.optimiser = new OptimiserSpec.Sgd(3e38);
            s.normalisation = normalised ? Normalisation.LAYER_NORM : Normalisation.NONE;
            s.activation = Activation.RELU;
            s.method = new MethodSpec.None();
            s.maxDivergences = 3;
            s.metrics = MetricsSpec.cheap(1000);
        });
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            float[] before = learner.weights().get("hidden.0.weight").data();
            List<Event> events = Events.random(spec.task, 80, 0, 1);
            for (Event event : events) {
                learner.observe(event, output);
                assertThat(learner.state().floats("parameters")).doesNotContain(Float.NaN);
                assertFinite(learner.state().floats("parameters"));
            }
            learner.endOfStream(output);

            assertThat(output.reports).hasSize(3);
            assertThat(output.reports.get(0).status).isEqualTo(Status.UPDATE_DISCARDED);
            assertThat(output.reports.get(0).note).isNotEmpty();
            assertThat(output.reports.get(0).divergences).isEqualTo(1);
            assertThat(output.reports.get(2).status).isEqualTo(Status.LEARNER_STOPPED);
            assertThat(output.reports.get(2).note).contains("stops learning after 3 divergences");
            assertThat(learner.weights().get("hidden.0.weight").data()).isEqualTo(before);
            TaskSummary summary = output.summaries.get(0);
            assertThat(summary.records()).isEqualTo(80);
            assertThat(summary.divergences()).isEqualTo(3);
            assertThat(learner.updates()).isLessThan(20);
        }
    }

    @Test
    void shouldDiscardABatchWhoseLossIsNotFiniteAndGoOn() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.task = new TaskSpec.Regression(List.of(6), 2, 1.0);
            s.batchSize = 1;
            s.maxDivergences = 10;
        });
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            observe(learner, Events.random(spec.task, 5, 0, 1));
            float[] before = learner.state().floats("parameters");

            learner.observe(Events.regression(5, new float[] {3e38f, -3e38f}, 1, 1, 1, 1, 1, 1), output);
            assertThat(learner.state().floats("parameters")).isEqualTo(before);
            assertThat(output.reports.get(5).status).isEqualTo(Status.UPDATE_DISCARDED);
            assertThat(output.reports.get(5).update).isEqualTo(6);
            assertThat(output.reports.get(5).loss).isNaN();
            assertThat(output.reports.get(5).note).contains("nothing was changed");

            observe(learner, Events.random(spec.task, 1, 0, 2));
            assertThat(output.reports.get(6).status).isEqualTo(Status.TRAINED);
            assertThat(output.reports.get(6).divergences).isEqualTo(1);
        }
    }

    @Test
    void shouldGoBackToTheLastGoodParametersWhenTheLossStaysInfinite() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.task = new TaskSpec.Regression(List.of(6), 2, 1.0);
            s.batchSize = 1;
            s.maxDivergences = 10;
        });
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            float[] start = learner.state().floats("parameters");
            observe(learner, Events.random(spec.task, 5, 0, 1));
            float[] bad = {3e38f, -3e38f};

            learner.observe(Events.regression(5, bad, 1, 1, 1, 1, 1, 1), output);
            assertThat(learner.state().floats("parameters")).isNotEqualTo(start);
            learner.observe(Events.regression(6, bad, 1, 1, 1, 1, 1, 1), output);

            assertThat(learner.state().floats("parameters")).isEqualTo(start);
            assertThat(output.reports.get(6).note).contains("back to the last good parameters");
        }
    }

    @Test
    void shouldRefuseEventsThatItCannotLearnFrom() {
        try (Learner learner = Learners.create(SpecBuilder.spec().build(), "cpu")) {
            Event event = new Event();
            event.kind = Event.Kind.TRANSITION;

            assertThatThrownBy(() -> learner.observe(event, output))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("kind=TRANSITION");
        }
    }

    @Test
    void shouldRefuseANetworkThatFitsIntoNoBuffer() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> s.hidden = List.of(100_000, 100_000));

        assertThatThrownBy(() -> Learners.create(spec.build(), "cpu"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must fit into buffers of 2147483647 values: learner=learner batch.size=4");
    }

    @Test
    void shouldRefuseNapWithoutNormalisation() {
        SpecBuilder spec = SpecBuilder.spec().with(s -> s.normalisation = Normalisation.NONE);

        assertThatThrownBy(() -> Learners.create(spec.build(), "cpu"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nap needs a normaliser before every nonlinearity");
    }

    @Test
    void shouldFixRadiiAtTheNormsOfGivenWeights() {
        SpecBuilder spec = SpecBuilder.spec();
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            NamedTensors doubled = new NamedTensors();
            learner.weights().asMap().forEach((name, tensor) -> {
                float[] data = tensor.data().clone();
                for (int i = 0; i < data.length; i++) {
                    data[i] *= 2;
                }
                doubled.put(name, tensor.shape(), data);
            });
            learner.initialise(doubled);
            double radius = norm(doubled.get("hidden.0.weight").data());

            observe(learner, Events.random(spec.task, 40, 0, 1));

            assertThat(norm(learner.weights().get("hidden.0.weight").data())).isCloseTo(radius, within(1e-6));
        }
    }

    @Test
    void shouldRefuseWeightsThatDoNotFit() {
        try (Learner learner = Learners.create(SpecBuilder.spec().build(), "cpu")) {
            NamedTensors missing = new NamedTensors().put("hidden.0.weight", new int[] {8, 6}, new float[48]);
            NamedTensors misshapen = new NamedTensors().put("hidden.0.weight", new int[] {6, 8}, new float[48]);
            NamedTensors unknown = learner.weights().put("extra", new int[] {1}, new float[1]);
            NamedTensors infinite = learner.weights().put("output.bias", new int[] {3}, new float[] {0, Float.NaN, 0});

            assertThatThrownBy(() -> learner.initialise(missing)).hasMessageContaining("missing: name=hidden.0.scale");
            assertThatThrownBy(() -> learner.initialise(misshapen))
                    .hasMessageContaining("name=hidden.0.weight expected=[8, 6] found=[6, 8]");
            assertThatThrownBy(() -> learner.initialise(unknown)).hasMessageContaining("names=[extra]");
            assertThatThrownBy(() -> learner.initialise(infinite))
                    .hasMessageContaining("output.bias index=1 value=NaN");
        }
    }

    @Test
    void shouldRefuseNewWeightsAfterTheFirstEvent() {
        SpecBuilder spec = SpecBuilder.spec();
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            observe(learner, Events.random(spec.task, 1, 0, 1));

            assertThatThrownBy(() -> learner.initialise(learner.weights()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("recordsSeen=1");
        }
    }

    @Test
    void shouldRefuseTheStateOfAnotherLearner() {
        try (Learner learner = Learners.create(SpecBuilder.spec().build(), "cpu")) {
            LearnerSpec wider =
                    SpecBuilder.spec().with(s -> s.hidden = List.of(9, 8)).build();
            LearnerSpec unprojected = SpecBuilder.spec()
                    .with(s -> s.method = new MethodSpec.None())
                    .build();
            LearnerSpec otherOptimiser = SpecBuilder.spec()
                    .with(s -> s.optimiser = new OptimiserSpec.Sgd(0.1))
                    .build();

            assertThatThrownBy(() -> Learners.restore(wider, "cpu", learner.state()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another network")
                    .hasMessageContaining("saved=hidden.0.weight[8, 6]")
                    .hasMessageContaining("configured=hidden.0.weight[9, 6]");
            assertThatThrownBy(() -> Learners.restore(unprojected, "cpu", learner.state()))
                    .hasMessageContaining("another method: learner=learner saved=nap configured=none");
            assertThatThrownBy(() -> Learners.restore(otherOptimiser, "cpu", learner.state()))
                    .hasMessageContaining("another optimiser memory");
        }
    }

    @Test
    void shouldRefuseABatchSmallerThanWhatWasGathered() {
        SpecBuilder spec = SpecBuilder.spec();
        try (Learner learner = Learners.create(spec.build(), "cpu")) {
            observe(learner, Events.random(spec.task, 3, 0, 1));
            LearnerSpec smaller = spec.with(s -> s.batchSize = 2).build();

            assertThatThrownBy(() -> Learners.restore(smaller, "cpu", learner.state()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("batch.size=2 gathered=3");
        }
    }

    private static void assertFinite(float[] values) {
        for (float value : values) {
            assertThat(Float.isFinite(value)).isTrue();
        }
    }

    private static double norm(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }

    private void observe(Learner learner, List<Event> events) {
        for (Event event : events) {
            learner.observe(event, output);
        }
    }
}
