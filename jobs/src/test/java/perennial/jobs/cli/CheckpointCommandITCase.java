package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.Checkpoints;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.graph.FileJob;
import perennial.jobs.graph.FileJob.RunFiles;
import perennial.jobs.graph.InitialWeights;
import perennial.learning.learner.NamedTensors.Tensor;
import perennial.learning.state.LearnerState;
import perennial.learning.weights.SafeTensors;
import perennial.streaming.saved.SavedLearners;

/** Looking into an unaligned checkpoint of a job that was cancelled, and into what is none. */
class CheckpointCommandITCase {

    private static final String LEARNERS = """
            learners:
              - name: nap
                labels: {stream: t, resets: 100, examplesPerTask: 100000, images: {rows: 4, columns: 4, count: 100}}
                task: {input: [16], classes: 10, scale: 0.00392156862745098}
                network: {hidden: [8, 8], normalisation: layernorm}
                method: {type: nap}
                batch: {size: 8}
              - name: twin
                labels: {stream: u, resets: 100, examplesPerTask: 100000, images: {rows: 4, columns: 4, count: 100}}
                task: {input: [16], classes: 10, scale: 0.00392156862745098}
                network: {hidden: [8], normalisation: layernorm}
                method: {type: nap, twin: global}
                batch: {size: 8}
              - name: dqn
                environment: {name: minatar/breakout, actors: 2, steps: 1000000}
                task: {type: reinforcement, input: [4, 10, 10], actions: 6, warmUp: 50, replay: {capacity: 500, encoding: bits}}
                network: {type: cnn, convolutions: [{channels: 2, kernel: 3}], hidden: [4], activation: crelu}
                batch: {size: 8}
            """;

    @TempDir
    private static Path shared;

    private static Path state;

    @TempDir
    private Path folder;

    @BeforeAll
    static void takeCheckpoints() throws IOException {
        state = shared.resolve("state");
        Configuration configuration =
                Configuration.load(Files.writeString(shared.resolve("learners.yaml"), LEARNERS), List.of());
        org.apache.flink.configuration.Configuration options = FlinkOptions.effective(
                Map.of(
                        "execution.checkpointing.interval",
                        "100ms",
                        "execution.checkpointing.unaligned.enabled",
                        "true",
                        "state.backend.incremental",
                        "true",
                        "parallelism.default",
                        "2"),
                state);
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 2)) {
            StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
            FileJob.describe(
                    environment,
                    configuration,
                    InitialWeights.none(),
                    new RunFiles(null, shared.resolve("metrics.jsonl"), shared.resolve("dead.jsonl"), null));
            JobID job = flink.submit(environment, "checkpoints");
            await().atMost(Duration.ofMinutes(3))
                    .ignoreExceptions()
                    .until(() -> Checkpoints.newest(state, told -> {}).isPresent() && hasUpdates());
            flink.cancel(job);
        }
    }

    private static boolean hasUpdates() throws IOException {
        Map<String, LearnerState> states = states();
        return states.get("nap").longs("progress.counters")[0] > 100
                && states.get("dqn").longs("progress.counters")[0] > 20;
    }

    private static Map<String, LearnerState> states() throws IOException {
        Map<String, LearnerState> states = new TreeMap<>();
        SavedLearners.open(Checkpoints.within(state.toString(), told -> {}))
                .visit(learner -> states.put(learner.learner(), learner.state()));
        return states;
    }

    @Test
    void shouldShowALineForEachLearner() {
        CommandRun run = CommandRun.of("checkpoint", "inspect", state);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines().get(0)).startsWith("checkpoint ").contains(", learners on 2 subtasks: ");
        assertThat(run.lines()).hasSize(2 + 3);
        assertThat(run.lines().get(1))
                .matches(
                        "learner +kind +method +task +updates +records +discarded +state +replay +source +configuration"
                                + " +code +format +engine and kernel +streams");
        assertThat(run.out()).containsPattern("twin +twin +nap").containsPattern("dqn +q +none .* dqn:\\d+ dqn/1:\\d+");
    }

    @Test
    void shouldShowEverythingAsJson() throws IOException {
        CommandRun run = CommandRun.of("checkpoint", "inspect", state, "--json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode root = new ObjectMapper().readTree(run.out());
        assertThat(root.get("kind").asText()).isEqualTo("checkpoint");
        assertThat(root.get("parallelism").asInt()).isEqualTo(2);
        Map<String, JsonNode> learners = new TreeMap<>();
        root.get("learners").forEach(node -> learners.put(node.get("learner").asText(), node));
        assertThat(learners.keySet()).containsExactly("dqn", "nap", "twin");
        JsonNode dqn = learners.get("dqn");
        assertThat(dqn.get("replayBytes").asLong())
                .isBetween(1_000L, dqn.get("stateBytes").asLong() - 1);
        assertThat(dqn.get("sourceBytes").asLong()).isPositive();
        assertThat(dqn.get("updates").asLong()).isEqualTo(states().get("dqn").longs("progress.counters")[0]);
        assertThat(dqn.get("trainedThrough")).hasSize(2);
        assertThat(dqn.get("configuration").get("task").get("actions").asInt()).isEqualTo(6);
        assertThat(learners.get("nap").get("replayBytes").asLong()).isZero();
        assertThat(learners.get("nap").get("format").asInt()).isEqualTo(1);
        assertThat(learners.get("nap").get("engine").asText()).isNotEmpty();
    }

    @Test
    void shouldGiveOutWeightsThatTrainTakes() throws IOException {
        Path out = folder.resolve("out");

        CommandRun export = CommandRun.of("checkpoint", "export", state, "--to", out);

        assertThat(export.exitCode()).as(export.err()).isZero();
        assertThat(export.lines()).hasSize(3);
        // In a perceptron tensors stand in the file as they do in the state.
        List<Float> values = new ArrayList<>();
        for (Tensor tensor :
                SafeTensors.read(out.resolve("nap.safetensors")).asMap().values()) {
            for (float value : tensor.data()) {
                values.add(value);
            }
        }
        float[] parameters = states().get("nap").floats("parameters");
        assertThat(values).hasSize(parameters.length);
        for (int i = 0; i < parameters.length; i++) {
            assertThat(values.get(i)).isEqualTo(parameters[i]);
        }

        // Learners that do not move end with what they began with: convolutions and twins, too.
        Path again = folder.resolve("again");
        CommandRun train = CommandRun.of(
                "train",
                "--config",
                Files.writeString(
                        folder.resolve("still.yaml"),
                        LEARNERS.replace("resets: 100, examplesPerTask: 100000", "resets: 1, examplesPerTask: 8")
                                .replace("steps: 1000000", "steps: 60")
                                .replace("method: {type: nap}", "method: {type: none}")
                                .replace(
                                        "batch: {size: 8}",
                                        "batch: {size: 8}\n    optimiser: {type: sgd, learningRate: 0}")),
                "--init",
                "nap=" + out.resolve("nap.safetensors"),
                "--init",
                "dqn=" + out.resolve("dqn.safetensors"),
                "--export",
                again,
                "--state",
                folder.resolve("state"),
                "--dead-letters",
                folder.resolve("dead.jsonl"));
        assertThat(train.exitCode()).as(train.err()).isZero();
        for (String learner : List.of("nap", "dqn")) {
            assertThat(again.resolve(learner + ".safetensors"))
                    .hasSameBinaryContentAs(out.resolve(learner + ".safetensors"));
        }
    }

    @Test
    void shouldSayWhatIsWrongWithAPath() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Path garbage = Files.createDirectories(folder.resolve("garbage"));
        Files.writeString(garbage.resolve("_metadata"), "no metadata");

        assertThat(inspect(folder.resolve("none")))
                .isEqualTo("there is nothing at " + folder.resolve("none")
                        + ": give the folder of a checkpoint or savepoint, or of a job's state");
        assertThat(inspect(empty))
                .isEqualTo("there is no complete checkpoint or savepoint at " + empty
                        + " or under it: a folder with a file _metadata is needed");
        assertThat(inspect(garbage))
                .startsWith("a checkpoint's or savepoint's _metadata must be whole and readable: path=" + garbage)
                .endsWith("; use an earlier one");
    }

    @Test
    void shouldSayThatAStateIsDamaged() throws IOException {
        Path copy = copyOfNewest();
        Path largest = largest(copy);
        byte[] bytes = Files.readAllBytes(largest);
        int magic = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PLST");
        assertThat(magic).isPositive();
        bytes[magic + 1000] ^= 1;
        Files.write(largest, bytes);

        assertThat(inspect(copy))
                .startsWith("the learners' state cannot be read: path=" + copy + " error=the state is damaged:")
                .endsWith("; use an earlier checkpoint or savepoint");

        Files.write(largest, Arrays.copyOf(bytes, magic));
        assertThat(inspect(copy)).contains("path=" + copy).endsWith("; use an earlier checkpoint or savepoint");

        Files.delete(largest);
        assertThat(inspect(copy)).contains("path=" + copy, largest.getFileName().toString());
    }

    @Test
    void shouldSayWhatLearnersThereAre() {
        CommandRun run = CommandRun.of("checkpoint", "export", state, "--learner", "naps", "--to", folder);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("the checkpoint has no learner naps; did you mean nap? allowed: ");
    }

    private static String inspect(Path path) {
        CommandRun run = CommandRun.of("checkpoint", "inspect", path);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).hasSize(1);
        return run.err().strip().replaceFirst("^perennial: ", "");
    }

    /** The newest checkpoint in a folder of its own; it names its files relative to itself. */
    private Path copyOfNewest() throws IOException {
        Path newest = Checkpoints.newest(state, told -> {}).orElseThrow();
        Path copy = Files.createDirectories(folder.resolve("copy"));
        try (var files = Files.list(newest)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static Path largest(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.max((a, b) ->
                            Long.compare(a.toFile().length(), b.toFile().length()))
                    .orElseThrow();
        }
    }
}
