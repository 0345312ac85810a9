package perennial.learning.network;

import java.util.List;
import java.util.Map;

/**
 * The same networks written naively: double precision, channels first, one sample at a time, straight from the formulas. Slow;
 * the truth that {@link Network} is held to.
 */
public final class ReferenceNetwork {

    private final NetworkSpec spec;
    private final List<Integer> inputShape;
    private final Outputs outputs;

    public ReferenceNetwork(NetworkSpec spec, List<Integer> inputShape, int outputs) {
        this(spec, inputShape, new Outputs.Linear(outputs));
    }

    public ReferenceNetwork(NetworkSpec spec, List<Integer> inputShape, Outputs outputs) {
        this.spec = spec;
        this.inputShape = inputShape;
        this.outputs = outputs;
    }

    /** @param parameters by name, in PyTorch's layout */
    public double[] outputs(Map<String, double[]> parameters, double[] input) {
        double[] activations = input;
        if (!spec.convolutions().isEmpty()) {
            int channels = inputShape.get(0);
            int rows = inputShape.get(1);
            int columns = inputShape.get(2);
            for (int i = 0; i < spec.convolutions().size(); i++) {
                ConvolutionSpec convolution = spec.convolutions().get(i);
                int kernel = convolution.kernel();
                int newRows = (rows + 2 * convolution.padding() - kernel) / convolution.stride() + 1;
                int newColumns = (columns + 2 * convolution.padding() - kernel) / convolution.stride() + 1;
                double[] linear = convolve(
                        parameters.get("conv." + i + ".weight"),
                        convolution,
                        activations,
                        channels,
                        rows,
                        columns,
                        newRows,
                        newColumns);
                activations = activate("conv." + i, parameters, linear, convolution.channels());
                channels = convolution.channels() * spec.activation().widening();
                rows = newRows;
                columns = newColumns;
            }
        }
        int last = spec.hidden().size() - 1;
        for (int i = 0; i < last; i++) {
            activations =
                    hidden("hidden." + i, parameters, activations, spec.hidden().get(i));
        }
        if (outputs instanceof Outputs.Dueling dueling) {
            int width = spec.hidden().get(last);
            double[] value = hidden("value.hidden.0", parameters, activations, width);
            double[] advantage = hidden("advantage.hidden.0", parameters, activations, width);
            return dueling(
                    dueling.actions(),
                    output("value.output", parameters, value, dueling.perAction()),
                    output("advantage.output", parameters, advantage, dueling.count()));
        }
        if (last >= 0) {
            activations = hidden(
                    "hidden." + last, parameters, activations, spec.hidden().get(last));
        }
        return output("output", parameters, activations, outputs.count());
    }

    private double[] hidden(String layer, Map<String, double[]> parameters, double[] input, int units) {
        return activate(layer, parameters, multiply(parameters.get(layer + ".weight"), input, units), units);
    }

    private static double[] output(String layer, Map<String, double[]> parameters, double[] input, int count) {
        double[] result = multiply(parameters.get(layer + ".weight"), input, count);
        for (int i = 0; i < count; i++) {
            result[i] += parameters.get(layer + ".bias")[i];
        }
        return result;
    }

    /** Wang et al. 2016, equation 9. */
    private static double[] dueling(int actions, double[] value, double[] advantage) {
        double[] result = new double[advantage.length];
        for (int atom = 0; atom < value.length; atom++) {
            double mean = 0;
            for (int action = 0; action < actions; action++) {
                mean += advantage[action * value.length + atom] / actions;
            }
            for (int action = 0; action < actions; action++) {
                int at = action * value.length + atom;
                result[at] = value[atom] + advantage[at] - mean;
            }
        }
        return result;
    }

    /** Mean cross-entropy of a batch. */
    public double crossEntropy(Map<String, double[]> parameters, double[][] inputs, int[] labels) {
        double sum = 0;
        for (int sample = 0; sample < inputs.length; sample++) {
            double[] logits = outputs(parameters, inputs[sample]);
            double total = 0;
            for (double logit : logits) {
                total += Math.exp(logit);
            }
            sum += Math.log(total) - logits[labels[sample]];
        }
        return sum / inputs.length;
    }

    /** Mean squared error of a batch. */
    public double squaredError(Map<String, double[]> parameters, double[][] inputs, double[][] targets) {
        double sum = 0;
        for (int sample = 0; sample < inputs.length; sample++) {
            double[] predictions = outputs(parameters, inputs[sample]);
            for (int i = 0; i < outputs.count(); i++) {
                sum += (predictions[i] - targets[sample][i]) * (predictions[i] - targets[sample][i]);
            }
        }
        return sum / (inputs.length * outputs.count());
    }

    private static double[] multiply(double[] weight, double[] input, int units) {
        double[] result = new double[units];
        for (int unit = 0; unit < units; unit++) {
            for (int i = 0; i < input.length; i++) {
                result[unit] += weight[unit * input.length + i] * input[i];
            }
        }
        return result;
    }

    private static double[] convolve(
            double[] weight,
            ConvolutionSpec spec,
            double[] image,
            int channels,
            int rows,
            int columns,
            int newRows,
            int newColumns) {
        int kernel = spec.kernel();
        double[] result = new double[spec.channels() * newRows * newColumns];
        for (int out = 0; out < spec.channels(); out++) {
            for (int row = 0; row < newRows; row++) {
                for (int column = 0; column < newColumns; column++) {
                    double sum = 0;
                    for (int channel = 0; channel < channels; channel++) {
                        for (int y = 0; y < kernel; y++) {
                            for (int x = 0; x < kernel; x++) {
                                int r = row * spec.stride() - spec.padding() + y;
                                int c = column * spec.stride() - spec.padding() + x;
                                if (r >= 0 && r < rows && c >= 0 && c < columns) {
                                    sum += weight[((out * channels + channel) * kernel + y) * kernel + x]
                                            * image[(channel * rows + r) * columns + c];
                                }
                            }
                        }
                    }
                    result[(out * newRows + row) * newColumns + column] = sum;
                }
            }
        }
        return result;
    }

    private double[] activate(String layer, Map<String, double[]> parameters, double[] linear, int channels) {
        int positions = linear.length / channels;
        double mean = 0;
        double square = 0;
        for (double value : linear) {
            mean += value / linear.length;
        }
        if (spec.normalisation() == Normalisation.RMS_NORM) {
            mean = 0;
        }
        for (double value : linear) {
            square += (value - mean) * (value - mean) / linear.length;
        }
        double deviation = Math.sqrt(square + spec.normalisationEpsilon());
        double[] result = new double[linear.length * spec.activation().widening()];
        for (int i = 0; i < linear.length; i++) {
            int channel = i / positions;
            double z = linear[i];
            if (spec.normalisation() != Normalisation.NONE) {
                z = (z - mean) / deviation * parameter(parameters, layer + ".scale", channel, 1);
                z += parameter(parameters, layer + ".offset", channel, 0);
            } else {
                z += parameters.get(layer + ".bias")[channel];
            }
            switch (spec.activation()) {
                case RELU -> result[i] = Math.max(z, 0);
                case LEAKY_RELU -> result[i] = z > 0 ? z : spec.leakySlope() * z;
                case TANH -> result[i] = Math.tanh(z);
                case CRELU -> {
                    // As torch.cat([relu(z), relu(-z)], dim=1).
                    result[i] = Math.max(z, 0);
                    result[linear.length + i] = Math.max(-z, 0);
                }
            }
        }
        return result;
    }

    private static double parameter(Map<String, double[]> parameters, String name, int index, double otherwise) {
        double[] values = parameters.get(name);
        return values == null ? otherwise : values[index];
    }
}
