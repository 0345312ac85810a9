package perennial.learning.network;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.engine.ConvolutionGeometry;
import perennial.learning.engine.HiddenShape;
import perennial.learning.network.Parameter.Role;

/**
 * A layer before it has buffers: its sizes, and where its parameters stand in the flat buffer.
 *
 * @param geometry sizes of the convolution; null for a dense layer
 * @param shape what follows the linear map; null for the output layer
 * @param gain the norms of the weight's rows under weight normalisation, or null
 * @param scale the normaliser's scale, or null
 * @param offset the normaliser's offset or the bias, or null
 */
record LayerPlan(
        String name,
        ConvolutionGeometry geometry,
        HiddenShape shape,
        int inputSize,
        int outputSize,
        Parameter weight,
        Parameter gain,
        Parameter scale,
        Parameter offset) {

    /** The layers of a network, input side first. */
    static List<LayerPlan> of(NetworkSpec spec, List<Integer> inputShape, int outputs, WeightForm form) {
        List<LayerPlan> plans = new ArrayList<>();
        boolean isImage = !spec.convolutions().isEmpty();
        int channels = isImage ? inputShape.get(0) : inputShape.stream().reduce(1, Math::multiplyExact);
        int rows = isImage ? inputShape.get(1) : 1;
        int columns = isImage ? inputShape.get(2) : 1;
        int offset = 0;
        for (int i = 0; i < spec.convolutions().size(); i++) {
            ConvolutionSpec convolution = spec.convolutions().get(i);
            int kernel = convolution.kernel();
            ConvolutionGeometry geometry = new ConvolutionGeometry(
                    channels,
                    rows,
                    columns,
                    convolution.channels(),
                    kernel,
                    convolution.stride(),
                    convolution.padding());
            HiddenShape shape = shape(spec, geometry.positions(), convolution.channels());
            int[] weight = {convolution.channels(), channels, kernel, kernel};
            LayerPlan plan = hidden("conv." + i, geometry, shape, weight, kernel * kernel, plans.size(), offset, form);
            plans.add(plan);
            offset = plan.end();
            channels = shape.outputChannels();
            rows = geometry.outputRows();
            columns = geometry.outputColumns();
        }
        int positions = rows * columns;
        for (int i = 0; i < spec.hidden().size(); i++) {
            HiddenShape shape = shape(spec, 1, spec.hidden().get(i));
            int[] weight = {shape.channels(), channels * positions};
            LayerPlan plan = hidden("hidden." + i, null, shape, weight, positions, plans.size(), offset, form);
            plans.add(plan);
            offset = plan.end();
            channels = shape.outputChannels();
            positions = 1;
        }
        plans.add(output(outputs, channels, positions, plans.size(), offset, form));
        return List.copyOf(plans);
    }

    /** All parameters of the layers, in the order of the flat buffer. */
    static List<Parameter> parametersOf(List<LayerPlan> plans) {
        List<Parameter> all = new ArrayList<>();
        for (LayerPlan plan : plans) {
            all.add(plan.weight);
            if (plan.gain != null) {
                all.add(plan.gain);
            }
            if (plan.scale != null) {
                all.add(plan.scale);
            }
            if (plan.offset != null) {
                all.add(plan.offset);
            }
        }
        return all;
    }

    private static HiddenShape shape(NetworkSpec spec, int positions, int channels) {
        return new HiddenShape(
                positions,
                channels,
                spec.normalisation(),
                (float) spec.normalisationEpsilon(),
                spec.activation(),
                (float) spec.leakySlope());
    }

    /** Plans a hidden layer. {@code positions} are those that the weight's stored order has before its channels. */
    private static LayerPlan hidden(
            String name,
            ConvolutionGeometry geometry,
            HiddenShape shape,
            int[] weightShape,
            int positions,
            int layer,
            int offset,
            WeightForm form) {
        int inputs = Math.toIntExact(Parameter.sizeOf(weightShape) / weightShape[0]);
        Parameter weight =
                new Parameter(name + ".weight", weightShape, Role.WEIGHT, layer, offset, inputs / positions, positions);
        int units = shape.channels();
        Parameter gain = gain(weight, form);
        int next = Math.addExact(offset, weight.length() + (gain == null ? 0 : units));
        Parameter scale = null;
        Parameter shift = null;
        if (shape.normalisation() == Normalisation.NONE) {
            shift = vector(name + ".bias", units, Role.BIAS, layer, next);
        } else if (form != WeightForm.WITHOUT_AFFINE) {
            scale = vector(name + ".scale", units, Role.SCALE, layer, next);
            if (shape.normalisation() == Normalisation.LAYER_NORM) {
                shift = vector(name + ".offset", units, Role.OFFSET, layer, Math.addExact(next, units));
            }
        }
        int mapInputs = geometry == null ? inputs : geometry.inputSize();
        return new LayerPlan(name, geometry, shape, mapInputs, shape.size(), weight, gain, scale, shift);
    }

    private static LayerPlan output(int outputs, int channels, int positions, int layer, int offset, WeightForm form) {
        int[] shape = {outputs, channels * positions};
        Parameter weight = new Parameter("output.weight", shape, Role.WEIGHT, layer, offset, channels, positions);
        Parameter gain = gain(weight, form);
        int next = Math.addExact(offset, weight.length() + (gain == null ? 0 : outputs));
        Parameter bias = vector("output.bias", outputs, Role.BIAS, layer, next);
        return new LayerPlan("output", null, null, shape[1], outputs, weight, gain, null, bias);
    }

    /** The gain that stands right behind a weight; null where weights are not normalised. */
    private static Parameter gain(Parameter weight, WeightForm form) {
        return form == WeightForm.NORMALISED_ROWS
                ? vector(
                        weight.name().replace(".weight", ".gain"),
                        weight.shape()[0],
                        Role.GAIN,
                        weight.layer(),
                        Math.addExact(weight.offset(), weight.length()))
                : null;
    }

    private static Parameter vector(String name, int length, Role role, int layer, int offset) {
        return new Parameter(name, new int[] {length}, role, layer, offset, length, 1);
    }

    /** Where the layer's last parameter ends in the flat buffer. */
    private int end() {
        Parameter last = offset != null ? offset : scale != null ? scale : gain != null ? gain : weight;
        return Math.addExact(last.offset(), last.length());
    }
}
