package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import perennial.learning.event.Event;
import perennial.learning.intervention.InterventionSpec;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.optimise.ScheduleSpec;
import perennial.learning.plasticity.MetricsSpec;
import perennial.learning.state.LearnerState;
import perennial.learning.state.LearnerStateCodec;

/** A learner that is saved and restored between any two events is byte for byte the one that never stopped. */
class ResumeTest {

    private static final int EVENTS = 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Property(tries = 150)
    void shouldContinueAsIfItHadNeverStopped(
            @ForAll("specs") LearnerSpec spec, @ForAll @IntRange(min = 0, max = EVENTS) int cut, @ForAll long seed) {
        List<Event> events = Events.random(spec.task(), EVENTS, 12, seed);
        RecordingOutput undisturbed = new RecordingOutput();
        RecordingOutput interrupted = new RecordingOutput();

        byte[] expected = run(Learners.create(spec, "cpu"), events, undisturbed);
        byte[] saved = observe(Learners.create(spec, "cpu"), events.subList(0, cut), interrupted);
        byte[] actual = run(Learners.restore(spec, "cpu", read(saved)), events.subList(cut, EVENTS), interrupted);

        assertThat(actual).isEqualTo(expected);
        assertSame(interrupted, undisturbed);
    }

    @Property(tries = 30)
    void shouldGiveEqualBytesForEqualSeeds(@ForAll("specs") LearnerSpec spec, @ForAll long seed) {
        List<Event> events = Events.random(spec.task(), EVENTS, 12, seed);
        RecordingOutput first = new RecordingOutput();
        RecordingOutput second = new RecordingOutput();

        byte[] one = run(Learners.create(spec, "cpu"), events, first);
        byte[] other = run(Learners.create(spec, "cpu"), events, second);

        assertThat(one).isEqualTo(other);
        assertSame(first, second);
    }

    /** Each intervention with each optimiser, alone and with NaP, on a perceptron and on a convolutional network. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void shouldContinueWithEveryIntervention(
            @ForAll("interventions") InterventionSpec intervention,
            @ForAll("optimisers") OptimiserSpec optimiser,
            @ForAll boolean projects,
            @ForAll boolean convolutional) {
        LearnerSpec spec = SpecBuilder.spec()
                .with(s -> {
                    s.task = new TaskSpec.Classification(convolutional ? List.of(2, 5, 5) : List.of(6), 3, 1.0);
                    s.convolutions = convolutional ? List.of(new ConvolutionSpec(3, 3, 2, 1)) : List.of();
                    s.hidden = List.of(5, 4);
                    s.normalisation = projects ? Normalisation.LAYER_NORM : Normalisation.NONE;
                    s.method = projects ? SpecBuilder.nap(1, AffineMode.DECAY) : new MethodSpec.None();
                    s.interventions = List.of(intervention);
                    s.optimiser = optimiser;
                    s.batchSize = 2;
                })
                .build();
        List<Event> events = Events.random(spec.task(), EVENTS, 12, 5);
        RecordingOutput undisturbed = new RecordingOutput();
        RecordingOutput interrupted = new RecordingOutput();

        byte[] expected = run(Learners.create(spec, "cpu"), events, undisturbed);
        byte[] saved = observe(Learners.create(spec, "cpu"), events.subList(0, 31), interrupted);
        byte[] actual = run(Learners.restore(spec, "cpu", read(saved)), events.subList(31, EVENTS), interrupted);

        assertThat(actual).isEqualTo(expected);
        assertSame(interrupted, undisturbed);
    }

    @Provide
    Arbitrary<InterventionSpec> interventions() {
        return Arbitraries.of(InterventionsTest.all());
    }

    @Example
    void shouldGoBackToTheSameGoodParametersAfterARestore() {
        LearnerSpec spec = SpecBuilder.spec()
                .with(s -> {
                    s.task = new TaskSpec.Regression(List.of(6), 2, 1.0);
                    s.batchSize = 1;
                    s.maxDivergences = 10;
                })
                .build();
        // The good copy is taken at update 100; two losses in a row that are not finite lead back to it.
        List<Event> events = new ArrayList<>(Events.random(spec.task(), 130, 0, 3));
        float[] bad = {3e38f, -3e38f};
        events.add(Events.regression(130, bad, 1, 1, 1, 1, 1, 1));
        events.add(Events.regression(131, bad, 1, 1, 1, 1, 1, 1));
        RecordingOutput undisturbed = new RecordingOutput();
        RecordingOutput interrupted = new RecordingOutput();

        byte[] expected = run(Learners.create(spec, "cpu"), events, undisturbed);
        byte[] saved = observe(Learners.create(spec, "cpu"), events.subList(0, 120), interrupted);
        byte[] actual = run(Learners.restore(spec, "cpu", read(saved)), events.subList(120, 132), interrupted);

        assertThat(undisturbed.reports.get(131).note).contains("back to the last good parameters");
        assertThat(actual).isEqualTo(expected);
        assertSame(interrupted, undisturbed);
    }

    @Example
    void shouldContinueOnAnotherEngineUpToRounding() {
        LearnerSpec spec = SpecBuilder.spec().build();
        List<Event> events = Events.random(spec.task(), 40, 0, 3);
        RecordingOutput stayed = new RecordingOutput();
        RecordingOutput moved = new RecordingOutput();

        run(Learners.create(spec, "cpu"), events, stayed);
        byte[] saved = observe(Learners.create(spec, "cpu"), events.subList(0, 22), moved);
        run(Learners.restore(spec, "nd4j", read(saved)), events.subList(22, 40), moved);

        assertThat(moved.reports).hasSameSizeAs(stayed.reports);
        for (int i = 0; i < stayed.reports.size(); i++) {
            assertThat(moved.reports.get(i).loss).isCloseTo(stayed.reports.get(i).loss, within(1e-4));
        }
        assertThat(moved.reports.get(9).engine).startsWith("nd4j");
    }

    private static void assertSame(RecordingOutput actual, RecordingOutput expected) {
        assertThat(texts(actual.summaries)).isEqualTo(texts(expected.summaries));
        assertThat(texts(actual.reports)).isEqualTo(texts(expected.reports));
        assertThat(texts(actual.predictions)).isEqualTo(texts(expected.predictions));
    }

    /** Every field of every element, each number so exact that other bits give another text. */
    private static List<String> texts(List<?> found) {
        return found.stream().map(JSON::valueToTree).map(Object::toString).toList();
    }

    private static byte[] run(Learner learner, List<Event> events, LearnerOutput output) {
        try (learner) {
            events.forEach(event -> learner.observe(event, output));
            learner.endOfStream(output);
            return write(learner.state());
        }
    }

    private static byte[] observe(Learner learner, List<Event> events, LearnerOutput output) {
        try (learner) {
            events.forEach(event -> learner.observe(event, output));
            return write(learner.state());
        }
    }

    private static byte[] write(LearnerState state) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            LearnerStateCodec.write(state, new DataOutputStream(bytes));
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static LearnerState read(byte[] bytes) {
        try {
            return LearnerStateCodec.read(new DataInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Provide
    Arbitrary<OptimiserSpec> optimisers() {
        return Arbitraries.of(
                new OptimiserSpec.Sgd(0.05),
                new OptimiserSpec.Sgd(3e38), // diverges, rolls back and stops
                new OptimiserSpec.Momentum(0.05, 0.9, false),
                new OptimiserSpec.Momentum(0.05, 0.9, true),
                new OptimiserSpec.Adam(0.01, 0.9, 0.999, 1e-8),
                new OptimiserSpec.AdamW(0.01, 0.9, 0.999, 1e-8, 0.1),
                new OptimiserSpec.RmsProp(0.01, 0.95, 0.01, false),
                new OptimiserSpec.RmsProp(0.01, 0.95, 0.01, true));
    }

    @Provide
    Arbitrary<LearnerSpec> specs() {
        Arbitrary<MethodSpec> methods = Arbitraries.of(methods());
        Arbitrary<ScheduleSpec> schedules = Arbitraries.of(
                new ScheduleSpec.Constant(),
                new ScheduleSpec.Linear(1e-3, 10, true),
                new ScheduleSpec.Cosine(0, 4, 1e-3, 12, false));
        return Combinators.combine(
                        optimisers(),
                        methods,
                        Arbitraries.of(Normalisation.class),
                        schedules,
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(1, 5))
                .as(this::spec);
    }

    private static List<MethodSpec> methods() {
        List<MethodSpec> methods = new ArrayList<>();
        methods.add(new MethodSpec.None());
        for (AffineMode mode : AffineMode.values()) {
            methods.add(new MethodSpec.NormalizeAndProject(1, new Affine(mode, 0.9), mode == AffineMode.FREE));
            methods.add(new MethodSpec.NormalizeAndProject(3, new Affine(mode, 0.9), false));
        }
        methods.add(new MethodSpec.SpectralNormalisation(List.of(-2), Divisor.CAP, 0.5, Scheduler.NONE, true));
        methods.add(new MethodSpec.SpectralNormalisation(List.of(-1, -3), Divisor.ALWAYS, 1, Scheduler.DIV_OUT, false));
        methods.add(new MethodSpec.WeightNormalisation());
        return methods;
    }

    private LearnerSpec spec(
            OptimiserSpec optimiser,
            MethodSpec method,
            Normalisation normalisation,
            ScheduleSpec schedule,
            int kind,
            boolean flag,
            int batchSize) {
        boolean projects = method instanceof MethodSpec.NormalizeAndProject;
        return SpecBuilder.spec()
                .with(s -> {
                    s.task = switch (kind) {
                        case 0 -> new TaskSpec.Classification(List.of(6), 3, 0.5);
                        case 1 -> new TaskSpec.Regression(List.of(6), 2, 1.0);
                        default -> new TaskSpec.Classification(List.of(2, 5, 5), 3, 1.0);
                    };
                    s.convolutions = kind == 2 ? List.of(new ConvolutionSpec(3, 3, 2, 1)) : List.of();
                    s.hidden = List.of(5, 4);
                    s.activation = flag ? Activation.RELU : Activation.CRELU;
                    s.normalisation =
                            projects && normalisation == Normalisation.NONE ? Normalisation.LAYER_NORM : normalisation;
                    s.method = method;
                    s.optimiser = optimiser;
                    s.schedule = schedule;
                    s.batchSize = batchSize;
                    s.maxGradientNorm = flag ? 0.5 : 0;
                    s.resetOptimiserOnReset = flag;
                    s.metrics = flag ? SpecBuilder.everything(2, 3) : MetricsSpec.cheap(2);
                    s.predictions = flag;
                })
                .build();
    }
}
