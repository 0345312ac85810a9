package perennial.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;
import perennial.learning.random.RandomStreams;

class InitialiserTest {

    private final Engine engine = new CpuEngine();

    @AfterEach
    void close() {
        engine.close();
    }

    /* hidden.0.weight is [300, 200], conv.0.weight [40, 20, 5, 5]: fan-in 500, fan-out 1000. */
    @ParameterizedTest
    @CsvSource({
        "PYTORCH,         0.00166667,   0.000666667",
        "HE_UNIFORM,      0.01,         0.004",
        "HE_NORMAL,       0.01,         0.004",
        "GLOROT_UNIFORM,  0.004,        0.001333333",
        "GLOROT_NORMAL,   0.004,        0.001333333",
        "LECUN_UNIFORM,   0.005,        0.002",
        "LECUN_NORMAL,    0.005,        0.002"
    })
    void shouldDrawWithTheVarianceOfThePaper(Initialiser initialiser, double dense, double convolutional) {
        Network mlp = network(initialiser, List.of(), List.of(200), Normalisation.NONE, 1);
        Network cnn = network(
                initialiser, List.of(new ConvolutionSpec(40, 5, 1, 0)), List.of(20, 6, 6), Normalisation.NONE, 1);

        assertThat(variance(mlp, 0)).isCloseTo(dense, within(0.05 * dense));
        assertThat(variance(cnn, 0)).isCloseTo(convolutional, within(0.05 * convolutional));
    }

    @Test
    void shouldKeepUniformWeightsWithinTheirBound() {
        Network network = network(Initialiser.PYTORCH, List.of(), List.of(200), Normalisation.NONE, 1);
        float bound = (float) (1 / Math.sqrt(200));

        float[] weights = weight(network, 0);

        for (float weight : weights) {
            assertThat(weight).isBetween(-bound, bound);
        }
        float[] bias =
                network.layers().get(0).offset().read(network.parameters().values());
        assertThat(bias).doesNotContain(0f);
        for (float value : bias) {
            assertThat(value).isBetween(-bound, bound);
        }
    }

    /** 200 and 43 inputs: 180 and 39 at 0. */
    @ParameterizedTest
    @CsvSource({"200, 180", "43, 39"})
    void shouldBeginNineTenthsOfEachUnitsInputsAtZero(int inputs, int zeros) {
        Network network = network(Initialiser.SPARSE, List.of(), List.of(inputs), Normalisation.NONE, 1);
        float bound = (float) (1 / Math.sqrt(inputs));

        float[] weights = weight(network, 0);

        int[] zerosOfInput = new int[inputs];
        for (int unit = 0; unit < 300; unit++) {
            int found = 0;
            for (int i = 0; i < inputs; i++) {
                float weight = weights[unit * inputs + i];
                assertThat(weight).isBetween(-bound, bound);
                found += weight == 0 ? 1 : 0;
                zerosOfInput[i] += weight == 0 ? 1 : 0;
            }
            assertThat(found).isEqualTo(zeros);
        }
        // 300 units with 0.9 of a zero each: within five deviations.
        for (int count : zerosOfInput) {
            assertThat(count).isBetween(244, 296);
        }
        assertThat(network.layers().get(0).offset().read(network.parameters().values()))
                .containsOnly(0f);
    }

    @Test
    void shouldThinTheKernelOfAConvolutionAsOneUnit() {
        Network network = network(
                Initialiser.SPARSE,
                List.of(new ConvolutionSpec(40, 5, 1, 0)),
                List.of(20, 6, 6),
                Normalisation.NONE,
                1);

        float[] weights = weight(network, 0);

        for (int channel = 0; channel < 40; channel++) {
            int found = 0;
            for (int i = 0; i < 500; i++) {
                found += weights[channel * 500 + i] == 0 ? 1 : 0;
            }
            assertThat(found).isEqualTo(450);
        }
    }

    @Test
    void shouldBeginBiasesAtZeroElsewhere() {
        Network network = network(Initialiser.HE_NORMAL, List.of(), List.of(200), Normalisation.NONE, 1);

        assertThat(network.layers().get(1).offset().read(network.parameters().values()))
                .containsOnly(0f);
    }

    @Test
    void shouldBeginScalesAtOneAndOffsetsAtZero() {
        Network network = network(Initialiser.PYTORCH, List.of(), List.of(200), Normalisation.LAYER_NORM, 1);
        Layer layer = network.layers().get(0);

        assertThat(layer.scale().read(network.parameters().values())).containsOnly(1f);
        assertThat(layer.offset().read(network.parameters().values())).containsOnly(0f);
    }

    @Test
    void shouldGiveNetworksThatDifferElsewhereTheSameWeights() {
        Network plain = network(Initialiser.PYTORCH, List.of(), List.of(200), Normalisation.NONE, 5);
        Network normalised = network(Initialiser.PYTORCH, List.of(), List.of(200), Normalisation.LAYER_NORM, 5);
        Network otherSeed = network(Initialiser.PYTORCH, List.of(), List.of(200), Normalisation.NONE, 6);

        assertThat(weight(plain, 0)).isEqualTo(weight(normalised, 0)).isNotEqualTo(weight(otherSeed, 0));
    }

    private Network network(
            Initialiser initialiser,
            List<ConvolutionSpec> convolutions,
            List<Integer> input,
            Normalisation normalisation,
            long seed) {
        NetworkSpec spec =
                new NetworkSpec(convolutions, List.of(300), Activation.RELU, 0, normalisation, 1e-6, initialiser);
        Network network = new Network(spec, input, 10, 1, engine, true);
        network.initialise(new RandomStreams(seed));
        return network;
    }

    private static float[] weight(Network network, int layer) {
        return network.layers().get(layer).weight().read(network.parameters().values());
    }

    private static double variance(Network network, int layer) {
        float[] weights = weight(network, layer);
        double sum = 0;
        for (float weight : weights) {
            sum += (double) weight * weight;
        }
        return sum / weights.length;
    }
}
