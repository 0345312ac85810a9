package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.jobs.CommandRun;
import perennial.learning.learner.NamedTensors;
import perennial.learning.weights.SafeTensors;

/**
 * {@code perennial train} from the weights of a run computed independently in PyTorch (float64) follows that run: every loss within
 * 1e-4 relative, every final weight within 1e-3 relative or 1e-5 absolute, on both engines.
 */
class TrainVectorsITCase {

    /** The vectors lie with the tests of the learning core, which follow them without Flink. */
    private static final Path VECTORS = Path.of("../operators/learning/src/test/resources/vectors");

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "nap_mlp_layernorm_adam, cpu",
        "nap_mlp_layernorm_adam, nd4j",
        "nap_mlp_rmsnorm_momentum, cpu",
        "nap_mlp_rmsnorm_momentum, nd4j",
        "nap_cnn_layernorm_adam, cpu",
        "nap_cnn_layernorm_adam, nd4j"
    })
    void shouldFollowPyTorch(String name, String engine) throws IOException {
        JsonNode vector = JSON.readTree(VECTORS.resolve(name + ".json").toFile());
        Path configuration = write("learner.yaml", configuration(vector, engine));
        Path events = write("events.jsonl", events(vector));
        Path initial = folder.resolve("initial.safetensors");
        SafeTensors.write(tensors(vector.get("initial")), initial);

        CommandRun run = CommandRun.of(
                "train",
                "--config",
                configuration,
                "--events",
                events,
                "--init",
                initial,
                "--export",
                folder.resolve("weights"),
                "--metrics",
                folder.resolve("metrics.jsonl"),
                "--dead-letters",
                folder.resolve("dead-letters.jsonl"),
                "--state",
                folder.resolve("state"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(folder.resolve("dead-letters.jsonl")).doesNotExist();
        assertLosses(vector);
        assertWeights(vector);
    }

    private void assertLosses(JsonNode vector) throws IOException {
        List<Double> losses = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("metrics.jsonl"))) {
            JsonNode record = JSON.readTree(line);
            if (record.get("type").asText().equals("report")) {
                losses.add(record.get("loss").asDouble());
            }
        }
        JsonNode expected = vector.get("expected").get("lossBeforeStep");
        assertThat(losses).hasSize(expected.size());
        for (int i = 0; i < losses.size(); i++) {
            double loss = expected.get(i).asDouble();
            assertThat(losses.get(i)).as("loss of step %d", i).isCloseTo(loss, within(1e-4 * loss));
        }
    }

    private void assertWeights(JsonNode vector) throws IOException {
        NamedTensors found = SafeTensors.read(folder.resolve("weights/vector.safetensors"));
        NamedTensors expected = tensors(vector.get("expected").get("final"));
        assertThat(found.asMap().keySet())
                .containsExactlyInAnyOrderElementsOf(expected.asMap().keySet());
        expected.asMap().forEach((name, tensor) -> {
            assertThat(found.get(name).shape()).as(name).isEqualTo(tensor.shape());
            for (int i = 0; i < tensor.data().length; i++) {
                double value = tensor.data()[i];
                assertThat((double) found.get(name).data()[i])
                        .as("%s[%d]", name, i)
                        .isCloseTo(value, within(Math.max(1e-3 * Math.abs(value), 1e-5)));
            }
        });
    }

    private static org.assertj.core.data.Offset<Double> within(double difference) {
        return org.assertj.core.data.Offset.offset(difference);
    }

    private static String configuration(JsonNode vector, String engine) {
        boolean convolutional = vector.get("initial").has("conv.0.weight");
        String activation = vector.get("activation").asText();
        String hidden = hiddenWidths(vector.get("initial"));
        JsonNode optimiser = vector.get("optimiser");
        boolean adam = optimiser.get("type").asText().equals("adam");
        JsonNode decay = vector.get("affineDecay");
        return String.join(
                "\n",
                "engine: " + engine,
                "learners:",
                "  - name: vector",
                "    streams: [s]",
                "    task: {type: classification, input: " + inputShape(vector) + ", classes: "
                        + vector.get("initial").get("output.bias").get("data").size() + "}",
                "    network: {type: "
                        + (convolutional ? "cnn, convolutions: [" + convolution(vector) + "]" : "mlp")
                        + ", hidden: " + hidden
                        + ", activation: " + (activation.startsWith("leaky") ? "leakyRelu, leakySlope: 0.01" : "relu")
                        + ", normalisation: "
                        + (vector.get("initial").has("hidden.0.offset") ? "layernorm" : "rmsnorm")
                        + ", normalisationEpsilon: 1.0e-6}",
                "    method: {type: nap, projectEvery: " + vector.get("projectEvery") + ", affine: "
                        + (decay.isNull() ? "{mode: free}" : "{mode: decay, rate: " + decay + "}") + "}",
                "    optimiser: "
                        + (adam
                                ? "{type: adam, learningRate: " + optimiser.get("lr")
                                        + ", beta1: 0.9, beta2: 0.999, epsilon: 1.0e-8}"
                                : "{type: momentum, learningRate: " + optimiser.get("lr") + ", momentum: "
                                        + optimiser.get("momentum") + "}"),
                "    batch: {size: " + batchSize(vector) + "}",
                "    metrics: {every: 1}",
                "");
    }

    private static String convolution(JsonNode vector) {
        JsonNode shape = vector.get("initial").get("conv.0.weight").get("shape");
        return "{channels: " + shape.get(0) + ", kernel: " + shape.get(2) + ", stride: " + vector.get("stride")
                + ", padding: 0}";
    }

    private static String hiddenWidths(JsonNode initial) {
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; initial.has("hidden." + i + ".weight"); i++) {
            widths.add(
                    initial.get("hidden." + i + ".weight").get("shape").get(0).asInt());
        }
        return widths.toString();
    }

    private static String inputShape(JsonNode vector) {
        List<Integer> shape = ints(vector.get("x").get("shape"));
        // Batches of vectors have one more dimension in front than a batch of images.
        return shape.size() == 3
                ? "[" + shape.get(2) + "]"
                : shape.subList(1, 4).toString();
    }

    private static int batchSize(JsonNode vector) {
        List<Integer> shape = ints(vector.get("x").get("shape"));
        return shape.get(shape.size() == 3 ? 1 : 0);
    }

    private static String events(JsonNode vector) {
        StringBuilder lines = new StringBuilder();
        JsonNode data = vector.get("x").get("data");
        int batch = batchSize(vector);
        boolean batches = vector.has("batchOfStep");
        int size = data.size()
                / batch
                / (batches ? vector.get("x").get("shape").get(0).asInt() : 1);
        int steps = vector.get("expected").get("lossBeforeStep").size();
        long sequence = 0;
        for (int step = 0; step < steps; step++) {
            boolean reset = batches && step == vector.get("resetAtStep").asInt();
            if (reset) {
                lines.append("{\"type\":\"labelReset\",\"stream\":\"s\",\"sequence\":" + sequence++ + ",\"task\":1}\n");
            }
            int which = batches ? vector.get("batchOfStep").get(step).asInt() : 0;
            JsonNode labels = batches
                    ? vector.get(step < vector.get("resetAtStep").asInt() ? "labelsBefore" : "labelsAfter")
                            .get(which)
                    : vector.get("labels");
            for (int example = 0; example < batch; example++) {
                List<String> features = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    features.add(data.get((which * batch + example) * size + i).asText());
                }
                lines.append("{\"type\":\"example\",\"stream\":\"s\",\"sequence\":" + sequence++ + ",\"features\":"
                        + features + ",\"label\":" + labels.get(example) + "}\n");
            }
        }
        return lines.toString();
    }

    private static NamedTensors tensors(JsonNode named) {
        NamedTensors tensors = new NamedTensors();
        for (Map.Entry<String, JsonNode> entry : named.properties()) {
            int[] shape = ints(entry.getValue().get("shape")).stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            JsonNode values = entry.getValue().get("data");
            float[] data = new float[values.size()];
            for (int i = 0; i < data.length; i++) {
                data[i] = (float) values.get(i).asDouble();
            }
            tensors.put(entry.getKey(), shape, data);
        }
        return tensors;
    }

    private static List<Integer> ints(JsonNode array) {
        List<Integer> ints = new ArrayList<>();
        array.forEach(value -> ints.add(value.asInt()));
        return ints;
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
