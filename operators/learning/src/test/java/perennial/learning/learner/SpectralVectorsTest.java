package perennial.learning.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.learning.engine.Engine;
import perennial.learning.engine.Engines;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.random.RandomStreams;
import perennial.learning.replay.TransitionBatch;
import perennial.learning.state.LearnerState;

/** Follows runs of a DQN with spectral normalisation that were made with PyTorch in double precision. */
class SpectralVectorsTest {

    private static final int CHANNELS = 2;
    private static final int PIXELS = 25;

    @ParameterizedTest
    @CsvSource({
        "sn_hidden_cap, NONE, CAP",
        "sn_hidden_paper_lambda2, NONE, PAPER",
        "sn_conv_hidden_always, NONE, ALWAYS",
        "sn_bias_scaling, BIAS_SCALING, CAP",
        "divout, DIV_OUT, CAP",
        "divgrad_product, DIV_GRAD, CAP",
        "muleps_product, MUL_EPS, CAP"
    })
    void shouldFollowPyTorchOnBothEngines(String name, Scheduler scheduler, Divisor divisor) throws IOException {
        for (String engine : List.of("cpu", "nd4j")) {
            follow(Vectors.read(name), scheduler, divisor, engine);
        }
    }

    private static void follow(JsonNode vector, Scheduler scheduler, Divisor divisor, String engineName) {
        LearnerSpec spec = spec(vector, scheduler, divisor);
        TransitionBatch[] batches = {batch(vector, 0), batch(vector, 1)};
        RecordingOutput output = new RecordingOutput();
        JsonNode expected = vector.get("expected");
        Progress progress = new Progress();
        try (Engine engine = Engines.create(engineName)) {
            Training training = new Training(spec, "test", progress, new RandomStreams(spec.seed()), engine, null);
            training.initialise(Vectors.tensors(vector.get("initial")));
            training.restore(withVectors(training, vector));
            QUpdate update = new QUpdate(spec, training, progress, engine);
            int steps = expected.get("loss").size();
            for (int step = 0; step < steps; step++) {
                update.update(batches[step % 2], output);
            }
            assertThat(output.reports).hasSize(steps);
            for (int step = 0; step < steps; step++) {
                compare(expected, output.reports.get(step), step);
            }
            Vectors.assertClose(training.weights(), Vectors.tensors(expected.get("final")));
        }
    }

    private static void compare(JsonNode expected, Report report, int step) {
        double loss = expected.get("loss").get(step).asDouble();
        assertThat(report.loss).as("loss, step %d", step).isCloseTo(loss, within(1e-4 * loss));
        double error = expected.get("meanAbsTdError").get(step).asDouble();
        assertThat(report.tdError).as("TD error, step %d", step).isCloseTo(error, within(1e-4 * error));
        JsonNode sigmas = expected.get("sigma").get(step);
        for (Report.Layer layer : report.layers) {
            if (!sigmas.has(layer.name)) {
                assertThat(layer.spectralEstimate).isNaN();
                continue;
            }
            double sigma = sigmas.get(layer.name).asDouble();
            assertThat(layer.spectralEstimate)
                    .as("sigma of %s, step %d", layer.name, step)
                    .isCloseTo(sigma, within(1e-4 * sigma));
        }
    }

    /** The state of the training with the run's own first vectors. */
    private static LearnerState withVectors(Training training, JsonNode vector) {
        LearnerState saved = new LearnerState();
        training.save(saved);
        LearnerState replaced = new LearnerState();
        saved.entries().forEach((name, value) -> replaced.put(name, vectorOf(name, value, vector)));
        return replaced;
    }

    private static Object vectorOf(String name, Object value, JsonNode vector) {
        String prefix = "sn.trained.";
        if (!name.startsWith(prefix) || !name.endsWith(".u")) {
            return value;
        }
        String layer = name.substring(prefix.length(), name.length() - 2);
        float[] given = Vectors.floats(vector.get("powerIterationU").get(layer).get("data"));
        return layer.startsWith("conv") ? channelsLast(given) : given;
    }

    private static float[] channelsLast(float[] image) {
        float[] target = new float[image.length];
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                target[pixel * CHANNELS + channel] = image[channel * PIXELS + pixel];
            }
        }
        return target;
    }

    private static TransitionBatch batch(JsonNode vector, int index) {
        JsonNode batches = vector.get("batches");
        float[] states = Vectors.floats(batches.get("state").get("data"));
        float[] nextStates = Vectors.floats(batches.get("nextState").get("data"));
        int rows = batches.get("action").get(index).size();
        int size = CHANNELS * PIXELS;
        TransitionBatch batch = new TransitionBatch(rows, size);
        System.arraycopy(states, index * rows * size, batch.inputs, 0, rows * size);
        System.arraycopy(nextStates, index * rows * size, batch.nextInputs, 0, rows * size);
        for (int row = 0; row < rows; row++) {
            batch.actions[row] = batches.get("action").get(index).get(row).asInt();
            batch.returns[row] =
                    (float) batches.get("reward").get(index).get(row).asDouble();
            batch.discounts[row] = batches.get("terminal").get(index).get(row).asBoolean() ? 0f : 0.99f;
            batch.weights[row] = 1f;
        }
        batch.rows(rows);
        return batch;
    }

    private static LearnerSpec spec(JsonNode vector, Scheduler scheduler, Divisor divisor) {
        List<Integer> layers = new ArrayList<>();
        vector.get("layers")
                .forEach(layer ->
                        layers.add(List.of("conv.0", "hidden.0", "output").indexOf(layer.asText()) - 3));
        JsonNode adam = vector.get("optimiser");
        return SpecBuilder.spec()
                .with(s -> {
                    s.task = Transitions.task(t -> {
                        t.observation = List.of(CHANNELS, 5, 5);
                        t.actions = 3;
                        t.target = new TargetSpec.Copied(
                                vector.get("targetSyncEvery").asLong());
                    });
                    s.convolutions = List.of(
                            new ConvolutionSpec(3, 3, vector.get("stride").asInt(), 0));
                    s.hidden = List.of(8);
                    s.normalisation = Normalisation.NONE;
                    s.method = new MethodSpec.SpectralNormalisation(
                            layers, divisor, vector.get("lambda").asDouble(), scheduler, false);
                    s.optimiser = new OptimiserSpec.Adam(
                            adam.get("lr").asDouble(),
                            adam.get("beta1").asDouble(),
                            adam.get("beta2").asDouble(),
                            adam.get("epsilon").asDouble());
                    s.batchSize = 4;
                })
                .build();
    }
}
