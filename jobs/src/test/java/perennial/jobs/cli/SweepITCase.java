package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.PerennialProcess;

/** Sweeps from the command line to the files, with learners smaller than a user's. */
class SweepITCase {

    private static final int LEARNERS = 6;
    private static final int TASKS = 4;

    @TempDir
    private Path folder;

    private Path sweep;

    @BeforeEach
    void writeSweep() throws IOException {
        sweep = Files.writeString(folder.resolve("tiny.yaml"), """
                name: tiny
                flink: {execution.checkpointing.interval: 200ms}
                engine: cpu
                learner:
                  labels:
                    images: {type: synthetic, rows: 4, columns: 4, classes: 3, count: 32, litFraction: 0.3}
                    change: {type: randomLabels}
                    resets: 4
                    examplesPerTask: 320
                  task: {input: [16], classes: 3, scale: 0.00392156862745098}
                  network: {hidden: [8]}
                  batch: {size: 8}
                  metrics: {every: 10}
                vary:
                  method:
                    none: {network: {normalisation: none}}
                    nap: {network: {normalisation: layernorm}, method: {type: nap}}
                seeds: [1, 2, 3]
                results:
                  - {value: lastLoss}
                  - {value: loss, over: update, points: 4}
                """);
    }

    @Test
    void shouldWriteWhatItsLearnersFound() throws IOException {
        Path output = folder.resolve("results");

        CommandRun run = CommandRun.of("sweep", sweep, "--output", output);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("6 learners:")
                .contains("- method: none, nap")
                .contains("| nap | ")
                .contains("results in " + output);
        List<String> rows = Files.readAllLines(output.resolve("tasks.csv"));
        assertThat(rows).hasSize(1 + LEARNERS * TASKS);
        assertThat(rows.get(0)).startsWith("learner,method,seed,task,updates,records,");
        assertThat(rows.get(1)).startsWith("none-seed1,none,1,0,40,320,");
        assertThat(rows.get(LEARNERS * TASKS)).startsWith("nap-seed3,nap,3,3,40,320,");
        // Four points of two lines each.
        assertThat(Files.readAllLines(output.resolve("loss.csv"))).hasSize(1 + 2 * 4);
        assertThat(Stream.of("lastLoss.png", "lastLoss.svg", "loss.png", "loss.svg", "lastLoss.csv", "summary.md"))
                .allSatisfy(file -> assertThat(output.resolve(file)).isNotEmptyFile());
        assertThat(Files.readString(output.resolve("learners.yaml"))).contains("name: nap-seed3");
        assertThat(output.resolve("state")).doesNotExist();
    }

    @Test
    void shouldFindTheSameWhateverTheParallelism() throws IOException {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");

        CommandRun.of("sweep", sweep, "--output", one, "--set", "flink.parallelism.default=1");
        CommandRun run = CommandRun.of(
                "sweep", sweep, "--output", two, "--set", "flink.parallelism.default=2", "--task-managers", "2");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("6 learners over 2 slots");
        assertThat(two.resolve("tasks.csv")).hasSameTextualContentAs(one.resolve("tasks.csv"));
        assertThat(two.resolve("lastLoss.csv")).hasSameTextualContentAs(one.resolve("lastLoss.csv"));
    }

    @Test
    void shouldGoOnWhereItWasKilled() throws Exception {
        String longer = "learner.labels.examplesPerTask=64000";
        Path undisturbed = folder.resolve("undisturbed");
        CommandRun run = CommandRun.of("sweep", sweep, "--output", undisturbed, "--set", longer);
        assertThat(run.exitCode()).as(run.err()).isZero();

        Path killed = folder.resolve("killed");
        try (PerennialProcess process =
                PerennialProcess.start(folder, "sweep", sweep, "--output", killed, "--set", longer)) {
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                assertThat(process.isAlive()).as(process.output()).isTrue();
                return hasCheckpoint(killed.resolve("state"));
            });
            process.kill();
        }
        assertThat(killed.resolve("records.jsonl")).as("the job had ended").doesNotExist();
        CommandRun resumed = CommandRun.of("sweep", sweep, "--output", killed, "--set", longer);

        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("going on from chk-");
        assertThat(killed.resolve("tasks.csv")).hasSameTextualContentAs(undisturbed.resolve("tasks.csv"));
        assertThat(killed.resolve("loss.csv")).hasSameTextualContentAs(undisturbed.resolve("loss.csv"));
    }

    @Test
    void shouldWriteOnlyTheResultsAnewOnceAllIsLearned() throws IOException {
        Path output = folder.resolve("results");
        CommandRun.of("sweep", sweep, "--output", output);
        String rows = Files.readString(output.resolve("tasks.csv"));
        Files.delete(output.resolve("tasks.csv"));

        CommandRun again = CommandRun.of("sweep", sweep, "--output", output);

        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(again.err()).contains("all learners came to their end before");
        assertThat(output.resolve("tasks.csv")).hasContent(rows);
    }

    @Test
    void shouldNotMixTwoSweepsInOneFolder() {
        Path output = folder.resolve("results");
        CommandRun.of("sweep", sweep, "--output", output);

        CommandRun other = CommandRun.of("sweep", sweep, "--output", output, "--set", "seeds=[9]");
        CommandRun fresh = CommandRun.of("sweep", sweep, "--output", output, "--set", "seeds=[9]", "--fresh");

        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("holds another sweep").contains("--fresh");
        assertThat(fresh.exitCode()).as(fresh.err()).isZero();
        assertThat(fresh.out()).contains("- seed: 9");
    }

    @Test
    void shouldRunTwoHundredLearnersInOneJob() throws IOException {
        Path output = folder.resolve("many");
        String seeds = IntStream.rangeClosed(1, 100).boxed().toList().toString();

        CommandRun run = CommandRun.of(
                "sweep",
                sweep,
                "--output",
                output,
                "--set",
                "seeds=" + seeds,
                "--set",
                "learner.labels.resets=2",
                "--set",
                "flink.parallelism.default=2");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("200 learners over 2 slots");
        assertThat(Files.readAllLines(output.resolve("tasks.csv"))).hasSize(1 + 200 * 2);
    }

    @Test
    void shouldAskForOneSweep() {
        assertThat(CommandRun.of("sweep").err()).contains("a sweep is needed");
        assertThat(CommandRun.of("sweep", sweep, "--config", sweep).exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("sweep", sweep, "--size", "papre").err()).contains("no such size");
    }

    private static boolean hasCheckpoint(Path state) throws IOException {
        if (!Files.isDirectory(state)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(state)) {
            return files.anyMatch(file -> file.endsWith("_metadata"));
        } catch (java.io.UncheckedIOException e) {
            // A checkpoint was being replaced: look again.
            return false;
        }
    }
}
