package perennial.learning.learner;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import perennial.learning.engine.Buffer;
import perennial.learning.learner.NamedTensors.Tensor;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.network.Parameter;

/** The passage between a network's parameters and named tensors in PyTorch's layout. */
public final class NetworkWeights {

    private NetworkWeights() {}

    /** The parameters by name. A copy. */
    public static NamedTensors of(Network network) {
        NamedTensors tensors = new NamedTensors();
        for (Parameter parameter : network.parameters().all()) {
            tensors.put(
                    parameter.name(),
                    parameter.shape(),
                    parameter.read(network.parameters().values()));
        }
        return tensors;
    }

    /**
     * The parameters by name, each weight and bias multiplied by its layer's factor, and normalised weights for the trained ones
     * and their gains: loaded into a network without a method they give the same outputs. A copy.
     */
    public static NamedTensors folded(Network network) {
        NamedTensors tensors = new NamedTensors();
        for (Parameter parameter : network.parameters().all()) {
            Buffer used = network.layers().get(parameter.layer()).normalisedWeight();
            if (parameter.role() == Parameter.Role.WEIGHT && used != null) {
                tensors.put(parameter.name(), parameter.shape(), parameter.canonical(used));
            } else if (parameter.role() != Parameter.Role.GAIN) {
                tensors.put(
                        parameter.name(),
                        parameter.shape(),
                        parameter.read(network.parameters().values()));
            }
        }
        for (Layer layer : network.layers()) {
            scale(tensors.get(layer.weight().name()), layer.weightFactor());
            if (layer.offset() != null) {
                scale(tensors.get(layer.offset().name()), layer.biasFactor());
            }
        }
        return tensors;
    }

    /**
     * The values of {@link #folded}, in the order in which the network keeps them; but normalised weights as they are trained, with
     * their gains, for a network of the same form.
     *
     * @param target Modified: as many values as the network has parameters
     */
    public static void copyFolded(Network network, float[] target) {
        network.parameters().values().read(0, target, 0, network.parameters().length());
        // Without an iterator, since this may be done at every update.
        for (int i = 0; i < network.layers().size(); i++) {
            Layer layer = network.layers().get(i);
            scale(target, layer.weight().offset(), layer.weight().length(), layer.weightFactor());
            if (layer.offset() != null) {
                scale(target, layer.offset().offset(), layer.offset().length(), layer.biasFactor());
            }
        }
    }

    private static void scale(Tensor tensor, float factor) {
        scale(tensor.data(), 0, tensor.data().length, factor);
    }

    private static void scale(float[] values, int from, int count, float factor) {
        for (int i = from; i < from + count; i++) {
            values[i] *= factor;
        }
    }

    /**
     * Replaces the parameters.
     *
     * @param tensors one for each parameter, and no other. Not modified.
     * @throws IllegalArgumentException if a name is missing, unknown or of another shape, or a value is not finite; then
     *     nothing has changed
     */
    public static void into(NamedTensors tensors, Network network) {
        Set<String> unknown = new LinkedHashSet<>(tensors.asMap().keySet());
        for (Parameter parameter : network.parameters().all()) {
            Tensor tensor = tensors.get(parameter.name());
            if (tensor == null) {
                throw new IllegalArgumentException("a tensor is missing: name=" + parameter.name() + " present="
                        + tensors.asMap().keySet());
            }
            if (!Arrays.equals(tensor.shape(), parameter.shape())) {
                throw new IllegalArgumentException("a tensor has another shape than the network: name="
                        + parameter.name() + " expected=" + Arrays.toString(parameter.shape()) + " found="
                        + Arrays.toString(tensor.shape()));
            }
            for (int i = 0; i < tensor.data().length; i++) {
                if (!Float.isFinite(tensor.data()[i])) {
                    throw new IllegalArgumentException("a tensor's values must be finite: name=" + parameter.name()
                            + " index=" + i + " value=" + tensor.data()[i]);
                }
            }
            unknown.remove(parameter.name());
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("the network has no parameters of these names: names=" + unknown
                    + " network=" + network.parameters().description());
        }
        for (Parameter parameter : network.parameters().all()) {
            parameter.write(
                    tensors.get(parameter.name()).data(), network.parameters().values());
        }
    }
}
