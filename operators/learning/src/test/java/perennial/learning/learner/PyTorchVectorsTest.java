package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;

/** Follows training runs that were made with PyTorch in double precision. */
class PyTorchVectorsTest {

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "nd4j"})
    void shouldFollowAdamWithLayerNormalisation(String engine) throws IOException {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.task = new TaskSpec.Classification(List.of(6), 3, 1.0);
            s.hidden = List.of(8, 8);
            s.optimiser = new OptimiserSpec.Adam(0.01, 0.9, 0.999, 1e-8);
            s.method = SpecBuilder.nap(1, AffineMode.DECAY);
            s.batchSize = 5;
        });

        follow("nap_mlp_layernorm_adam", spec, engine);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "nd4j"})
    void shouldFollowMomentumWithRmsNormalisationAndRareProjection(String engine) throws IOException {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.task = new TaskSpec.Classification(List.of(5), 4, 1.0);
            s.hidden = List.of(7, 9);
            s.activation = Activation.LEAKY_RELU;
            s.normalisation = Normalisation.RMS_NORM;
            s.optimiser = new OptimiserSpec.Momentum(0.05, 0.9, false);
            s.method = SpecBuilder.nap(5, AffineMode.FREE);
            s.batchSize = 6;
        });

        follow("nap_mlp_rmsnorm_momentum", spec, engine);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "nd4j"})
    void shouldFollowAConvolutionalNetwork(String engine) throws IOException {
        SpecBuilder spec = SpecBuilder.spec().with(s -> {
            s.task = new TaskSpec.Classification(List.of(2, 6, 6), 3, 1.0);
            s.convolutions = List.of(new ConvolutionSpec(4, 3, 1, 0));
            s.hidden = List.of(10);
            s.optimiser = new OptimiserSpec.Adam(0.003, 0.9, 0.999, 1e-8);
            s.method = SpecBuilder.nap(1, AffineMode.DECAY);
            s.batchSize = 5;
        });

        follow("nap_cnn_layernorm_adam", spec, engine);
    }

    private static void follow(String name, SpecBuilder spec, String engine) throws IOException {
        JsonNode vector = Vectors.read(name);
        RecordingOutput output = new RecordingOutput();
        int steps = vector.at("/expected/lossBeforeStep").size();
        float[] inputs = Vectors.floats(vector.at("/x/data"));
        int batch = spec.batchSize;
        int size = spec.task.inputSize();

        try (Learner learner = Learners.create(spec.build(), engine)) {
            learner.initialise(Vectors.tensors(vector.get("initial")));
            long sequence = 0;
            for (int step = 0; step < steps; step++) {
                int chosen = vector.has("batchOfStep")
                        ? vector.get("batchOfStep").get(step).asInt()
                        : 0;
                JsonNode labels = labels(vector, step, chosen);
                for (int row = 0; row < batch; row++) {
                    float[] features = new float[size];
                    System.arraycopy(inputs, (chosen * batch + row) * size, features, 0, size);
                    learner.observe(Events.example(sequence++, labels.get(row).asInt(), features), output);
                }
            }
            compare(vector.get("expected"), output.reports, learner.weights());
        }
    }

    private static JsonNode labels(JsonNode vector, int step, int chosen) {
        if (vector.has("labels")) {
            return vector.get("labels");
        }
        boolean before = step < vector.get("resetAtStep").asInt();
        return vector.get(before ? "labelsBefore" : "labelsAfter").get(chosen);
    }

    private static void compare(JsonNode expected, List<Report> reports, NamedTensors weights) {
        assertThat(reports).hasSize(expected.get("lossBeforeStep").size());
        for (int step = 0; step < reports.size(); step++) {
            Report report = reports.get(step);
            double loss = expected.get("lossBeforeStep").get(step).asDouble();
            assertThat(report.loss).as("loss, step %d", step).isCloseTo(loss, within(1e-4 * loss));
            if (expected.has("accuracyBeforeStep")) {
                assertThat(report.onlineAccuracy)
                        .as("accuracy, step %d", step)
                        .isCloseTo(expected.get("accuracyBeforeStep").get(step).asDouble(), within(1e-12));
            }
            if (expected.has("gradientNorm")) {
                double norm = expected.get("gradientNorm").get(step).asDouble();
                assertThat(report.gradientNorm)
                        .as("gradient norm, step %d", step)
                        .isCloseTo(norm, within(1e-3 * norm));
            }
            if (expected.has("weightNormAfterStep")) {
                for (Report.Layer layer : report.layers) {
                    JsonNode norm =
                            expected.get("weightNormAfterStep").get(step).get(layer.name + ".weight");
                    if (norm != null) {
                        assertThat(layer.parameterNorm)
                                .as("norm of %s, step %d", layer.name, step)
                                .isCloseTo(norm.asDouble(), within(1e-5 * norm.asDouble()));
                    }
                }
            }
        }
        Vectors.assertClose(weights, Vectors.tensors(expected.get("final")));
    }
}
