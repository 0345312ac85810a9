package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import perennial.learning.event.Event;
import perennial.learning.learner.Command.KeepSnapshot;
import perennial.learning.learner.Command.Pause;
import perennial.learning.learner.Command.Resume;
import perennial.learning.learner.Command.RollBack;
import perennial.learning.learner.Command.SetSchedule;
import perennial.learning.learner.Command.UseConfiguredSchedule;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.NormalizeAndProject;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.optimise.ScheduleSpec;
import perennial.learning.state.LearnerState;

/** What learners do when they are told to. */
class CommandTest {

    private static final SetSchedule HALF = new SetSchedule(5e-3, new ScheduleSpec.Constant());

    private final RecordingOutput output = new RecordingOutput();

    @Example
    void shouldHoldTheRateFromTheNextUpdateOn() {
        try (Learner learner = Learners.create(examples(1), "cpu")) {
            observe(learner, 0, 3);
            assertThat(learner.command(HALF, output).isDone()).isTrue();
            observe(learner, 3, 5);
        }

        assertThat(rates()).containsExactly(1e-2, 1e-2, 1e-2, 5e-3, 5e-3);
    }

    @Example
    void shouldCountAScheduleFromHereAndStartItAgainAtALabelReset() {
        try (Learner learner = Learners.create(examples(1), "cpu")) {
            observe(learner, 0, 3);
            Command.Answer answer =
                    learner.command(new SetSchedule(Double.NaN, new ScheduleSpec.Linear(0, 4, true)), output);
            assertThat(answer.text())
                    .isEqualTo("the learning rate is from 0.01 on a straight line to 0.0 in 4 updates,"
                            + " again from each label reset");
            observe(learner, 3, 5);
            learner.observe(Events.reset(5, 1), output);
            observe(learner, 6, 8);
        }

        List<Double> rates = rates();
        assertThat(rates.get(3)).isEqualTo(0.01);
        assertThat(rates.get(4)).isCloseTo(0.0075, within(1e-12));
        assertThat(rates.get(5)).isEqualTo(0.01);
        assertThat(rates.get(6)).isCloseTo(0.0075, within(1e-12));
    }

    @Example
    void shouldGoBackToTheConfiguredScheduleAndItsOwnCount() {
        LearnerSpec spec = SpecBuilder.spec()
                .with(s -> {
                    s.batchSize = 1;
                    s.schedule = new ScheduleSpec.Linear(0, 10, false);
                })
                .build();
        try (Learner learner = Learners.create(spec, "cpu")) {
            observe(learner, 0, 2);
            learner.command(HALF, output);
            observe(learner, 2, 4);
            learner.command(new UseConfiguredSchedule(), output);
            observe(learner, 4, 5);
        }

        assertThat(rates().get(3)).isEqualTo(5e-3);
        assertThat(rates().get(4)).isCloseTo(6e-3, within(1e-12));
    }

    @Example
    void shouldRefuseARateThatIsNone() {
        for (double rate : new double[] {-1, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new SetSchedule(rate, new ScheduleSpec.Constant()))
                    .hasMessageContaining("learningRate=" + rate);
        }
    }

    /** Also the examples that were gathered before the pause and not yet learned. */
    @Example
    void shouldPredictAndScoreDuringAPauseAndLearnNothingFromIt() {
        LearnerSpec spec = SpecBuilder.spec().with(s -> s.predictions = true).build();
        try (Learner learner = Learners.create(spec, "cpu")) {
            observe(learner, 0, 6);
            learner.command(new Pause(), output);
            NamedTensors before = learner.weights();
            observe(learner, 6, 13);
            learner.observe(Events.reset(13, 1), output);
            observe(learner, 14, 17);
            assertThat(learner.isPaused()).isTrue();
            assertThat(learner.updates()).isEqualTo(1);
            assertThat(learner.command(new Resume(), output).isDone()).isTrue();

            assertThat(values(learner.weights())).usingRecursiveComparison().isEqualTo(values(before));
            assertThat(output.predictions)
                    .extracting(Prediction::sequence)
                    .hasSize(16)
                    .endsWith(14L, 15L, 16L);
            assertThat(output.summaries).singleElement().satisfies(summary -> {
                assertThat(summary.records()).isEqualTo(13);
                assertThat(summary.averageOnlineAccuracy()).isBetween(0.0, 1.0);
            });

            observe(learner, 17, 21);
            assertThat(learner.updates()).isEqualTo(2);
            assertThat(values(learner.weights())).usingRecursiveComparison().isNotEqualTo(values(before));
        }
    }

    @Example
    void shouldSayWhatItCannotDo() {
        try (Learner learner = Learners.create(examples(1), "cpu")) {
            observe(learner, 0, 1);
            assertThat(learner.command(new Resume(), output))
                    .isEqualTo(new Command.Answer(false, "the learner is neither paused nor stopped"));
            assertThat(learner.command(new RollBack(Long.MAX_VALUE), output).text())
                    .startsWith("the learner has no snapshot to go back to");
            learner.command(new Pause(), output);
            assertThat(learner.command(new Pause(), output).text()).isEqualTo("the learner is paused already");
            learner.command(new KeepSnapshot(), output);
            assertThat(learner.command(new RollBack(0), output).text())
                    .isEqualTo("the learner has no snapshot so old: update=0 snapshots=1");
        }
    }

    @Example
    void shouldLearnAgainAfterItStoppedAndStopAtTheNextDivergence() {
        LearnerSpec spec = SpecBuilder.spec()
                .with(s -> {
                    s.task = new TaskSpec.Regression(List.of(6), 2, 1.0);
                    s.batchSize = 1;
                    s.maxDivergences = 2;
                })
                .build();
        Event bad = Events.regression(0, new float[] {3e38f, -3e38f}, 1, 1, 1, 1, 1, 1);
        Event good = Events.regression(0, new float[] {0, 1}, 1, 1, 1, 1, 1, 1);
        try (Learner learner = Learners.create(spec, "cpu")) {
            learner.observe(bad, output);
            learner.observe(bad, output);
            learner.observe(good, output);
            assertThat(learner.updates()).isEqualTo(2);

            assertThat(learner.command(new Resume(), output).text()).contains("after 2 divergences");
            learner.observe(good, output);
            learner.observe(bad, output);
            learner.observe(good, output);

            assertThat(learner.updates()).isEqualTo(4);
            assertThat(output.reports)
                    .extracting(report -> report.status)
                    .endsWith(Report.Status.TRAINED, Report.Status.LEARNER_STOPPED);
        }
    }

    @Example
    void shouldKeepTheLastSnapshotsAndGoBackToTheOneThatIsNamed() {
        LearnerSpec spec = SpecBuilder.spec()
                .with(s -> {
                    s.batchSize = 1;
                    s.snapshots = new SnapshotSpec(5, 3);
                })
                .build();
        try (Learner learner = Learners.create(spec, "cpu")) {
            Map<Long, Map<String, float[]>> weights = new LinkedHashMap<>();
            for (int i = 0; i < 23; i++) {
                observe(learner, i, i + 1);
                weights.put(learner.updates(), values(learner.weights()));
            }

            assertThat(learner.command(new RollBack(9), output).text())
                    .isEqualTo("the learner has no snapshot so old: update=9 snapshots=10, 15, 20");
            assertThat(learner.command(new RollBack(17), output).text()).contains("are those of update 15");

            assertThat(values(learner.weights())).usingRecursiveComparison().isEqualTo(weights.get(15L));
            assertThat(learner.updates()).isEqualTo(23);
            // What came after it is forgotten.
            assertThat(learner.command(new RollBack(Long.MAX_VALUE), output).text())
                    .contains("are those of update 15");
        }
    }

    /** The optimiser, too: the same examples lead on from a snapshot to the same weights. */
    @Example
    void shouldGoOnFromASnapshotAsItDidBefore() {
        for (LearnerSpec spec : List.of(examples(1), transitions(), streaming())) {
            List<Event> events = events(spec, 60);
            List<Event> again = events.subList(40, 60);
            LearnerSpec copy = spec;
            try (Learner learner = Learners.create(copy, "cpu")) {
                events.subList(0, 40).forEach(event -> learner.observe(event, output));
                learner.command(new KeepSnapshot(), output);
                Map<String, float[]> before = values(learner.weights());
                LearnerState saved = learner.state();
                again.forEach(event -> learner.observe(event, output));
                assertThat(values(learner.weights())).usingRecursiveComparison().isNotEqualTo(before);

                learner.command(new RollBack(Long.MAX_VALUE), output);

                assertThat(values(learner.weights())).usingRecursiveComparison().isEqualTo(before);
                LearnerState now = learner.state();
                saved.entries().forEach((name, value) -> {
                    boolean isTrained = name.equals("target.parameters") || name.startsWith("optimiser.");
                    if (isTrained && value instanceof float[] && !name.endsWith("trace")) {
                        assertThat(now.entries().get(name)).as(name).isEqualTo(value);
                    }
                });
                assertThat(now.longs("optimiser.steps")[0]).isEqualTo(saved.longs("optimiser.steps")[0]);
            }
        }
    }

    /** Also what methods, interventions, target networks and normalisers of observations remember, and after a restart. */
    @Example
    void shouldGoBackWithAllThatTrainingChanges() {
        DivergenceTest.thatRemember().forEach(arguments -> {
            String name = (String) arguments.get()[0];
            LearnerSpec spec = (LearnerSpec) arguments.get()[1];
            List<Event> events = Variants.events(spec, 100, 5).stream()
                    .filter(event -> event.kind != Event.Kind.LABEL_RESET)
                    .toList();
            try (Learner learner = Learners.create(spec, "cpu")) {
                events.subList(0, 40).forEach(event -> learner.observe(event, output));
                learner.command(new KeepSnapshot(), output);
                LearnerState kept = learner.state();
                events.subList(40, 80).forEach(event -> learner.observe(event, output));
                LearnerState later = learner.state();
                List<String> changed = kept.entries().keySet().stream()
                        .filter(DivergenceTest::goesBack)
                        .filter(entry -> !Objects.deepEquals(
                                kept.entries().get(entry), later.entries().get(entry)))
                        .toList();
                assertThat(changed).as(name).hasSizeGreaterThan(3).contains("parameters");

                learner.command(new RollBack(Long.MAX_VALUE), output);
                LearnerState back = learner.state();
                LearnerState backAfterARestart;
                try (Learner restored = Learners.restore(spec, "cpu", later)) {
                    restored.command(new RollBack(Long.MAX_VALUE), output);
                    backAfterARestart = restored.state();
                }

                for (String entry : changed) {
                    assertThat(back.entries().get(entry))
                            .as(name + ": " + entry)
                            .isEqualTo(kept.entries().get(entry));
                }
                assertThat(backAfterARestart).as(name).isEqualTo(back);
            }
        });
    }

    /** Power iterations and all: what draws no numbers learns the same examples again as it did the first time. */
    @Example
    void shouldLearnTheSameAgainAfterARollback() {
        LearnerSpec spec = SpecBuilder.spec()
                .with(s -> {
                    s.batchSize = 1;
                    s.method = new MethodSpec.SpectralNormalisation(
                            List.of(-1, -2), MethodSpec.Divisor.CAP, 0.8, MethodSpec.Scheduler.NONE, true);
                    s.normalisation = Normalisation.NONE;
                })
                .build();
        List<Event> events = events(spec, 60);
        List<Event> again = events.subList(40, 60);
        try (Learner learner = Learners.create(spec, "cpu")) {
            events.subList(0, 40).forEach(event -> learner.observe(event, output));
            learner.command(new KeepSnapshot(), output);
            again.forEach(event -> learner.observe(event, output));
            Map<String, float[]> first = values(learner.weights());

            learner.command(new RollBack(Long.MAX_VALUE), output);
            again.forEach(event -> learner.observe(event, output));

            assertThat(values(learner.weights())).usingRecursiveComparison().isEqualTo(first);
        }
    }

    /** Between any two events, and whatever was said before. */
    @Property(tries = 60)
    void shouldRememberWhatItWasToldWhenItIsSavedAndRestored(
            @ForAll @IntRange(min = 0, max = 4) int kind, @ForAll @IntRange(min = 0, max = 59) int cut) {
        LearnerSpec spec = List.of(examples(1), examples(4), transitions(), streaming(), twin())
                .get(kind);
        List<Event> events = events(spec, 60);
        RecordingOutput undisturbed = new RecordingOutput();
        RecordingOutput interrupted = new RecordingOutput();

        LearnerState expected;
        try (Learner learner = Learners.create(spec, "cpu")) {
            for (int i = 0; i < events.size(); i++) {
                tell(learner, i, undisturbed);
                learner.observe(events.get(i), undisturbed);
            }
            expected = learner.state();
        }
        LearnerState actual;
        Learner learner = Learners.create(spec, "cpu");
        try {
            for (int i = 0; i < events.size(); i++) {
                tell(learner, i, interrupted);
                if (i == cut) {
                    LearnerState saved = learner.state();
                    learner.close();
                    learner = Learners.restore(spec, "cpu", saved);
                }
                learner.observe(events.get(i), interrupted);
            }
            actual = learner.state();
        } finally {
            learner.close();
        }

        assertThat(actual).isEqualTo(expected);
        assertThat(texts(interrupted.reports)).isEqualTo(texts(undisturbed.reports));
        assertThat(interrupted.summaries).isEqualTo(undisturbed.summaries);
    }

    /** Every field, each number so exact that other bits give another text. */
    private static List<String> texts(List<Report> reports) {
        ObjectMapper json = new ObjectMapper();
        return reports.stream().map(json::valueToTree).map(Object::toString).toList();
    }

    private static void tell(Learner learner, int place, LearnerOutput output) {
        switch (place) {
            case 12 -> learner.command(new SetSchedule(2e-2, new ScheduleSpec.Cosine(0, 3, 1e-3, 30, true)), output);
            case 20 -> learner.command(new KeepSnapshot(), output);
            case 26 -> learner.command(new Pause(), output);
            case 33 -> learner.command(new Resume(), output);
            case 41 -> learner.command(new RollBack(Long.MAX_VALUE), output);
            case 50 -> learner.command(new SetSchedule(Double.NaN, new ScheduleSpec.Linear(1e-3, 9, false)), output);
            default -> {}
        }
    }

    @Example
    void shouldLeaveNoTraceInTheStateWhereNothingWasSaid() {
        try (Learner learner = Learners.create(examples(1), "cpu")) {
            observe(learner, 0, 10);

            assertThat(learner.state().entries().keySet())
                    .noneMatch(
                            name -> name.startsWith("control") || name.contains("snapshot") || name.contains("paused"));
        }
    }

    /** The two runs of a twin diverge at different updates, so that one may lack what the other has. */
    @Example
    void shouldTellBothRunsOfATwin() {
        try (Learner learner = Learners.create(twin(), "cpu")) {
            events(twin(), 20).forEach(event -> learner.observe(event, output));
            learner.command(HALF, output);
            learner.command(new KeepSnapshot(), output);
            learner.command(new Pause(), output);
            long updates = learner.updates();
            events(twin(), 20).forEach(event -> learner.observe(event, output));
            assertThat(learner.updates()).isEqualTo(updates);

            assertThat(learner.command(new Resume(), output).isDone()).isTrue();
            assertThat(learner.command(new RollBack(Long.MAX_VALUE), output).isDone())
                    .isTrue();
            events(twin(), 4).forEach(event -> learner.observe(event, output));

            assertThat(output.reports.get(output.reports.size() - 1).learner).endsWith(".free");
            assertThat(output.reports.subList(output.reports.size() - 2, output.reports.size()))
                    .extracting(report -> report.learningRate)
                    .containsExactly(5e-3, 5e-3);
        }
    }

    private void observe(Learner learner, int from, int to) {
        List<Event> events = Events.random(examples(1).task(), 100, 0, 11);
        events.subList(from, to).forEach(event -> learner.observe(event, output));
    }

    private List<Double> rates() {
        return output.reports.stream().map(report -> report.learningRate).toList();
    }

    private static Map<String, float[]> values(NamedTensors weights) {
        Map<String, float[]> values = new LinkedHashMap<>();
        weights.asMap().forEach((name, tensor) -> values.put(name, tensor.data()));
        return values;
    }

    private static List<Event> events(LearnerSpec spec, int count) {
        return spec.task() instanceof TaskSpec.ActionValues values
                ? Transitions.random(values, count, 3)
                : new ArrayList<>(Events.random(spec.task(), count, 12, 3));
    }

    private static LearnerSpec examples(int batchSize) {
        return SpecBuilder.spec().with(s -> s.batchSize = batchSize).build();
    }

    private static LearnerSpec transitions() {
        return SpecBuilder.spec()
                .with(s -> {
                    s.task = Transitions.task(t -> t.target = new TargetSpec.Averaged(0.3));
                    s.maxDivergences = 100;
                })
                .build();
    }

    private static LearnerSpec streaming() {
        return SpecBuilder.spec()
                .with(s -> {
                    s.task = new TaskSpec.StreamQ(List.of(4), 3, 1, 1, 0.99, 0.8, true, true);
                    s.method = new MethodSpec.None();
                    s.optimiser = new OptimiserSpec.AdaptiveObgd(1, 2, 0.999, 1e-8);
                    s.batchSize = 1;
                })
                .build();
    }

    private static LearnerSpec twin() {
        return SpecBuilder.spec()
                .with(s -> {
                    s.method = new NormalizeAndProject(
                            1, new Affine(AffineMode.FREE, 0.99), false, MethodSpec.Twin.GLOBAL);
                    s.batchSize = 2;
                })
                .build();
    }
}
