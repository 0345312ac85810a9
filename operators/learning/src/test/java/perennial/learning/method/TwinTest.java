package perennial.learning.method;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.network.Activation;
import perennial.learning.network.Layer;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Parameter;
import perennial.learning.optimise.Optimiser;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.random.RandomStreams;

/**
 * A free network and a projected twin on the same data (NaP, section 4.1): with each layer's rate divided by r^2 (descent) or r
 * (Adam, whose moments are rescaled at each projection), r = norm of the free weight / norm of the projected one, the
 * two compute the same function. In float32 the outputs then agree to about 1e-5; the tests ask for
 * {@value #TOLERANCE}.
 */
class TwinTest {

    private static final double TOLERANCE = 1e-3;
    private static final int ADAM_STEPS = 120;

    /** Beyond these, descent at this rate leaves stability, and the last bits' differences grow tenfold every ten steps. */
    private static final int DESCENT_STEPS = 50;

    @Test
    void shouldEqualAFreeRunUnderDescentAtRatesDividedBySquaredRatios() {
        assertThat(descend(2)).isLessThan(TOLERANCE);
    }

    @Test
    void shouldDriftFromAFreeRunUnderDescentAtOneRate() {
        assertThat(descend(0)).isGreaterThan(10 * TOLERANCE);
    }

    @Test
    void shouldEqualAFreeRunUnderAdamWithRescaledMoments() {
        assertThat(adapt(true)).isLessThan(TOLERANCE);
    }

    @Test
    void shouldDriftFromAFreeRunUnderAdamWithoutRescaledMoments() {
        assertThat(adapt(false)).isGreaterThan(10 * TOLERANCE);
    }

    /** Largest difference of outputs when the twin's rates are divided by r to that power. */
    private static double descend(int power) {
        try (NetworkCase free = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU);
                NetworkCase twin = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            Optimiser unused = Optimiser.of(new OptimiserSpec.Sgd(0), twin.network.parameters(), twin.engine);
            Method nap = Method.of(spec(false), twin.network, unused, new RandomStreams(1));
            double rate = 0.1;
            for (int step = 0; step < DESCENT_STEPS; step++) {
                double[] ratios = ratios(free, twin);
                differentiate(free, twin, step);
                for (Parameter parameter : free.network.parameters().all()) {
                    double divisor = isProjected(twin, parameter) ? Math.pow(ratios[parameter.layer()], power) : 1;
                    free.engine.addScaled(free.gradientOf(parameter), (float) -rate, free.value(parameter));
                    twin.engine.addScaled(twin.gradientOf(parameter), (float) (-rate / divisor), twin.value(parameter));
                }
                nap.afterStep();
            }
            assertThat(ratios(free, twin)[1]).as("growth of the free weight").isGreaterThan(1.15);
            return difference(free, twin);
        }
    }

    private static double adapt(boolean rescaleMoments) {
        try (NetworkCase free = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU);
                NetworkCase twin = new NetworkCase(Normalisation.LAYER_NORM, Activation.RELU)) {
            // An epsilon of next to nothing, since it does not scale with the gradient.
            OptimiserSpec.Adam adam = new OptimiserSpec.Adam(0.01, 0.9, 0.999, 1e-30);
            Optimiser freeAdam = Optimiser.of(adam, free.network.parameters(), free.engine);
            Optimiser twinAdam = Optimiser.of(adam, twin.network.parameters(), twin.engine);
            Method nap = Method.of(spec(rescaleMoments), twin.network, twinAdam, new RandomStreams(1));
            for (int step = 0; step < ADAM_STEPS; step++) {
                double[] ratios = ratios(free, twin);
                differentiate(free, twin, step);
                freeAdam.step(free.network.parameters().values(), free.network.gradients(), adam.learningRate());
                for (Parameter parameter : twin.network.parameters().all()) {
                    double divisor = isProjected(twin, parameter) ? ratios[parameter.layer()] : 1;
                    step(twin.engine, twin, parameter, twinAdam, step + 1, adam, adam.learningRate() / divisor);
                }
                nap.afterStep();
            }
            assertThat(ratios(free, twin)[1]).as("growth of the free weight").isGreaterThan(1.2);
            return difference(free, twin);
        }
    }

    /** Adam on one parameter, with a rate of its own. */
    private static void step(
            Engine engine,
            NetworkCase twin,
            Parameter parameter,
            Optimiser optimiser,
            int step,
            OptimiserSpec.Adam adam,
            double rate) {
        Buffer first = parameter.in(optimiser.slots().get(0).values());
        Buffer second = parameter.in(optimiser.slots().get(1).values());
        engine.adamStep(
                twin.value(parameter),
                twin.gradientOf(parameter),
                first,
                second,
                step,
                rate,
                adam.beta1(),
                adam.beta2(),
                adam.epsilon(),
                0);
    }

    private static void differentiate(NetworkCase free, NetworkCase twin, int step) {
        free.drawBatch(step % 5);
        twin.drawBatch(step % 5);
        free.differentiate();
        twin.differentiate();
    }

    private static boolean isProjected(NetworkCase scene, Parameter parameter) {
        Layer layer = scene.layer(parameter.layer());
        return layer.isNormalised() && parameter.role() == Parameter.Role.WEIGHT;
    }

    private static double[] ratios(NetworkCase free, NetworkCase twin) {
        double[] ratios = new double[3];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = free.norm(free.value(free.layer(i).weight()))
                    / twin.norm(twin.value(twin.layer(i).weight()));
        }
        return ratios;
    }

    private static double difference(NetworkCase free, NetworkCase twin) {
        float[] one = free.logits();
        float[] other = twin.logits();
        double largest = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs(one[i] - other[i]));
        }
        return largest;
    }

    private static MethodSpec spec(boolean rescaleMoments) {
        return new MethodSpec.NormalizeAndProject(1, new Affine(AffineMode.FREE, 0), rescaleMoments);
    }
}
