package perennial.learning.learner;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors by name, in order: float32, row-major. */
public final class NamedTensors {

    /** One tensor. {@code data} is not copied. */
    public record Tensor(int[] shape, float[] data) {
        public Tensor {
            long size = 1;
            for (int dimension : shape) {
                size *= dimension;
            }
            if (size != data.length) {
                throw new IllegalArgumentException("a tensor's data must fill its shape: shape="
                        + Arrays.toString(shape) + " values=" + data.length);
            }
        }
    }

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    public NamedTensors put(String name, int[] shape, float[] data) {
        tensors.put(name, new Tensor(shape, data));
        return this;
    }

    /** The tensor of that name, or null. */
    public Tensor get(String name) {
        return tensors.get(name);
    }

    /** All tensors in the order they were put. */
    public Map<String, Tensor> asMap() {
        return java.util.Collections.unmodifiableMap(tensors);
    }
}
