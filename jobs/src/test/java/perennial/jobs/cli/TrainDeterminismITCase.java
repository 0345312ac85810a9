package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.LabelEventsFile;
import perennial.jobs.PerennialProcess;

/** Equal events give equal bytes: run twice, with other parallelisms, from another format, and stopped in between. */
class TrainDeterminismITCase {

    private static final int TASKS = 10;

    @TempDir
    private static Path shared;

    private static Path events;
    private static Path configuration;
    private static TreeMap<String, byte[]> expected;

    @TempDir
    private Path folder;

    @BeforeAll
    static void trainUndisturbed() throws IOException {
        events = LabelEventsFile.write(LabelEventsFile.spec(TASKS, 8_000), shared.resolve("events.avro"));
        configuration = Files.writeString(
                shared.resolve("learners.yaml"),
                learner("none", "none", "{type: none}", "{type: momentum, learningRate: 0.01, momentum: 0.9}")
                        + learner("layernorm", "layernorm", "{type: none}", "{type: rmsprop, learningRate: 1.0e-3}")
                        + learner(
                                "nap",
                                "layernorm",
                                "{type: nap, affine: {mode: decay, rate: 0.999}}",
                                "{type: adam, learningRate: 1.0e-3}"));
        Path folder = shared.resolve("undisturbed");
        assertThat(train(folder, events, 1).exitCode()).isZero();
        expected = results(folder);
    }

    private static String learner(String name, String normalisation, String method, String optimiser) {
        return (name.equals("none") ? "learners:\n" : "")
                + "  - name: " + name + "\n"
                + "    streams: [s]\n"
                + "    seed: 5\n"
                + "    task: {type: classification, input: [64], classes: 10, scale: 0.00392156862745098}\n"
                + "    network: {type: mlp, hidden: [32, 32], activation: relu, normalisation: " + normalisation + "}\n"
                + "    method: " + method + "\n"
                + "    optimiser: " + optimiser + "\n"
                + "    batch: {size: 10}\n"
                + "    metrics: {every: 10}\n";
    }

    @Test
    void shouldFindSomething() {
        assertThat(expected.keySet())
                .containsExactly(
                        "metrics.jsonl",
                        "weights/layernorm.safetensors",
                        "weights/nap.safetensors",
                        "weights/none.safetensors");
        // A report every tenth update, and a summary of each task, for each learner.
        assertThat(new String(expected.get("metrics.jsonl")).lines().count()).isEqualTo(3 * (TASKS * 800 / 10 + TASKS));
    }

    @Test
    void shouldGiveTheSameBytesAgain() throws IOException {
        assertThat(train(folder, events, 1).exitCode()).isZero();

        assertSameAsUndisturbed();
    }

    @Test
    void shouldGiveTheSameBytesWithAnotherParallelism() throws IOException {
        assertThat(train(folder, events, 2).exitCode()).isZero();

        assertSameAsUndisturbed();
    }

    @Test
    void shouldGiveTheSameBytesFromLinesOfJson() throws IOException {
        Path lines = LabelEventsFile.write(LabelEventsFile.spec(TASKS, 8_000), folder.resolve("events.jsonl"));

        assertThat(train(folder, lines, 1).exitCode()).isZero();

        assertSameAsUndisturbed();
    }

    @Test
    void shouldGoOnFromASavepointAsIfItHadNeverStopped() throws Exception {
        try (PerennialProcess process = PerennialProcess.start(folder, arguments(folder, events, 2))) {
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                assertThat(process.isAlive()).as(process.output()).isTrue();
                return Files.exists(part("nap")) && Files.size(part("nap")) > 100_000;
            });

            assertThat(process.terminate()).as(process.output()).isZero();

            assertThat(process.output()).contains("--resume ");
        }
        assertThat(folder.resolve("metrics.jsonl")).as("stopped before its end").doesNotExist();

        CommandRun resumed = CommandRun.of(resume(arguments(folder, events, 1)));

        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertSameAsUndisturbed();
    }

    private Path part(String learner) {
        return folder.resolve("metrics.jsonl.parts").resolve(learner + ".jsonl");
    }

    private void assertSameAsUndisturbed() throws IOException {
        TreeMap<String, byte[]> found = results(folder);
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, bytes) -> assertThat(found.get(name)).as(name).isEqualTo(bytes));
    }

    private static CommandRun train(Path folder, Path events, int parallelism) {
        return CommandRun.of(arguments(folder, events, parallelism));
    }

    private static Object[] arguments(Path folder, Path events, int parallelism) {
        return new Object[] {
            "train",
            "--config",
            configuration,
            "--set",
            "flink.parallelism.default=" + parallelism,
            "--events",
            events,
            "--export",
            folder.resolve("weights"),
            "--metrics",
            folder.resolve("metrics.jsonl"),
            "--dead-letters",
            folder.resolve("dead-letters.jsonl"),
            "--state",
            folder.resolve("state")
        };
    }

    private static Object[] resume(Object[] arguments) {
        return Stream.concat(Stream.of(arguments), Stream.of("--resume", "latest"))
                .toArray();
    }

    /** Everything that a run writes for its user, by name. */
    private static TreeMap<String, byte[]> results(Path folder) throws IOException {
        TreeMap<String, byte[]> results = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file ->
                            file.endsWith("metrics.jsonl") || file.toString().endsWith(".safetensors"))
                    .forEach(file -> {
                        try {
                            results.put(folder.relativize(file).toString(), Files.readAllBytes(file));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
        return results;
    }
}
