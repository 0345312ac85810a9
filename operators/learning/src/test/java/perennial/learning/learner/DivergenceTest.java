package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.event.Event;
import perennial.learning.event.Features;
import perennial.learning.intervention.InterventionSpec;
import perennial.learning.learner.Report.Status;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.replay.ObservationEncoding;
import perennial.learning.state.LearnerState;
import perennial.learning.value.ValueHeadSpec;
import perennial.learning.value.ValueHeadSpec.TdLoss;

/**
 * Whatever finite numbers come, and whatever the rate: what a learner would save is finite after every record, and afterwards it
 * learns from sane records again, or it has said that it stopped.
 */
class DivergenceTest {

    private static final int SANE_BEFORE = 8;
    private static final int POISONED = 12;
    private static final int SANE_AFTER = 24;

    /** Where NaN stands for something that was not measured. */
    private static final Set<String> MAY_BE_UNKNOWN =
            Set.of("progress.sums", "projected.progress.sums", "free.progress.sums");

    private static final float[] EXTREMES = {
        0f, Float.MIN_VALUE, -1e-38f, 1e-20f, 1e4f, -1e9f, 1e15f, -1e19f, 3e19f, 1e30f, -3e38f, Float.MAX_VALUE
    };

    @Test
    void shouldSurvivePoisonAndAbsurdRates() {
        Variants.all().forEach((name, spec) -> {
            survive(name, withRate(spec, spec.optimiser().learningRate()), 11, true);
            survive(name + " at 1e3", withRate(spec, 1e3), 12, false);
            survive(name + " at 1e30", withRate(spec, 1e30), 13, false);
        });
    }

    @Test
    void shouldSurvivePoisonOnTheOtherEngine() {
        Variants.everyNth(200)
                .forEach((name, spec) ->
                        survive(name, "nd4j", withRate(spec, spec.optimiser().learningRate()), 14, true));
    }

    @Property(tries = 100)
    void shouldSurviveAnyPoison(@ForAll("specs") LearnerSpec spec, @ForAll("rates") double rate, @ForAll long seed) {
        survive(spec.toString(), withRate(spec, rate), seed, true);
    }

    @Provide
    Arbitrary<LearnerSpec> specs() {
        return Arbitraries.of(List.copyOf(Variants.all().values()));
    }

    @Provide
    Arbitrary<Double> rates() {
        return Arbitraries.of(0.0, 1e-30, 1e-2, 1.0, 30.0, 1e3, 1e6, 1e12, 1e30, 3e38, 1e300);
    }

    private static void survive(String name, LearnerSpec spec, long seed, boolean poisons) {
        survive(name, "cpu", spec, seed, poisons);
    }

    private static void survive(String name, String engine, LearnerSpec spec, long seed, boolean poisons) {
        List<Event> events = events(spec, seed, poisons);
        RecordingOutput output = new RecordingOutput();
        int before = 0;
        try (Learner learner = Learners.create(spec, engine)) {
            for (int i = 0; i < events.size(); i++) {
                assertThat(spec.task().rejectionOf(events.get(i))).isNull();
                before = i == SANE_BEFORE + POISONED ? output.reports.size() : before;
                learner.observe(events.get(i), output);
                assertFinite(name, learner.state(), i);
            }
            learner.endOfStream(output);
            assertFinite(name, learner.state(), events.size());
        }
        assertCounted(spec, output.reports, spec.name());
        List<Report> after = output.reports.subList(before, output.reports.size());
        boolean isStopped = output.reports.stream().anyMatch(report -> report.status == Status.LEARNER_STOPPED);
        assertThat(isStopped || after.stream().anyMatch(report -> report.status == Status.TRAINED))
                .as(
                        "%s learns again, or has stopped: %s",
                        name,
                        output.reports.stream()
                                .map(r -> r.status + " " + r.note)
                                .toList())
                .isTrue();
    }

    /** Divergences are numbered, and the last that is allowed is the last report. */
    private static void assertCounted(LearnerSpec spec, List<Report> reports, String learner) {
        long divergences = 0;
        boolean stopped = false;
        for (Report report : reports) {
            if (!report.learner.equals(learner)) {
                continue;
            }
            assertThat(stopped).as("a report after the last").isFalse();
            if (report.status != Status.TRAINED) {
                divergences++;
                assertThat(report.note).isNotEmpty();
            }
            assertThat(report.divergences).isEqualTo(divergences);
            assertThat(report.parameterNorm).isFinite();
            stopped = report.status == Status.LEARNER_STOPPED;
            assertThat(stopped).isEqualTo(divergences == spec.maxDivergences());
        }
    }

    private static void assertFinite(String name, LearnerState state, int event) {
        for (Map.Entry<String, Object> entry : state.entries().entrySet()) {
            boolean isFinite = true;
            if (entry.getValue() instanceof float[] values) {
                for (float value : values) {
                    isFinite &= Float.isFinite(value);
                }
            } else if (entry.getValue() instanceof double[] values) {
                boolean mayBeNaN = MAY_BE_UNKNOWN.contains(entry.getKey());
                for (double value : values) {
                    isFinite &= Double.isFinite(value) || mayBeNaN && Double.isNaN(value);
                }
            }
            assertThat(isFinite)
                    .as("%s of %s after event %d", entry.getKey(), name, event)
                    .isTrue();
        }
    }

    /** Sane events, poisoned ones if asked for, and sane ones again. */
    private static List<Event> events(LearnerSpec spec, long seed, boolean poisons) {
        List<Event> events = Variants.events(spec, SANE_BEFORE + POISONED + SANE_AFTER, seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = SANE_BEFORE; poisons && i < SANE_BEFORE + POISONED; i++) {
            poison(spec, events.get(i), random);
        }
        return events;
    }

    private static void poison(LearnerSpec spec, Event event, SplittableRandom random) {
        boolean takesAny = !(spec.task() instanceof TaskSpec.Reinforcement task)
                || task.replay().encoding() == ObservationEncoding.FLOATS;
        if (takesAny && random.nextInt(3) > 0) {
            poison(event.features, spec.task().scale(), random);
            if (event.hasNextObservation) {
                poison(event.nextObservation, spec.task().scale(), random);
            }
        }
        if (event.target.length() > 0) {
            poison(event.target, 1, random);
        }
        if (event.kind == Event.Kind.TRANSITION && random.nextInt(3) > 0) {
            event.reward = EXTREMES[random.nextInt(EXTREMES.length)];
        }
    }

    private static void poison(Features features, double scale, SplittableRandom random) {
        boolean all = random.nextBoolean();
        for (int i = 0; i < features.length(); i++) {
            if (all || random.nextInt(4) == 0) {
                features.floats()[i] = (float) (EXTREMES[random.nextInt(EXTREMES.length)] / Math.max(1, scale));
            }
        }
    }

    /** The learner at that rate, which reports every update. */
    private static LearnerSpec withRate(LearnerSpec spec, double rate) {
        LearnerSpec reporting = with(spec, "metrics", with(spec.metrics(), "every", 1));
        return with(reporting, "optimiser", with((Record & OptimiserSpec) spec.optimiser(), "learningRate", rate));
    }

    /** A copy of a record with another value in one of its parts. */
    @SuppressWarnings("unchecked")
    private static <R extends Record> R with(R record, String part, Object value) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        try {
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                components[i].getAccessor().setAccessible(true);
                values[i] = components[i].getName().equals(part)
                        ? value
                        : components[i].getAccessor().invoke(record);
            }
            return (R) record.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record must be one that can be copied: record=" + record, e);
        }
    }

    // ---- What goes back ----

    private static final int UPDATES_TO_A_GOOD_COPY = 100;

    /** Entries of a state that go back. */
    private static final List<String> GOES_BACK = List.of(
            "parameters",
            "optimiser.",
            "target.",
            "sn.",
            "nap.",
            "redo.",
            "continualBackprop.",
            "streamQ.observations.");

    /** Not the steps, which stand beside those of the good copy, and not the traces, which end with a discarded update. */
    private static final Set<String> GOES_ON = Set.of("optimiser.steps", "optimiser.trace");

    /** Whether training changes that entry of a state, so that it goes back. */
    static boolean goesBack(String entry) {
        return GOES_BACK.stream().anyMatch(entry::startsWith) && !GOES_ON.contains(entry);
    }

    /** Names and specs of learners whose methods, interventions, targets and normalisers remember something. */
    static Stream<Arguments> thatRemember() {
        SpecBuilder builder = SpecBuilder.spec().with(s -> {
            s.task = new TaskSpec.Regression(List.of(4), 2, 1.0);
            s.hidden = List.of(4, 4);
            s.batchSize = 1;
            s.maxDivergences = 1000;
            s.method = SpecBuilder.nap(7, AffineMode.DECAY);
            s.interventions = List.of(
                    new InterventionSpec.Redo(0.1, 1000, 2000, InterventionSpec.RedoVersion.DOPAMINE),
                    new InterventionSpec.ContinualBackprop(
                            0.01, 5, 0.9, InterventionSpec.Utility.ADAPTABLE_CONTRIBUTION, true));
        });
        LearnerSpec projected = builder.build();
        LearnerSpec spectral = builder.with(s -> {
                    s.method = new MethodSpec.SpectralNormalisation(
                            List.of(-1, -2), Divisor.CAP, 0.8, Scheduler.NONE, true);
                    s.interventions = List.of();
                    s.normalisation = Normalisation.NONE;
                    s.optimiser = new OptimiserSpec.RmsProp(0.01, 0.95, 0.01, true);
                })
                .build();
        LearnerSpec withTarget = builder.with(s -> s.task = Transitions.task(t -> {
                    t.head = new ValueHeadSpec.Expected(TdLoss.SQUARED, false, false);
                    t.target = new TargetSpec.Copied(30);
                    t.warmUp = 0;
                }))
                .build();
        LearnerSpec streaming = builder.with(s -> {
                    s.task = new TaskSpec.StreamQ(List.of(4), 3, 1, 1, 0.9, 0.8, true, false);
                    s.method = new MethodSpec.None();
                    s.optimiser = new OptimiserSpec.AdaptiveObgd(1, 2, 0.999, 1e-8);
                })
                .build();
        return Stream.of(
                Arguments.of("projected", projected),
                Arguments.of("spectral", spectral),
                Arguments.of("with a target network", withTarget),
                Arguments.of("streaming", streaming));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("thatRemember")
    void shouldGoBackWithAllThatTrainingChanges(String name, LearnerSpec spec) {
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec, "cpu")) {
            List<Event> events = Variants.events(spec, 1000, 5).stream()
                    .filter(event -> event.kind != Event.Kind.LABEL_RESET)
                    .toList();
            int next = 0;
            while (learner.updates() < UPDATES_TO_A_GOOD_COPY) {
                learner.observe(events.get(next++), output);
            }
            LearnerState good = learner.state();
            while (learner.updates() < UPDATES_TO_A_GOOD_COPY + 35) {
                learner.observe(events.get(next++), output);
            }
            LearnerState later = learner.state();
            while (!isBack(output)) {
                poison(events.get(next));
                learner.observe(events.get(next++), output);
            }
            LearnerState back = learner.state();

            List<String> changed = good.entries().keySet().stream()
                    .filter(DivergenceTest::goesBack)
                    .filter(entry -> !equal(good, later, entry))
                    .toList();
            assertThat(changed).hasSizeGreaterThan(3).contains("parameters");
            assertThat(changed).allMatch(entry -> equal(good, back, entry));
        }
    }

    private static boolean isBack(RecordingOutput output) {
        return output.reports.get(output.reports.size() - 1).note.contains("back to the last good parameters");
    }

    private static void poison(Event event) {
        event.reward = 3e38f;
        for (int i = 0; i < event.target.length(); i++) {
            event.target.floats()[i] = i % 2 == 0 ? 3e38f : -3e38f;
        }
    }

    private static boolean equal(LearnerState one, LearnerState other, String entry) {
        return Arrays.deepEquals(
                new Object[] {one.entries().get(entry)},
                new Object[] {other.entries().get(entry)});
    }

    @Test
    void shouldNotGoBackToParametersThatWereAboutToDiverge() {
        LearnerSpec spec = SpecBuilder.spec()
                .with(s -> {
                    s.task = new TaskSpec.Regression(List.of(4), 2, 1.0);
                    s.normalisation = Normalisation.NONE;
                    s.method = new MethodSpec.None();
                    s.optimiser = new OptimiserSpec.Sgd(1e-3);
                    s.batchSize = 1;
                    s.maxDivergences = 10;
                })
                .build();
        List<Event> events = Events.random(spec.task(), 150, 0, 3);
        // Such targets make a step of finite numbers, right when a good copy is due, from which no other step leads on.
        events.set(
                UPDATES_TO_A_GOOD_COPY - 1,
                Events.regression(UPDATES_TO_A_GOOD_COPY - 1, new float[] {1e18f, -1e18f}, 1, 1, 1, 1));
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec, "cpu")) {
            events.forEach(event -> learner.observe(event, output));
        }

        assertThat(output.reports.get(UPDATES_TO_A_GOOD_COPY - 1).status).isEqualTo(Status.TRAINED);
        assertThat(output.reports.get(UPDATES_TO_A_GOOD_COPY - 1).parameterNorm).isGreaterThan(1e10);
        assertThat(output.reports.get(149).status).isEqualTo(Status.TRAINED);
        assertThat(output.reports.get(149).parameterNorm).isLessThan(100);
        assertThat(output.reports.get(149).divergences).isLessThan(5);
    }

    // ---- After a failure ----

    /** A learner that is poisoned and fails after every record counts, goes back and stops as the one that never failed. */
    @ParameterizedTest
    @ValueSource(strings = {"streamQ", "dqn", "twin", "regression", "convolutional", "all"})
    void shouldDivergeAlikeAfterAFailure(String kind) {
        Variants.all().forEach((name, spec) -> {
            if (name.startsWith(kind)) {
                Recording undisturbed = Recording.of(name, spec, "cpu", events(spec, 17, true));
                for (int cut = SANE_BEFORE; cut <= SANE_BEFORE + POISONED; cut += 2) {
                    undisturbed.assertContinuesFrom(cut);
                }
            }
        });
    }
}
