package perennial.learning.network;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.engine.ConvolutionGeometry;
import perennial.learning.engine.HiddenShape;
import perennial.learning.network.Outputs.Dueling;
import perennial.learning.network.Parameter.Role;

/**
 * A layer before it has buffers: its sizes, and where its parameters stand in the flat buffer.
 *
 * @param previous index of the layer whose output it takes; -1 for the network's input
 * @param geometry sizes of the convolution; null for a dense layer
 * @param shape what follows the linear map; null for an output layer
 * @param gain the norms of the weight's rows under weight normalisation, or null
 * @param scale the normaliser's scale, or null
 * @param offset the normaliser's offset or the bias, or null
 */
record LayerPlan(
        String name,
        int previous,
        ConvolutionGeometry geometry,
        HiddenShape shape,
        int inputSize,
        int outputSize,
        Parameter weight,
        Parameter gain,
        Parameter scale,
        Parameter offset) {

    /**
     * The layers of a network, input side first; of a dueling network's streams first the hidden layers, then the output layers,
     * the value's before the advantages'.
     *
     * @throws IllegalArgumentException if there are two streams and no hidden layer for them
     */
    static List<LayerPlan> of(NetworkSpec spec, List<Integer> inputShape, Outputs outputs, WeightForm form) {
        List<LayerPlan> plans = new ArrayList<>();
        boolean isImage = !spec.convolutions().isEmpty();
        int channels = isImage ? inputShape.get(0) : inputShape.stream().reduce(1, Math::multiplyExact);
        int rows = isImage ? inputShape.get(1) : 1;
        int columns = isImage ? inputShape.get(2) : 1;
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
            plans.add(hidden("conv." + i, plans, i - 1, geometry, shape, weight, kernel * kernel, form));
            channels = shape.outputChannels();
            rows = geometry.outputRows();
            columns = geometry.outputColumns();
        }
        int positions = rows * columns;
        int shared = spec.hidden().size() - (outputs instanceof Dueling ? 1 : 0);
        if (shared < 0) {
            throw new IllegalArgumentException(
                    "a dueling network needs a hidden layer, whose width both of its streams have: hidden=[]; add one, or"
                            + " choose a head that is not dueling");
        }
        for (int i = 0; i < shared; i++) {
            HiddenShape shape = shape(spec, 1, spec.hidden().get(i));
            int[] weight = {shape.channels(), channels * positions};
            plans.add(hidden("hidden." + i, plans, plans.size() - 1, null, shape, weight, positions, form));
            channels = shape.outputChannels();
            positions = 1;
        }
        int fork = plans.size() - 1;
        if (outputs instanceof Dueling dueling) {
            HiddenShape shape = shape(spec, 1, spec.hidden().get(shared));
            int[] weight = {shape.channels(), channels * positions};
            plans.add(hidden("value.hidden.0", plans, fork, null, shape, weight, positions, form));
            plans.add(hidden("advantage.hidden.0", plans, fork, null, shape, weight, positions, form));
            plans.add(output("value.output", plans, fork + 1, dueling.perAction(), shape.outputChannels(), 1, form));
            plans.add(output("advantage.output", plans, fork + 2, dueling.count(), shape.outputChannels(), 1, form));
        } else {
            plans.add(output("output", plans, fork, outputs.count(), channels, positions, form));
        }
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

    /**
     * Plans a hidden layer behind those of {@code before}. {@code positions} are those that the weight's stored order has before its
     * channels.
     */
    private static LayerPlan hidden(
            String name,
            List<LayerPlan> before,
            int previous,
            ConvolutionGeometry geometry,
            HiddenShape shape,
            int[] weightShape,
            int positions,
            WeightForm form) {
        int layer = before.size();
        int offset = end(before);
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
        return new LayerPlan(name, previous, geometry, shape, mapInputs, shape.size(), weight, gain, scale, shift);
    }

    private static LayerPlan output(
            String name,
            List<LayerPlan> before,
            int previous,
            int outputs,
            int channels,
            int positions,
            WeightForm form) {
        int layer = before.size();
        int[] shape = {outputs, channels * positions};
        Parameter weight = new Parameter(name + ".weight", shape, Role.WEIGHT, layer, end(before), channels, positions);
        Parameter gain = gain(weight, form);
        int next = Math.addExact(weight.offset(), weight.length() + (gain == null ? 0 : outputs));
        Parameter bias = vector(name + ".bias", outputs, Role.BIAS, layer, next);
        return new LayerPlan(name, previous, null, null, shape[1], outputs, weight, gain, null, bias);
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

    /** Where the last parameter of these layers ends in the flat buffer. */
    private static int end(List<LayerPlan> plans) {
        if (plans.isEmpty()) {
            return 0;
        }
        LayerPlan plan = plans.get(plans.size() - 1);
        Parameter last = plan.offset != null
                ? plan.offset
                : plan.scale != null ? plan.scale : plan.gain != null ? plan.gain : plan.weight;
        return Math.addExact(last.offset(), last.length());
    }
}
