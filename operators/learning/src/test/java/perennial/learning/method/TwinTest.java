package perennial.learning.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Twin;
import perennial.learning.network.Activation;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Parameter;
import perennial.learning.optimise.Optimiser;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.random.RandomStreams;

/**
 * A free network and a projected twin on the same data (NaP, section 4.1), step by step in float32. Where theory has the two
 * equal, outputs of about 1 differ by {@value #TOLERANCE} at most; where it has not, by much more.
 */
class TwinTest {

    private static final double TOLERANCE = 1e-5;
    private static final int STEPS = 40;

    static Stream<OptimiserSpec> exact() {
        return Stream.of(
                new OptimiserSpec.Sgd(0.1),
                new OptimiserSpec.Momentum(0.02, 0.8, false),
                new OptimiserSpec.Momentum(0.02, 0.8, true),
                new OptimiserSpec.Adam(0.01, 0.9, 0.999, 1e-8),
                // So great an epsilon that the twins part unless it is scaled.
                new OptimiserSpec.Adam(0.02, 0.9, 0.999, 1e-2),
                new OptimiserSpec.RmsProp(0.003, 0.9, 1e-2, false),
                new OptimiserSpec.RmsProp(0.003, 0.9, 1e-2, true));
    }

    @ParameterizedTest
    @MethodSource("exact")
    void shouldEqualAFreeRunLayerByLayerWithRescaledMoments(OptimiserSpec optimiser) {
        assertThat(difference(optimiser, Twin.PER_LAYER, true)).isLessThan(TOLERANCE);
    }

    @Test
    void shouldEqualAFreeRunUnderDescentWithoutMoments() {
        assertThat(difference(new OptimiserSpec.Sgd(0.1), Twin.PER_LAYER, false))
                .isLessThan(TOLERANCE);
    }

    @Test
    void shouldDriftFromAFreeRunUnderAdamWithoutRescaledMoments() {
        OptimiserSpec adam = new OptimiserSpec.Adam(0.01, 0.9, 0.999, 1e-8);

        assertThat(difference(adam, Twin.PER_LAYER, false)).isGreaterThan(1000 * TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("exact")
    void shouldDriftFromAFreeRunAtOneRate(OptimiserSpec optimiser) {
        assertThat(difference(optimiser, Twin.UNSCALED, true)).isGreaterThan(1000 * TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("exact")
    void shouldDriftFromAFreeRunWithOneRatioForAllLayers(OptimiserSpec optimiser) {
        assertThat(difference(optimiser, Twin.GLOBAL, true)).isGreaterThan(1000 * TOLERANCE);
    }

    /** With both networks alike every ratio is 1, and a step in parts is the whole step to the last bit. */
    @ParameterizedTest
    @MethodSource("exact")
    void shouldMakeTheWholeStepInParts(OptimiserSpec spec) {
        try (NetworkCase whole = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU);
                NetworkCase parts = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            Optimiser one = Optimiser.of(spec, whole.network.parameters(), whole.engine);
            Optimiser other = Optimiser.of(spec, parts.network.parameters(), parts.engine);
            for (int step = 0; step < 5; step++) {
                differentiate(whole, parts, step);
                TwinSteps twin = new TwinSteps(spec(Twin.PER_LAYER, true), whole.network, parts.network, other);
                twin.step(0.01);
                one.step(whole.network.parameters().values(), whole.network.gradients(), 0.01);
            }

            assertThat(parts.network.parameters().values().toArray())
                    .isEqualTo(whole.network.parameters().values().toArray());
            assertThat(other.steps()).isEqualTo(one.steps()).isEqualTo(5);
        }
    }

    /** Rates by hand: descent moves a weight by rate / ratio^2 times its gradient, and everything else by the rate. */
    @ParameterizedTest
    @MethodSource("twins")
    void shouldDivideRatesByRatios(Twin twin) {
        try (NetworkCase free = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU);
                NetworkCase projected = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            free.engine.scale(free.value(free.layer(0).weight()), 2);
            free.engine.scale(free.value(free.layer(1).weight()), 3);
            double squares = 0;
            double freeSquares = 0;
            for (int i = 0; i < 3; i++) {
                squares += Math.pow(
                        projected.norm(projected.value(projected.layer(i).weight())), 2);
                freeSquares += Math.pow(free.norm(free.value(free.layer(i).weight())), 2);
            }
            Optimiser sgd = Optimiser.of(new OptimiserSpec.Sgd(1), projected.network.parameters(), projected.engine);
            projected.differentiate();
            float[] before = projected.network.parameters().values().toArray();
            float[] gradients = projected.network.gradients().toArray();

            new TwinSteps(spec(twin, false), free.network, projected.network, sgd).step(0.5);

            float[] after = projected.network.parameters().values().toArray();
            for (Parameter parameter : projected.network.parameters().all()) {
                double ratioSquared = 1;
                if (parameter.role() == Parameter.Role.WEIGHT && parameter.layer() < 3) {
                    ratioSquared = switch (twin) {
                        case PER_LAYER -> new double[] {4, 9, 1}[parameter.layer()];
                        case GLOBAL -> freeSquares / squares;
                        default -> 1;
                    };
                }
                for (int i = parameter.offset(); i < parameter.offset() + parameter.length(); i++) {
                    assertThat((double) after[i])
                            .as("%s %d", parameter, i)
                            .isCloseTo(before[i] - 0.5 / ratioSquared * gradients[i], within(1e-6));
                }
            }
        }
    }

    static Stream<Twin> twins() {
        return Stream.of(Twin.PER_LAYER, Twin.GLOBAL, Twin.UNSCALED);
    }

    /** The largest difference of outputs after a free and a projected run. */
    private static double difference(OptimiserSpec spec, Twin twin, boolean rescaleMoments) {
        try (NetworkCase free = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU);
                NetworkCase projected = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            Optimiser one = Optimiser.of(spec, free.network.parameters(), free.engine);
            Optimiser other = Optimiser.of(spec, projected.network.parameters(), projected.engine);
            MethodSpec.NormalizeAndProject method = spec(twin, rescaleMoments);
            Method nap = Method.of(method, projected.network, other, new RandomStreams(1));
            TwinSteps steps = new TwinSteps(method, free.network, projected.network, other);
            for (int step = 0; step < STEPS; step++) {
                differentiate(free, projected, step);
                steps.step(spec.learningRate());
                nap.afterStep();
                one.step(free.network.parameters().values(), free.network.gradients(), spec.learningRate());
            }
            double growth = free.norm(free.value(free.layer(1).weight()))
                    / projected.norm(projected.value(projected.layer(1).weight()));
            assertThat(growth).as("growth of the free weight").isGreaterThan(1.02);
            return largest(free.logits(), projected.logits());
        }
    }

    private static void differentiate(NetworkCase free, NetworkCase projected, int step) {
        free.drawBatch(step % 5);
        projected.drawBatch(step % 5);
        free.differentiate();
        projected.differentiate();
    }

    private static double largest(float[] one, float[] other) {
        double largest = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs(one[i] - other[i]));
        }
        return largest;
    }

    private static MethodSpec.NormalizeAndProject spec(Twin twin, boolean rescaleMoments) {
        return new MethodSpec.NormalizeAndProject(1, new Affine(AffineMode.FREE, 0), rescaleMoments, twin);
    }
}
