package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.learning.event.Event;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.value.ValueHeadSpec;
import perennial.learning.value.ValueHeadSpec.TdLoss;

/**
 * Learners of action values on both engines: from equal weights and equal transitions they make the same updates, up to rounding.
 * Rounding grows with every update, so that only the first ones are compared.
 */
class EngineAgreementTest {

    private static final int UPDATES = 200;
    private static final int COMPARED = 25;
    private static final int WARM_UP = 20;

    /** Relative; 32-bit sums in another order differ by some 1e-7 an update. */
    private static final double TOLERANCE = 1e-4;

    @Test
    void shouldMakeTheSameFirstUpdatesOfADistribution() {
        assertAgreement(new MethodSpec.None(), new ValueHeadSpec.Categorical(51, -5, 5, true, false), 1);
    }

    @Test
    void shouldMakeTheSameFirstUpdatesWithSpectralNormalisation() {
        assertAgreement(
                new MethodSpec.SpectralNormalisation(List.of(-3, -2), Divisor.CAP, 1, Scheduler.NONE, false),
                new ValueHeadSpec.Expected(TdLoss.HUBER, false, false),
                2);
    }

    private static void assertAgreement(MethodSpec method, ValueHeadSpec head, long seed) {
        LearnerSpec spec = SpecBuilder.spec()
                .with(s -> {
                    s.task = Transitions.task(t -> {
                        t.observation = List.of(2, 5, 5);
                        t.head = head;
                        t.capacity = 200;
                        t.warmUp = WARM_UP;
                        t.target = new TargetSpec.Copied(50);
                    });
                    s.convolutions = List.of(new ConvolutionSpec(4, 3, 1, 0));
                    s.hidden = List.of(16);
                    s.normalisation = Normalisation.NONE;
                    s.method = method;
                    s.optimiser = new OptimiserSpec.Adam(1e-3, 0.9, 0.999, 1e-4);
                    s.batchSize = 16;
                    s.seed = seed;
                })
                .build();
        TaskSpec.Reinforcement task = (TaskSpec.Reinforcement) spec.task();
        List<Event> events = Transitions.random(task, UPDATES + 2 * WARM_UP, seed);

        List<Report> cpu = train(spec, "cpu", events);
        List<Report> nd4j = train(spec, "nd4j", events);

        assertThat(cpu).hasSizeGreaterThanOrEqualTo(UPDATES).hasSameSizeAs(nd4j);
        assertThat(cpu).allMatch(report -> report.status == Report.Status.TRAINED);
        assertThat(nd4j).allMatch(report -> report.status == Report.Status.TRAINED);
        for (int i = 0; i < COMPARED; i++) {
            compare(nd4j.get(i), cpu.get(i));
        }
        assertThat(cpu.get(0).engine).isNotEqualTo(nd4j.get(0).engine);
    }

    private static List<Report> train(LearnerSpec spec, String engine, List<Event> events) {
        RecordingOutput output = new RecordingOutput();
        try (Learner learner = Learners.create(spec, engine)) {
            events.forEach(event -> learner.observe(event, output));
        }
        return output.reports;
    }

    private static void compare(Report actual, Report expected) {
        assertThat(actual.update).isEqualTo(expected.update);
        assertClose("loss", actual.loss, expected.loss, expected.update);
        assertClose("TD error", actual.tdError, expected.tdError, expected.update);
        assertClose("gradient norm", actual.gradientNorm, expected.gradientNorm, expected.update);
        assertClose("parameter norm", actual.parameterNorm, expected.parameterNorm, expected.update);
        for (int i = 0; i < expected.layers.size(); i++) {
            double spectralNorm = expected.layers.get(i).spectralNorm;
            if (Double.isNaN(spectralNorm)) {
                assertThat(actual.layers.get(i).spectralNorm).isNaN();
            } else {
                assertClose("spectral norm", actual.layers.get(i).spectralNorm, spectralNorm, expected.update);
            }
        }
    }

    private static void assertClose(String what, double actual, double expected, long update) {
        assertThat(actual).as("%s, update %d", what, update).isCloseTo(expected, within(TOLERANCE * expected));
    }
}
