package perennial.learning.plasticity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import perennial.learning.engine.Buffer;
import perennial.learning.network.Network;
import perennial.learning.network.Parameter;
import perennial.learning.optimise.Optimiser;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.random.RandomStreams;

/** Each metric of the probe batch against the same number from finite differences in double precision and EJML. */
class ProbeMetricsTest {

    private final ProbeCase data = new ProbeCase();

    @AfterEach
    void close() {
        data.close();
    }

    @Test
    void shouldMeasureTheRanksOfTheLastHiddenLayersActivations() {
        data.follow();
        FeatureSpectrum spectrum = new FeatureSpectrum(data.probe);

        spectrum.measure();

        Buffer features = data.probe.network().layers().get(1).output();
        double[] values = SingularValuesTest.ofEjml(features.toArray(), ProbeCase.ROWS, 3);
        FeatureRanks expected = FeatureRanks.of(values, ProbeCase.ROWS);
        assertThat(spectrum.srank()).isEqualTo(expected.srank());
        assertThat(spectrum.approximateRank()).isEqualTo(expected.approximateRank());
        assertThat(spectrum.effectiveRank()).isCloseTo(expected.effectiveRank(), within(1e-6));
        assertThat(spectrum.stableRank()).isCloseTo(expected.stableRank(), within(1e-6));
        assertThat(spectrum.featureRank()).isEqualTo(expected.featureRank());
        assertThat(spectrum.scaledFeatureRank()).isEqualTo(expected.scaledFeatureRank());
    }

    @Test
    void shouldMeasureTheInputGradientOfTheGreatestOutput() {
        data.follow();
        InputGradients gradients = new InputGradients(data.probe);

        gradients.measure(data);

        double[] norms = new double[ProbeCase.ROWS];
        for (int row = 0; row < norms.length; row++) {
            double[] input = data.inputs[row].clone();
            int best = greatest(data.reference.outputs(data.parameters, input));
            double[] gradient = new double[input.length];
            for (int i = 0; i < input.length; i++) {
                double kept = input[i];
                input[i] = kept + 1e-5;
                double ahead = data.reference.outputs(data.parameters, input)[best];
                input[i] = kept - 1e-5;
                double behind = data.reference.outputs(data.parameters, input)[best];
                input[i] = kept;
                gradient[i] = (ahead - behind) / 2e-5;
            }
            norms[row] = ProbeCase.norm(gradient);
        }
        assertThat(gradients.mean()).isCloseTo(Arrays.stream(norms).average().orElseThrow(), within(1e-5));
        assertThat(gradients.greatest()).isCloseTo(Arrays.stream(norms).max().orElseThrow(), within(1e-5));
    }

    private static int greatest(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    @Test
    void shouldMeasureTheJacobianOfAllOutputsOnTheFirstRows() {
        data.follow();

        double norm = new ParameterJacobian(data.probe, 4).measure(data);

        double expected = 0;
        for (int row = 0; row < 4; row++) {
            double squares = 0;
            for (double[] gradient : functionGradients(row)) {
                squares += ProbeCase.dot(gradient, gradient);
            }
            expected += Math.sqrt(squares) / 4;
        }
        assertThat(norm).isCloseTo(expected, within(1e-5 * expected));
    }

    /** Gradients of the outputs for one input, one per output. */
    private double[][] functionGradients(int row) {
        double[][] gradients = new double[ProbeCase.CLASSES][];
        for (int i = 0; i < gradients.length; i++) {
            int output = i;
            gradients[i] = data.gradient(at -> data.reference.outputs(at, data.inputs[row])[output]);
        }
        return gradients;
    }

    @Test
    void shouldMeasureHowTheGradientsOfRowsInterfere() {
        data.follow();
        Interference interference = new Interference(data.probe, 5);

        interference.measure(data);

        double[][] losses = new double[5][];
        for (int i = 0; i < 5; i++) {
            double[][] input = {data.inputs[i]};
            int[] label = {data.labels[i]};
            losses[i] = data.gradient(at -> data.reference.crossEntropy(at, input, label));
        }
        double sum = 0;
        int negative = 0;
        SimpleMatrix fisher = new SimpleMatrix(5, 5);
        SimpleMatrix kernel = new SimpleMatrix(5, 5);
        for (int i = 0; i < 5; i++) {
            double[][] ofRow = functionGradients(i);
            for (int j = 0; j < 5; j++) {
                double product = ProbeCase.dot(losses[i], losses[j]);
                fisher.set(i, j, product);
                double[][] ofOther = functionGradients(j);
                for (int f = 0; f < ProbeCase.CLASSES; f++) {
                    kernel.set(i, j, kernel.get(i, j) + ProbeCase.dot(ofRow[f], ofOther[f]));
                }
                if (j < i) {
                    sum += product / (ProbeCase.norm(losses[i]) * ProbeCase.norm(losses[j]));
                    negative += product < 0 ? 1 : 0;
                }
            }
        }
        assertThat(interference.meanCosine()).isCloseTo(sum / 10, within(1e-4));
        assertThat(interference.negativeFraction()).isEqualTo(negative / 10.0).isBetween(0.1, 0.9);
        assertThat(interference.fisherRank()).isCloseTo(effectiveRank(fisher), within(1e-3));
        assertThat(interference.tangentKernelRank()).isCloseTo(effectiveRank(kernel), within(1e-3));
    }

    private static double effectiveRank(SimpleMatrix matrix) {
        return FeatureRanks.effective(matrix.svd().getSingularValues());
    }

    @Test
    void shouldFindTheGreatestEigenvalueOfTheLossesHessian() {
        data.follow();

        double eigenvalue = new Curvature(data.probe).ofLoss(data);

        double expected = greatestEigenvalue(data.hessian(data::loss));
        assertThat(eigenvalue).isCloseTo(expected, within(1e-3 * expected));
    }

    @Test
    void shouldFindTheGreatestEigenvalueOfTheProbeLossesHessian() {
        data.follow();

        double eigenvalue = new Curvature(data.probe).ofProbeLoss();

        double[][] targets = new double[ProbeCase.ROWS][];
        ZigguratSampler.NormalizedGaussian noise =
                ZigguratSampler.NormalizedGaussian.of(new RandomStreams(0).generator("metrics/noise"));
        for (int row = 0; row < targets.length; row++) {
            targets[row] = data.reference.outputs(data.parameters, data.inputs[row]);
            for (int i = 0; i < targets[row].length; i++) {
                targets[row][i] -= noise.sample();
            }
        }
        double expected = greatestEigenvalue(data.hessian(at -> data.reference.squaredError(at, data.inputs, targets)));
        assertThat(eigenvalue).isCloseTo(expected, within(1e-3 * expected));
    }

    private static double greatestEigenvalue(double[][] hessian) {
        SimpleMatrix matrix = new SimpleMatrix(hessian);
        // Differences of differences are symmetric up to rounding; EJML asks for more.
        SimpleMatrix symmetric = matrix.plus(matrix.transpose()).divide(2);
        return symmetric.eig().getEigenvalues().stream()
                .mapToDouble(value -> value.getReal())
                .max()
                .orElseThrow();
    }

    @Test
    void shouldSayThatAFreshNetworkFitsNewTargetsAndOneWithDeadUnitsDoesNot() {
        double fresh = plasticity();
        for (Parameter parameter : data.trained.parameters().all()) {
            if (parameter.layer() == 1) {
                // Scale and offset of 0 leave nothing of the inputs, and no gradient to what lies before.
                parameter.write(
                        new float[parameter.length()], data.trained.parameters().values());
            }
        }
        for (Parameter parameter : data.trained.parameters().all()) {
            if (parameter.name().equals("output.weight")) {
                parameter.write(
                        new float[parameter.length()], data.trained.parameters().values());
            }
        }

        double dead = plasticity();

        // The variance of a sine of random arguments is one half: a perfect fit would have that, a constant 0.
        assertThat(fresh).isBetween(0.2, 0.7);
        assertThat(dead).isCloseTo(0, within(0.02));
    }

    private double plasticity() {
        float[] before = data.trained.parameters().values().toArray();
        data.follow();
        Network random = new Network(
                data.trained.spec(), java.util.List.of(5), ProbeCase.CLASSES, ProbeCase.ROWS, data.engine, true);
        Optimiser optimiser =
                Optimiser.of(new OptimiserSpec.Adam(0.02, 0.9, 0.999, 1e-8), random.parameters(), data.engine);
        PlasticityProbe probe = new PlasticityProbe(data.probe, random, optimiser, 0.02, 5, 800);
        double plasticity = probe.measure();
        assertThat(probe.measure()).as("measured again").isEqualTo(plasticity);
        assertThat(data.trained.parameters().values().toArray()).isEqualTo(before);
        return plasticity;
    }

    @Test
    void shouldTakeOverFactorsAndParameters() {
        data.trained.layers().get(0).weightFactor(0.25f);
        data.trained.layers().get(2).biasFactor(0.5f);
        data.follow();

        float[] outputs = data.probe.outputs();

        data.parameters.computeIfPresent("hidden.0.weight", (name, values) -> scaled(values, 0.25));
        data.parameters.computeIfPresent("output.bias", (name, values) -> scaled(values, 0.5));
        for (int row = 0; row < ProbeCase.ROWS; row++) {
            double[] expected = data.reference.outputs(data.parameters, data.inputs[row]);
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) outputs[row * expected.length + i]).isCloseTo(expected[i], within(1e-5));
            }
        }
    }

    private static double[] scaled(double[] values, double factor) {
        return Arrays.stream(values).map(value -> value * factor).toArray();
    }

    @Test
    void shouldSumUpAbsoluteValues() {
        Magnitudes magnitudes =
                new Magnitudes(data.trained, data.trained.parameters().values());
        for (Parameter parameter : data.trained.parameters().all()) {
            float[] values = new float[parameter.length()];
            for (int i = 0; i < values.length; i++) {
                values[i] = i % 2 == 0 ? -2f : i % 3 == 0 ? 3f : 0f;
            }
            parameter.write(values, data.trained.parameters().values());
        }

        magnitudes.measure();

        double all = 0;
        double nonZeros = 0;
        double weights = 0;
        double weightCount = 0;
        for (Map.Entry<String, double[]> entry : present().entrySet()) {
            double sum = Arrays.stream(entry.getValue()).map(Math::abs).sum();
            all += sum;
            nonZeros +=
                    Arrays.stream(entry.getValue()).filter(value -> value != 0).count();
            if (entry.getKey().endsWith("weight")) {
                weights += sum;
                weightCount += entry.getValue().length;
            }
        }
        double[] first = present().get("hidden.0.weight");
        assertThat(magnitudes.absoluteSum()).isEqualTo(all);
        assertThat(magnitudes.nonZeros()).isEqualTo(nonZeros);
        assertThat(magnitudes.meanOfWeights()).isCloseTo(weights / weightCount, within(1e-12));
        assertThat(magnitudes.absoluteSumOfWeight(0))
                .isEqualTo(Arrays.stream(first).map(Math::abs).sum());
        assertThat(magnitudes.nonZerosOfWeight(0))
                .isEqualTo(Arrays.stream(first).filter(value -> value != 0).count());
        assertThat(magnitudes.meanOfWeight(0))
                .isCloseTo(Arrays.stream(first).map(Math::abs).average().orElseThrow(), within(1e-12));
    }

    private Map<String, double[]> present() {
        data.readParameters();
        return data.parameters;
    }
}
