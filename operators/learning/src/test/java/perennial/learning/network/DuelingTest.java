package perennial.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.engine.Engines;
import perennial.learning.random.RandomStreams;

/** What {@link NetworkTest} does not say of the two streams of a dueling network. */
class DuelingTest {

    private static final List<ConvolutionSpec> CONVOLUTION = List.of(new ConvolutionSpec(3, 3, 1, 0));

    /*
     * One input x, streams of one unit each: v = relu(2x) + 1 for the value; h = relu(3x), a = (h, -h, 2h + 6) for the advantages.
     * At x = 1: v = 3, a = (3, -3, 12), mean 4, Q = 3 + (-1, -7, 8).
     */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "nd4j"})
    void shouldAddTheCentredAdvantagesToTheValue(String engineName) {
        try (Engine engine = Engines.create(engineName)) {
            Network network = byHand(engine);
            Buffer input = engine.allocate(2);
            input.set(new float[] {1, -1});

            float[] outputs = network.forward(input, 2).toArray();

            // At x = -1 the units are 0: v = 1, a = (0, 0, 6), mean 2.
            assertThat(outputs).containsExactly(new float[] {2, -4, 11, -1, -1, 5}, within(1e-5f));
        }
    }

    /** Of Q of the first action alone: the value has a slope of 1, the advantages one of 2/3 and -1/3. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "nd4j"})
    void shouldSendTheGradientThroughBothStreams(String engineName) {
        try (Engine engine = Engines.create(engineName)) {
            Network network = byHand(engine);
            Buffer input = engine.allocate(2);
            input.set(new float[] {1, -1});
            network.forward(input, 1);
            // Shorter than the capacity, as one who measures a single sample has it.
            Buffer gradient = engine.allocate(3);
            gradient.set(new float[] {1, 0, 0});

            float[] inputGradient = network.backwardToInput(gradient).toArray();

            assertThat(gradientOf(network, "value.output.weight")).containsExactly(new float[] {2}, within(1e-6f));
            assertThat(gradientOf(network, "value.hidden.0.weight")).containsExactly(new float[] {1}, within(1e-6f));
            assertThat(gradientOf(network, "advantage.output.bias"))
                    .containsExactly(new float[] {2f / 3, -1f / 3, -1f / 3}, within(1e-6f));
            // h's slope is 2/3 1 + 1/3 1 - 1/3 2 = 1/3.
            assertThat(gradientOf(network, "advantage.hidden.0.weight"))
                    .containsExactly(new float[] {1f / 3}, within(1e-6f));
            assertThat(inputGradient[0]).isCloseTo(2 + 3 / 3f, within(1e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "nd4j"})
    void shouldNotSeeWhatAllAdvantagesHaveInCommon(String engineName) {
        try (Engine engine = Engines.create(engineName)) {
            Network network =
                    network(engine, CONVOLUTION, List.of(9, 7), List.of(2, 5, 5), new Outputs.Dueling(3, 4), 2);
            network.initialise(new RandomStreams(5));
            Buffer input = engine.allocate(100);
            SplittableRandom random = new SplittableRandom(3);
            float[] values = new float[100];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble(-1, 1);
            }
            input.set(values);
            float[] before = network.forward(input, 2).toArray();

            // Each atom of all actions alike, by a number of its own.
            Parameter bias = parameter(network, "advantage.output.bias");
            float[] moved = bias.read(network.parameters().values());
            for (int i = 0; i < moved.length; i++) {
                moved[i] += 1 + i % 4;
            }
            bias.write(moved, network.parameters().values());

            assertThat(network.forward(input, 2).toArray()).containsExactly(before, within(1e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "nd4j"})
    void shouldGiveBothStreamsTheLastHiddenLayer(String engineName) {
        try (Engine engine = Engines.create(engineName)) {
            Network network =
                    network(engine, CONVOLUTION, List.of(9, 7), List.of(2, 5, 5), new Outputs.Dueling(3, 4), 1);

            assertThat(network.parameters().description())
                    .isEqualTo("conv.0.weight[3, 2, 3, 3] conv.0.bias[3]"
                            + " hidden.0.weight[9, 27] hidden.0.bias[9]"
                            + " value.hidden.0.weight[7, 9] value.hidden.0.bias[7]"
                            + " advantage.hidden.0.weight[7, 9] advantage.hidden.0.bias[7]"
                            + " value.output.weight[4, 7] value.output.bias[4]"
                            + " advantage.output.weight[12, 7] advantage.output.bias[12]");
            assertThat(network.outputs()).isEqualTo(12);
            assertThat(network.layers())
                    .extracting(layer ->
                            layer.previous() == null ? "" : layer.previous().name())
                    .containsExactly("", "conv.0", "hidden.0", "hidden.0", "value.hidden.0", "advantage.hidden.0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "nd4j"})
    void shouldLetTheStreamsReadTheImageOfAConvolution(String engineName) {
        try (Engine engine = Engines.create(engineName)) {
            Network network = network(engine, CONVOLUTION, List.of(7), List.of(2, 5, 5), new Outputs.Dueling(3, 1), 1);

            assertThat(parameter(network, "value.hidden.0.weight").shape()).containsExactly(7, 27);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "nd4j"})
    void shouldRefuseStreamsWithoutAHiddenLayer(String engineName) {
        try (Engine engine = Engines.create(engineName)) {
            assertThatThrownBy(() ->
                            network(engine, CONVOLUTION, List.of(), List.of(2, 5, 5), new Outputs.Dueling(3, 1), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a dueling network needs a hidden layer")
                    .hasMessageContaining("hidden=[]");
        }
    }

    private static Network byHand(Engine engine) {
        Network network = network(engine, List.of(), List.of(1), List.of(1), new Outputs.Dueling(3, 1), 2);
        write(network, "value.hidden.0.weight", 2);
        write(network, "value.output.weight", 1);
        write(network, "value.output.bias", 1);
        write(network, "advantage.hidden.0.weight", 3);
        write(network, "advantage.output.weight", 1, -1, 2);
        write(network, "advantage.output.bias", 0, 0, 6);
        return network;
    }

    private static Network network(
            Engine engine,
            List<ConvolutionSpec> convolutions,
            List<Integer> hidden,
            List<Integer> input,
            Outputs outputs,
            int batchCapacity) {
        NetworkSpec spec =
                new NetworkSpec(convolutions, hidden, Activation.RELU, 0, Normalisation.NONE, 0, Initialiser.PYTORCH);
        return new Network(spec, input, outputs, batchCapacity, engine, WeightForm.WITH_AFFINE);
    }

    private static void write(Network network, String name, float... values) {
        parameter(network, name).write(values, network.parameters().values());
    }

    private static float[] gradientOf(Network network, String name) {
        return parameter(network, name).read(network.gradients());
    }

    private static Parameter parameter(Network network, String name) {
        return network.parameters().all().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
