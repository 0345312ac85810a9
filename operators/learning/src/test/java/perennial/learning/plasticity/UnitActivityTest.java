package perennial.learning.plasticity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Initialiser;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.network.Outputs;
import perennial.learning.network.Parameter;
import perennial.learning.network.WeightForm;
import perennial.learning.random.RandomStreams;

class UnitActivityTest {

    private static final int BATCH = 3;

    private final Engine engine = new CpuEngine();

    @AfterEach
    void close() {
        engine.close();
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void shouldCountUnitsAsTheDefinitionsSay(Activation activation) {
        Network network = network(activation, List.of(30, 20));
        // Strong biases either way, so that some units are always on, some never, and one next to never.
        SplittableRandom random = new SplittableRandom(2);
        for (Layer layer : network.layers().subList(0, 3)) {
            Parameter bias = layer.offset();
            float[] values = new float[bias.length()];
            for (int i = 0; i < values.length; i++) {
                values[i] = new float[] {-3f, 0f, 0.02f, 3f}[random.nextInt(4)];
            }
            bias.write(values, network.parameters().values());
        }
        network.forward(input(random), BATCH);
        UnitActivity activity = new UnitActivity(network);

        activity.measure(BATCH);

        int[] all = new int[5];
        double saturatedSum = 0;
        for (int i = 0; i < 3; i++) {
            int[] counts = naive(network.layers().get(i));
            assertThat(activity.dead(i)).isCloseTo(counts[0] / (double) counts[3], within(1e-12));
            assertThat(activity.dormant(i)).isCloseTo(counts[1] / (double) counts[3], within(1e-12));
            assertThat(activity.linearised(i)).isCloseTo(counts[2] / (double) counts[3], within(1e-12));
            assertThat(activity.rarelyActive(i)).isCloseTo(counts[4] / (double) counts[3], within(1e-12));
            assertThat(activity.alwaysActive(i)).isCloseTo(counts[5] / (double) counts[3], within(1e-12));
            double saturated = saturated(network.layers().get(i));
            assertThat(activity.saturated(i)).isCloseTo(saturated, within(1e-12));
            saturatedSum += saturated;
            all[0] += counts[0];
            all[1] += counts[1];
            all[2] += counts[3];
            all[3] += counts[4];
            all[4] += counts[5];
        }
        assertThat(activity.dead()).isCloseTo(all[0] / (double) all[2], within(1e-12));
        assertThat(activity.dormant()).isCloseTo(all[1] / (double) all[2], within(1e-12));
        assertThat(activity.rarelyActive()).isCloseTo(all[3] / (double) all[2], within(1e-12));
        assertThat(activity.alwaysActive()).isCloseTo(all[4] / (double) all[2], within(1e-12));
        assertThat(activity.saturated()).isCloseTo(saturatedSum / 3, within(1e-12));
        assertThat(activity.linearised()).isEqualTo(activity.linearised(2));
    }

    @Test
    void shouldCountTheLastHiddenLayersOfBothStreams() {
        NetworkSpec spec = new NetworkSpec(
                List.of(), List.of(9, 20), Activation.RELU, 0, Normalisation.NONE, 0, Initialiser.PYTORCH);
        Network network =
                new Network(spec, List.of(50), new Outputs.Dueling(3, 1), BATCH, engine, WeightForm.WITH_AFFINE);
        network.initialise(new RandomStreams(4));
        Parameter bias = network.layers().get(2).offset();
        float[] values = new float[20];
        Arrays.fill(values, 0, 5, 100f);
        bias.write(values, network.parameters().values());
        network.forward(input(new SplittableRandom(2)), BATCH);
        UnitActivity activity = new UnitActivity(network);

        activity.measure(BATCH);

        int value = naive(network.layers().get(1))[2];
        int advantage = naive(network.layers().get(2))[2];
        assertThat(advantage).isGreaterThanOrEqualTo(5);
        assertThat(activity.hiddenLayers()).isEqualTo(3);
        assertThat(activity.linearised()).isEqualTo((value + advantage) / 40.0);
    }

    @Test
    void shouldHaveNothingToCountWithoutHiddenLayers() {
        NetworkSpec linear =
                new NetworkSpec(List.of(), List.of(), Activation.RELU, 0, Normalisation.NONE, 0, Initialiser.PYTORCH);
        UnitActivity activity = new UnitActivity(new Network(linear, List.of(4), 2, BATCH, engine, true));

        activity.measure(BATCH);

        assertThat(activity.dead()).isNaN();
        assertThat(activity.dormant()).isNaN();
        assertThat(activity.linearised()).isNaN();
        assertThat(activity.saturated()).isNaN();
    }

    /** Dead, dormant, linearised, all, rarely active and always active units of a layer, counted one by one. */
    private static int[] naive(Layer layer) {
        int channels = layer.shape().outputChannels();
        int samples = BATCH * layer.shape().positions();
        float[] output = layer.output().toArray();
        double[] means = new double[channels];
        int[] active = new int[channels];
        double layerMean = 0;
        for (int i = 0; i < samples * channels; i++) {
            means[i % channels] += Math.abs(output[i]) / samples;
            active[i % channels] += output[i] != 0 ? 1 : 0;
            layerMean += Math.abs(output[i]) / samples / channels;
        }
        int[] positive = new int[channels];
        for (int i = 0; i < samples * channels; i++) {
            positive[i % channels] += output[i] > 0 ? 1 : 0;
        }
        int[] counts = {0, 0, 0, channels, 0, 0};
        for (int unit = 0; unit < channels; unit++) {
            counts[0] += active[unit] == 0 ? 1 : 0;
            counts[1] += means[unit] / (layerMean + 1e-9) <= 0.025 ? 1 : 0;
            counts[2] += active[unit] == 0 || active[unit] == samples ? 1 : 0;
            counts[4] += active[unit] < 0.01 * samples ? 1 : 0;
            counts[5] += positive[unit] == samples ? 1 : 0;
        }
        return counts;
    }

    /** Fraction of outputs at which the nonlinearity's slope, taken at the input that leads there, is below one hundredth. */
    private static double saturated(Layer layer) {
        int count = BATCH * layer.shape().outputSize();
        float[] output = layer.output().toArray();
        double flat = 0;
        for (int i = 0; i < count; i++) {
            double y = output[i];
            flat += switch (layer.shape().activation()) {
                case RELU, CRELU -> y == 0 ? 1 : 0;
                case LEAKY_RELU -> 0;
                case TANH -> 1 / Math.pow(Math.cosh(0.5 * Math.log((1 + y) / (1 - y))), 2) < 0.01 ? 1 : 0;
            };
        }
        return flat / count;
    }

    private Network network(Activation activation, List<Integer> hidden) {
        NetworkSpec spec = new NetworkSpec(
                List.of(new ConvolutionSpec(12, 3, 1, 0)),
                hidden,
                activation,
                0.1,
                Normalisation.NONE,
                0,
                Initialiser.PYTORCH);
        Network network = new Network(spec, List.of(2, 5, 5), 2, BATCH, engine, true);
        network.initialise(new RandomStreams(4));
        return network;
    }

    private Buffer input(SplittableRandom random) {
        float[] values = new float[BATCH * 50];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        Buffer input = engine.allocate(values.length);
        input.set(values);
        return input;
    }
}
