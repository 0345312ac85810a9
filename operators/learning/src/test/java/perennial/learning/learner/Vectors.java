package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import perennial.learning.learner.NamedTensors.Tensor;

/** Reads the runs that tests follow. */
final class Vectors {

    private Vectors() {}

    /** Holds every value to 1e-3 of the expected one, or to 1e-5. */
    static void assertClose(NamedTensors actualTensors, NamedTensors last) {
        assertThat(actualTensors.asMap().keySet()).isEqualTo(last.asMap().keySet());
        for (Map.Entry<String, Tensor> entry : last.asMap().entrySet()) {
            Tensor actual = actualTensors.get(entry.getKey());
            assertThat(actual.shape()).isEqualTo(entry.getValue().shape());
            for (int i = 0; i < actual.data().length; i++) {
                double value = entry.getValue().data()[i];
                assertThat((double) actual.data()[i])
                        .as("%s[%d]", entry.getKey(), i)
                        .isCloseTo(value, within(Math.max(1e-5, 1e-3 * Math.abs(value))));
            }
        }
    }

    static NamedTensors tensors(JsonNode node) {
        NamedTensors tensors = new NamedTensors();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            JsonNode sizes = entry.getValue().get("shape");
            int[] shape = new int[sizes.size()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = sizes.get(i).asInt();
            }
            tensors.put(entry.getKey(), shape, floats(entry.getValue().get("data")));
        }
        return tensors;
    }

    static float[] floats(JsonNode node) {
        float[] values = new float[node.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) node.get(i).asDouble();
        }
        return values;
    }

    static JsonNode read(String name) throws IOException {
        try (InputStream file = Vectors.class.getResourceAsStream("/vectors/" + name + ".json")) {
            return new ObjectMapper().readTree(file);
        }
    }
}
