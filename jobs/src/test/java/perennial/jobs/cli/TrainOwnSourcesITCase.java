package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.LabelEventsFile;
import perennial.jobs.PerennialProcess;

/** Learners that make their events themselves: the same bytes whatever the parallelism, stopped in between, and from a file. */
class TrainOwnSourcesITCase {

    @TempDir
    private static Path shared;

    private static Path configuration;
    private static TreeMap<String, byte[]> expected;

    @TempDir
    private Path folder;

    @BeforeAll
    static void playUndisturbed() throws IOException {
        configuration = Files.writeString(
                shared.resolve("players.yaml"),
                // The first has a subtask to itself where there are two, and ends long before the others.
                "learners:\n"
                        + player("short", "steps: 700")
                        + player("newest", "steps: 6000")
                        + player("lagging", "steps: 6000, maxLead: 50, policyEvery: 3"));
        Path folder = shared.resolve("undisturbed");
        CommandRun run = CommandRun.of(arguments(configuration, folder, 1));
        assertThat(run.exitCode()).as(run.err()).isZero();
        expected = results(folder);
    }

    private static String player(String name, String source) {
        return "  - name: " + name + "\n"
                + "    environment: {name: minatar/space_invaders, seed: 3, " + source + ",\n"
                + "      epsilon: {start: 1.0, end: 0.1, warmUp: 100, steps: 600}}\n"
                + "    seed: 5\n"
                + "    task: {type: reinforcement, input: [6, 10, 10], actions: 6, warmUp: 200, replay: {capacity: 1000}}\n"
                + "    network: {type: cnn, convolutions: [{channels: 4, kernel: 3}], hidden: [16]}\n"
                + "    optimiser: {type: adam, learningRate: 1.0e-3}\n"
                + "    batch: {size: 8}\n"
                + "    metrics: {every: 2}\n";
    }

    @Test
    void shouldFindSomething() {
        assertThat(expected.keySet())
                .containsExactly(
                        "metrics.jsonl",
                        "weights/lagging.safetensors",
                        "weights/newest.safetensors",
                        "weights/short.safetensors");
        String metrics = new String(expected.get("metrics.jsonl"));
        // A report every other update, of which there is one for each four steps after the warm-up, and a summary.
        assertThat(metrics.lines().filter(line -> line.contains("\"learner\":\"newest\"")))
                .hasSize((6000 - 200) / 4 / 2 + 1);
        assertThat(metrics.lines().filter(line -> line.contains("\"learner\":\"short\"")))
                .hasSize((700 - 200) / 4 / 2 + 1);
        assertThat(expected.get("weights/lagging.safetensors"))
                .isNotEqualTo(expected.get("weights/newest.safetensors"));
    }

    @Test
    void shouldGiveTheSameBytesWithAnotherParallelism() throws IOException {
        CommandRun run = CommandRun.of(arguments(configuration, folder, 2));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertSameAsUndisturbed();
    }

    @Test
    void shouldGoOnFromASavepointAsIfItHadNeverStoppedWithAnotherParallelism() throws Exception {
        try (PerennialProcess process = PerennialProcess.start(folder, arguments(configuration, folder, 2))) {
            awaitSomeReports(process);

            assertThat(process.terminate()).as(process.output()).isZero();

            assertThat(process.output()).contains("--resume ");
        }
        assertThat(folder.resolve("metrics.jsonl")).as("stopped before its end").doesNotExist();

        CommandRun resumed = CommandRun.of(and(arguments(configuration, folder, 1), "--resume", "latest"));

        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertSameAsUndisturbed();
    }

    @Test
    void shouldGoOnFromACheckpointAfterItsProcessWasKilled() throws Exception {
        Object[] arguments =
                and(arguments(configuration, folder, 2), "--set", "flink.execution.checkpointing.interval=200ms");
        try (PerennialProcess process = PerennialProcess.start(folder, arguments)) {
            // The short one has ended by then, and its subtask with it.
            awaitReports(process, 500_000);
            await().atMost(Duration.ofMinutes(5)).until(() -> {
                try (Stream<Path> files = Files.walk(folder.resolve("state"))) {
                    return files.anyMatch(file -> file.endsWith("_metadata"));
                } catch (UncheckedIOException deletedMeanwhile) {
                    return false;
                }
            });
            process.kill();
        }
        assertThat(folder.resolve("metrics.jsonl")).as("killed before its end").doesNotExist();

        CommandRun resumed = CommandRun.of(and(arguments, "--resume", "latest"));

        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertSameAsUndisturbed();
    }

    @Test
    void shouldLearnFromLabelsOfItsOwnWhatItLearnsFromTheirFile() throws IOException {
        String learner = "    seed: 5\n"
                + "    task: {type: classification, input: [64], classes: 10, scale: 0.00392156862745098}\n"
                + "    network: {type: mlp, hidden: [32], normalisation: layernorm}\n"
                + "    method: {type: nap}\n"
                + "    batch: {size: 10}\n"
                + "    metrics: {every: 10}\n";
        Path own = Files.writeString(
                folder.resolve("own.yaml"),
                "learners:\n  - name: nap\n"
                        + "    labels: {stream: s, seed: 11, resets: 5, examplesPerTask: 995, change: {type: randomLabels},\n"
                        + "      images: {type: synthetic, rows: 8, columns: 8, classes: 10, count: 200, litFraction: 0.3}}\n"
                        + learner);
        Path following = Files.writeString(
                folder.resolve("following.yaml"), "learners:\n  - name: nap\n    streams: [s]\n" + learner);
        Path events = LabelEventsFile.write(LabelEventsFile.spec(5, 995), folder.resolve("events.avro"));

        CommandRun fromItsOwn = CommandRun.of(arguments(own, folder.resolve("own"), 1));
        CommandRun fromTheFile =
                CommandRun.of(and(arguments(following, folder.resolve("file"), 1), "--events", events));

        assertThat(fromItsOwn.exitCode()).as(fromItsOwn.err()).isZero();
        assertThat(fromTheFile.exitCode()).as(fromTheFile.err()).isZero();
        TreeMap<String, byte[]> results = results(folder.resolve("own"));
        assertThat(results.keySet()).containsExactly("metrics.jsonl", "weights/nap.safetensors");
        results.forEach((name, bytes) ->
                assertThat(bytes).as(name).isEqualTo(read(folder.resolve("file").resolve(name))));
    }

    @Test
    void shouldSayThatOtherLearnersCannotGoOn() throws Exception {
        try (PerennialProcess process = PerennialProcess.start(folder, arguments(configuration, folder, 1))) {
            awaitSomeReports(process);
            process.terminate();
        }
        Path others = Files.writeString(
                folder.resolve("others.yaml"),
                "learners:\n" + player("newest", "steps: 6000") + player("new", "steps: 9"));

        // Checkpoints let a job start again, which here would be of no use.
        CommandRun resumed = CommandRun.of(and(
                arguments(others, folder, 1),
                "--resume",
                "latest",
                "--set",
                "flink.execution.checkpointing.interval=1s"));

        assertThat(resumed.exitCode()).isEqualTo(1);
        assertThat(resumed.err()).contains("goes on with the same learners in the same order", "or start anew");
    }

    @Test
    void shouldSayWhetherEventsAreNeeded() throws IOException {
        Path following = Files.writeString(
                folder.resolve("following.yaml"),
                "learners: [{name: a, streams: [s], task: {input: [4], classes: 3}, network: {hidden: [4]}}]\n");

        assertThat(CommandRun.of("train", "--config", following).err()).contains("give --events FILE");
        assertThat(CommandRun.of("train", "--config", configuration, "--events", "e.jsonl")
                        .err())
                .contains("leave out --events");
    }

    private void awaitSomeReports(PerennialProcess process) {
        awaitReports(process, 50_000);
    }

    /** @param bytes of about a million that the reports of one of the longer runs have */
    private void awaitReports(PerennialProcess process, long bytes) {
        Path part = folder.resolve("metrics.jsonl.parts").resolve("newest.jsonl");
        await().atMost(Duration.ofMinutes(5)).until(() -> {
            assertThat(process.isAlive()).as(process.output()).isTrue();
            return Files.exists(part) && Files.size(part) > bytes;
        });
    }

    private void assertSameAsUndisturbed() throws IOException {
        TreeMap<String, byte[]> found = results(folder);
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, bytes) -> assertThat(found.get(name)).as(name).isEqualTo(bytes));
    }

    private static Object[] arguments(Path configuration, Path folder, int parallelism) {
        return new Object[] {
            "train",
            "--config",
            configuration,
            "--set",
            "flink.parallelism.default=" + parallelism,
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

    private static Object[] and(Object[] arguments, Object... more) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(more));
        return all.toArray();
    }

    /** Everything that a run writes for its user, by name. */
    private static TreeMap<String, byte[]> results(Path folder) throws IOException {
        TreeMap<String, byte[]> results = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file ->
                            file.endsWith("metrics.jsonl") || file.toString().endsWith(".safetensors"))
                    .forEach(file -> results.put(folder.relativize(file).toString(), read(file)));
        }
        return results;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
