package perennial.learning.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.engine.Buffer;
import perennial.learning.learner.NetworkWeights;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.Activation;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Outputs;
import perennial.learning.optimise.Optimiser;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.random.RandomStreams;

/** What the methods do to the two streams of a dueling network: conv.0, hidden.0, then value.hidden.0 and advantage.hidden.0. */
class DuelingMethodsTest {

    private static final int CONVOLUTION = 0;
    private static final int SHARED = 1;
    private static final int VALUE = 2;
    private static final int ADVANTAGE = 3;
    private static final int VALUE_OUTPUT = 4;
    private static final int ADVANTAGE_OUTPUT = 5;

    // ---- Normalize-and-Project ----

    @Test
    void shouldProjectTheHiddenLayersOfBothStreamsAndNoOutput() {
        try (NetworkCase scene = scene(Normalisation.LAYER_NORM, Activation.RELU)) {
            double[] before = norms(scene);
            Method nap = nap(scene, AffineMode.FREE);
            scene.disturb(4, 0.3);
            double[] disturbed = norms(scene);
            float[] outputs = scene.logits();

            nap.afterStep();

            double[] after = norms(scene);
            for (int i = 0; i < 4; i++) {
                assertThat(disturbed[i]).isNotCloseTo(before[i], within(1e-2));
                assertThat(after[i]).as(scene.layer(i).name()).isCloseTo(before[i], within(1e-6));
            }
            assertThat(after[VALUE_OUTPUT]).isEqualTo(disturbed[VALUE_OUTPUT]);
            assertThat(after[ADVANTAGE_OUTPUT]).isEqualTo(disturbed[ADVANTAGE_OUTPUT]);
            assertThat(scene.logits()).containsExactly(outputs, within(5e-6f));
        }
    }

    @Test
    void shouldRescaleJointlyOnlyWhatNoOutputReads() {
        try (NetworkCase scene = scene(Normalisation.LAYER_NORM, Activation.RELU)) {
            Method nap = nap(scene, AffineMode.JOINT);
            for (int i = 0; i < 4; i++) {
                scene.engine.fill(scene.value(scene.layer(i).scale()), 1.7f);
            }
            float[] outputs = scene.logits();

            nap.afterStep();

            assertThat(scene.logits()).containsExactly(outputs, within(1e-5f));
            assertThat(scale(scene, CONVOLUTION)).isCloseTo(1f, within(1e-6f));
            assertThat(scale(scene, SHARED)).isCloseTo(1f, within(1e-6f));
            assertThat(scale(scene, VALUE)).isEqualTo(1.7f);
            assertThat(scale(scene, ADVANTAGE)).isEqualTo(1.7f);
        }
    }

    // ---- Spectral normalisation ----

    @ParameterizedTest
    @ValueSource(ints = {-1, -2, -3, -4})
    void shouldCountBothStreamsAlikeFromTheOutput(int index) {
        List<List<Integer>> chosen = List.of(
                List.of(VALUE_OUTPUT, ADVANTAGE_OUTPUT), List.of(VALUE, ADVANTAGE), List.of(SHARED), List.of(0));
        try (NetworkCase scene = scene(Normalisation.NONE, Activation.RELU)) {
            SpectralNormalisation method = sn(scene, List.of(index), Divisor.ALWAYS, 0.5, Scheduler.NONE);
            method.beforeForward();

            for (int i = 0; i < 6; i++) {
                double sigma = method.spectralNorm(i);
                if (chosen.get(-index - 1).contains(i)) {
                    assertThat((double) scene.layer(i).weightFactor()).isCloseTo(0.5 / sigma, within(1e-6));
                } else {
                    assertThat(sigma).isNaN();
                    assertThat(scene.layer(i).weightFactor()).isEqualTo(1f);
                }
            }
        }
    }

    @Test
    void shouldRefuseALayerBeforeTheFirst() {
        try (NetworkCase scene = scene(Normalisation.NONE, Activation.RELU)) {
            assertThatThrownBy(() -> sn(scene, List.of(-5), Divisor.CAP, 1, Scheduler.NONE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("layer=-5 layers=4; the first layer is -4");
        }
    }

    @Test
    void shouldDivideTheOutputsByTheProductOfTheStreamWithTheGreaterOne() {
        try (NetworkCase scene = scene(Normalisation.NONE, Activation.RELU)) {
            float[] plain = scene.logits();
            SpectralNormalisation method = sn(scene, List.of(-2, -3), Divisor.ALWAYS, 0.5, Scheduler.DIV_OUT);
            method.beforeForward();

            float[] actual = scene.logits();

            double greater = Math.max(method.spectralNorm(VALUE), method.spectralNorm(ADVANTAGE));
            double product = method.spectralNorm(SHARED) / 0.5 * greater / 0.5;
            assertDivided(actual, plain, product);
        }
    }

    @Test
    void shouldScaleTheBiasesOfBothStreamsByWhatTheyShare() {
        try (NetworkCase scene = scene(Normalisation.NONE, Activation.RELU)) {
            float[] plain = scene.logits();
            SpectralNormalisation method = sn(scene, List.of(-3, -4), Divisor.ALWAYS, 0.5, Scheduler.BIAS_SCALING);
            method.beforeForward();

            float[] actual = scene.logits();

            double product = method.spectralNorm(CONVOLUTION) / 0.5 * method.spectralNorm(SHARED) / 0.5;
            assertDivided(actual, plain, product);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -2})
    void shouldRefuseToScaleBiasesByProductsThatDiffer(int index) {
        try (NetworkCase scene = scene(Normalisation.NONE, Activation.RELU)) {
            assertThatThrownBy(() -> sn(scene, List.of(-3, index), Divisor.CAP, 1, Scheduler.BIAS_SCALING))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the value and the advantages of a dueling network")
                    .hasMessageContaining("layers=[-3, " + index + "]");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Scheduler.class,
            names = {"NONE", "DIV_OUT"})
    void shouldDifferentiateWhatGoesForward(Scheduler scheduler) {
        try (NetworkCase scene = scene(Normalisation.NONE, Activation.TANH)) {
            SpectralNormalisation method = sn(scene, List.of(-1, -2, -4), Divisor.ALWAYS, 0.7, scheduler);
            method.beforeForward();
            scene.differentiate();
            float[] gradient = scene.network.gradients().toArray();
            Buffer values = scene.network.parameters().values();
            float[] at = values.toArray();
            float step = 1f / 128;

            for (int i = 0; i < at.length; i += 7) {
                double difference = (loss(scene, at, i, step) - loss(scene, at, i, -step)) / (2 * step);
                assertThat((double) gradient[i])
                        .as("gradient %d", i)
                        .isCloseTo(difference, within(2e-5 + 0.01 * Math.abs(gradient[i])));
            }
        }
    }

    /** What an actor loads: without a method the folded weights give the outputs of the network with it. */
    @ParameterizedTest
    @EnumSource(
            value = Scheduler.class,
            names = {"NONE", "DIV_OUT"})
    void shouldFoldItsFactorsIntoTheWeightsOfBothStreams(Scheduler scheduler) {
        try (NetworkCase scene = scene(Normalisation.NONE, Activation.RELU);
                NetworkCase actor = scene(Normalisation.NONE, Activation.RELU)) {
            SpectralNormalisation method = sn(scene, List.of(-1, -2, -3), Divisor.ALWAYS, 0.5, scheduler);
            method.beforeForward();
            float[] expected = scene.logits();

            NetworkWeights.into(NetworkWeights.folded(scene.network), actor.network);

            assertThat(actor.logits()).containsExactly(expected, within(1e-5f));
        }
    }

    // ---- Scenes ----

    private static double loss(NetworkCase scene, float[] at, int index, float step) {
        float[] moved = at.clone();
        moved[index] += step;
        scene.network.parameters().values().set(moved);
        return scene.engine.softmaxCrossEntropy(
                NetworkCase.BATCH,
                NetworkCase.CLASSES,
                scene.network.forward(scene.input, NetworkCase.BATCH),
                scene.labels,
                scene.gradient);
    }

    private static void assertDivided(float[] actual, float[] plain, double product) {
        for (int i = 0; i < plain.length; i++) {
            assertThat((double) actual[i])
                    .isCloseTo(plain[i] / product, within(4e-6 * Math.abs(plain[i] / product) + 1e-6));
        }
    }

    private static NetworkCase scene(Normalisation normalisation, Activation activation) {
        return new NetworkCase(normalisation, activation, true, new Outputs.Dueling(2, 2));
    }

    private static Method nap(NetworkCase scene, AffineMode mode) {
        return Method.of(
                new MethodSpec.NormalizeAndProject(1, new Affine(mode, 0.9), false),
                scene.network,
                sgd(scene),
                new RandomStreams(1));
    }

    private static SpectralNormalisation sn(
            NetworkCase scene, List<Integer> layers, Divisor divisor, double lambda, Scheduler scheduler) {
        return new SpectralNormalisation(
                new MethodSpec.SpectralNormalisation(layers, divisor, lambda, scheduler, false),
                scene.network,
                sgd(scene),
                new RandomStreams(1));
    }

    private static Optimiser sgd(NetworkCase scene) {
        return Optimiser.of(new OptimiserSpec.Sgd(0.1), scene.network.parameters(), scene.engine);
    }

    private static double[] norms(NetworkCase scene) {
        return IntStream.range(0, 6)
                .mapToDouble(i -> scene.norm(scene.value(scene.layer(i).weight())))
                .toArray();
    }

    private static float scale(NetworkCase scene, int layer) {
        return scene.value(scene.layer(layer).scale()).toArray()[0];
    }
}
