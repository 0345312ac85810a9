package perennial.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.CpuEngine;
import perennial.learning.engine.Engine;
import perennial.learning.random.RandomStreams;

class NetworkTest {

    private static final int BATCH = 3;
    private static final int OUTPUTS = 4;
    private static final double STEP = 1e-6;
    private static final List<Outputs> ENDS =
            List.of(new Outputs.Linear(OUTPUTS), new Outputs.Dueling(4, 1), new Outputs.Dueling(2, 2));

    private final Engine engine = new CpuEngine();
    private final SplittableRandom random = new SplittableRandom(11);

    @AfterEach
    void close() {
        engine.close();
    }

    static Stream<Arguments> networks() {
        List<Arguments> all = new ArrayList<>();
        for (Normalisation normalisation : Normalisation.values()) {
            for (Activation activation : Activation.values()) {
                for (boolean convolutional : new boolean[] {false, true}) {
                    for (Outputs outputs : ENDS) {
                        all.add(Arguments.of(normalisation, activation, convolutional, true, outputs));
                    }
                }
            }
            all.add(Arguments.of(normalisation, Activation.RELU, true, false, ENDS.get(0)));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void shouldComputeWhatTheFormulasSay(
            Normalisation normalisation,
            Activation activation,
            boolean convolutional,
            boolean affine,
            Outputs outputs) {
        Case data = new Case(normalisation, activation, convolutional, affine, outputs);

        float[] logits = data.network.forward(data.input, BATCH).toArray();

        for (int sample = 0; sample < BATCH; sample++) {
            double[] expected = data.reference.outputs(data.parameters, data.inputs[sample]);
            for (int i = 0; i < OUTPUTS; i++) {
                assertThat((double) logits[sample * OUTPUTS + i]).isCloseTo(expected[i], within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void shouldDifferentiateCrossEntropyAsFiniteDifferencesDo(
            Normalisation normalisation,
            Activation activation,
            boolean convolutional,
            boolean affine,
            Outputs outputs) {
        Case data = new Case(normalisation, activation, convolutional, affine, outputs);
        int[] labels = {1, 3, 0};
        Buffer gradient = engine.allocate(BATCH * OUTPUTS);

        double loss =
                engine.softmaxCrossEntropy(BATCH, OUTPUTS, data.network.forward(data.input, BATCH), labels, gradient);
        float[] inputGradient = data.network.backwardToInput(gradient).toArray();

        ToDoubleFunction<Map<String, double[]>> reference = p -> data.reference.crossEntropy(p, data.inputs, labels);
        assertThat(loss).isCloseTo(reference.applyAsDouble(data.parameters), within(1e-5));
        data.compareGradients(reference, inputGradient);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void shouldDifferentiateSquaredErrorAsFiniteDifferencesDo(
            Normalisation normalisation,
            Activation activation,
            boolean convolutional,
            boolean affine,
            Outputs outputs) {
        Case data = new Case(normalisation, activation, convolutional, affine, outputs);
        double[][] targets = new double[BATCH][OUTPUTS];
        Buffer targetBuffer = engine.allocate(BATCH * OUTPUTS);
        for (int i = 0; i < BATCH * OUTPUTS; i++) {
            float value = (float) random.nextDouble(-1, 1);
            targets[i / OUTPUTS][i % OUTPUTS] = value;
            targetBuffer.write(i, new float[] {value}, 0, 1);
        }
        Buffer gradient = engine.allocate(BATCH * OUTPUTS);

        double loss = engine.meanSquaredError(
                BATCH, OUTPUTS, data.network.forward(data.input, BATCH), targetBuffer, gradient);
        float[] inputGradient = data.network.backwardToInput(gradient).toArray();

        ToDoubleFunction<Map<String, double[]>> reference = p -> data.reference.squaredError(p, data.inputs, targets);
        assertThat(loss).isCloseTo(reference.applyAsDouble(data.parameters), within(1e-5));
        data.compareGradients(reference, inputGradient);
    }

    @Test
    void shouldDivideAWeightWithoutTouchingIt() {
        Case scaled = new Case(Normalisation.NONE, Activation.RELU, true, true, ENDS.get(0));
        Layer layer = scaled.network.layers().get(2);
        scaled.parameters.computeIfPresent(layer.weight().name(), (name, values) -> {
            double[] halved = values.clone();
            for (int i = 0; i < halved.length; i++) {
                halved[i] /= 2;
            }
            return halved;
        });
        int[] labels = {1, 3, 0};
        Buffer gradient = engine.allocate(BATCH * OUTPUTS);

        layer.weightFactor(0.5f);
        engine.softmaxCrossEntropy(BATCH, OUTPUTS, scaled.network.forward(scaled.input, BATCH), labels, gradient);
        scaled.network.backward(gradient);

        ToDoubleFunction<Map<String, double[]>> reference =
                p -> scaled.reference.crossEntropy(p, scaled.inputs, labels);
        Parameter first = scaled.network.layers().get(0).weight();
        scaled.compare(reference, first, 1.0);
        scaled.compare(reference, layer.weight(), 0.5);
    }

    @Test
    void shouldComputeAPartOfABatchAsItDoesTheWhole() {
        Case data = new Case(Normalisation.LAYER_NORM, Activation.RELU, true, true, ENDS.get(0));
        float[] whole = data.network.forward(data.input, BATCH).toArray();

        float[] part = data.network.forward(data.input, 2).toArray();

        for (int i = 0; i < 2 * OUTPUTS; i++) {
            assertThat(part[i]).isCloseTo(whole[i], within(1e-6f));
        }
    }

    @Test
    void shouldGiveBackTheWeightsThatWereWritten() {
        Network network = network(Normalisation.LAYER_NORM, Activation.CRELU, true, true);
        for (Parameter parameter : network.parameters().all()) {
            float[] values = new float[parameter.length()];
            for (int i = 0; i < values.length; i++) {
                values[i] = i;
            }

            parameter.write(values, network.parameters().values());

            assertThat(parameter.read(network.parameters().values())).isEqualTo(values);
        }
    }

    @Test
    void shouldNameParametersAsPyTorchUsersExpect() {
        Network network = network(Normalisation.LAYER_NORM, Activation.CRELU, true, true);

        assertThat(network.parameters().description())
                .isEqualTo("conv.0.weight[3, 2, 3, 3] conv.0.scale[3] conv.0.offset[3]"
                        + " conv.1.weight[2, 6, 2, 2] conv.1.scale[2] conv.1.offset[2]"
                        + " hidden.0.weight[5, 16] hidden.0.scale[5] hidden.0.offset[5]"
                        + " hidden.1.weight[4, 10] hidden.1.scale[4] hidden.1.offset[4]"
                        + " output.weight[4, 8] output.bias[4]");
    }

    @Test
    void shouldHaveABiasOnlyWhereNothingNormalises() {
        assertThat(network(Normalisation.NONE, Activation.RELU, false, true)
                        .parameters()
                        .all())
                .extracting(Parameter::name)
                .contains("hidden.0.bias")
                .noneMatch(name -> name.endsWith("scale") || name.endsWith("offset"));
        assertThat(network(Normalisation.RMS_NORM, Activation.RELU, false, true)
                        .parameters()
                        .all())
                .extracting(Parameter::name)
                .contains("hidden.0.scale")
                .noneMatch(name -> name.startsWith("hidden") && !name.matches(".*(weight|scale)"));
        assertThat(network(Normalisation.LAYER_NORM, Activation.RELU, false, false)
                        .parameters()
                        .all())
                .extracting(Parameter::name)
                .containsExactly("hidden.0.weight", "hidden.1.weight", "output.weight", "output.bias");
    }

    @Test
    void shouldBeALinearModelWithoutHiddenLayers() {
        NetworkSpec spec = spec(List.of(), List.of(), Normalisation.NONE, Activation.RELU);

        Network network = new Network(spec, List.of(7), 2, BATCH, engine, true);

        assertThat(network.parameters().description()).isEqualTo("output.weight[2, 7] output.bias[2]");
    }

    @Test
    void shouldRefuseVectorsWhereThereAreConvolutions() {
        NetworkSpec spec =
                spec(List.of(new ConvolutionSpec(3, 3, 1, 0)), List.of(), Normalisation.NONE, Activation.RELU);

        assertThatThrownBy(() -> new Network(spec, List.of(36), 2, BATCH, engine, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes images")
                .hasMessageContaining("input=[36]");
    }

    @Test
    void shouldRefuseABatchAboveItsCapacity() {
        Case data = new Case(Normalisation.NONE, Activation.RELU, false, true, ENDS.get(0));

        assertThatThrownBy(() -> data.network.forward(data.input, BATCH + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("batch=4");
    }

    private Network network(Normalisation normalisation, Activation activation, boolean convolutional, boolean affine) {
        return network(normalisation, activation, convolutional, affine, ENDS.get(0));
    }

    private Network network(
            Normalisation normalisation,
            Activation activation,
            boolean convolutional,
            boolean affine,
            Outputs outputs) {
        List<ConvolutionSpec> convolutions =
                convolutional ? List.of(new ConvolutionSpec(3, 3, 2, 1), new ConvolutionSpec(2, 2, 1, 0)) : List.of();
        NetworkSpec spec = spec(convolutions, List.of(5, 4), normalisation, activation);
        return new Network(
                spec,
                convolutional ? List.of(2, 5, 6) : List.of(6),
                outputs,
                BATCH,
                engine,
                affine ? WeightForm.WITH_AFFINE : WeightForm.WITHOUT_AFFINE);
    }

    private static NetworkSpec spec(
            List<ConvolutionSpec> convolutions,
            List<Integer> hidden,
            Normalisation normalisation,
            Activation activation) {
        return new NetworkSpec(convolutions, hidden, activation, 0.1, normalisation, 1e-3, Initialiser.PYTORCH);
    }

    /** A network, its reference twin, and a batch. */
    private final class Case {
        final Network network;
        final ReferenceNetwork reference;
        final Map<String, double[]> parameters = new LinkedHashMap<>();
        final double[][] inputs;
        final Buffer input;

        Case(
                Normalisation normalisation,
                Activation activation,
                boolean convolutional,
                boolean affine,
                Outputs outputs) {
            network = network(normalisation, activation, convolutional, affine, outputs);
            List<Integer> shape = convolutional ? List.of(2, 5, 6) : List.of(6);
            reference = new ReferenceNetwork(network.spec(), shape, outputs);
            network.initialise(new RandomStreams(3));
            for (Parameter parameter : network.parameters().all()) {
                float[] values = parameter.read(network.parameters().values());
                double[] exact = new double[values.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] += (float) random.nextDouble(-0.4, 0.4);
                    exact[i] = values[i];
                }
                parameter.write(values, network.parameters().values());
                parameters.put(parameter.name(), exact);
            }
            int size = shape.stream().reduce(1, (a, b) -> a * b);
            inputs = new double[BATCH][size];
            input = engine.allocate(BATCH * size);
            for (int i = 0; i < BATCH * size; i++) {
                float value = (float) random.nextDouble(-1, 1);
                inputs[i / size][i % size] = value;
                input.write(i, new float[] {value}, 0, 1);
            }
        }

        void compareGradients(ToDoubleFunction<Map<String, double[]>> loss, float[] inputGradient) {
            for (Parameter parameter : network.parameters().all()) {
                compare(loss, parameter, 1.0);
            }
            int size = inputs[0].length;
            for (int i = 0; i < BATCH * size; i++) {
                double[] sample = inputs[i / size];
                assertThat((double) inputGradient[i])
                        .as("input[%d]", i)
                        .isCloseTo(difference(loss, sample, i % size), within(1e-5));
            }
        }

        void compare(ToDoubleFunction<Map<String, double[]>> loss, Parameter parameter, double factor) {
            float[] gradient = parameter.read(network.gradients());
            double[] values = parameters.get(parameter.name());
            double largest = 1;
            for (float value : gradient) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int i = 0; i < values.length; i++) {
                double expected = factor * difference(loss, values, i);
                assertThat((double) gradient[i])
                        .as("%s[%d]", parameter.name(), i)
                        .isCloseTo(expected, within(1e-5 * largest));
            }
        }

        private double difference(ToDoubleFunction<Map<String, double[]>> loss, double[] values, int index) {
            double middle = values[index];
            values[index] = middle + STEP;
            double above = loss.applyAsDouble(parameters);
            values[index] = middle - STEP;
            double below = loss.applyAsDouble(parameters);
            values[index] = middle;
            return (above - below) / (2 * STEP);
        }
    }
}
