package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;

class ClusterCommandTest {

    @TempDir
    private Path folder;

    @Test
    void shouldSayThatNoClusterRuns() {
        CommandRun status = CommandRun.of("cluster", "status", "--state", folder);
        CommandRun stop = CommandRun.of("cluster", "stop", "--state", folder.resolve("none"));

        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.out()).contains("no cluster runs on the folder " + folder);
        assertThat(stop.exitCode()).isZero();
        assertThat(stop.out()).contains("no cluster runs");
    }

    @Test
    void shouldRefuseAConfigurationWithoutLearnersInASentence() throws IOException {
        Path file = Files.writeString(
                folder.resolve("producer.yaml"),
                "labels: {stream: s, images: {type: synthetic, rows: 4, columns: 4, classes: 6, count: 60},"
                        + " examplesPerTask: 10}\n");

        CommandRun run = CommandRun.of("cluster", "start", "--foreground", "--config", file, "--state", folder);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("at least one learner").doesNotContain("\tat ");
    }

    @Test
    void shouldRefuseWhatCannotBe() throws IOException {
        Path file = Files.writeString(
                folder.resolve("one.yaml"),
                "learners:\n  - {name: a, streams: [s], task: {type: classification, input: [2], classes: 2},"
                        + " network: {type: mlp, hidden: [2]}}\n");

        assertThat(start(file, "--task-managers", "0").err()).contains("at least 1 TaskManager");
        assertThat(start(file, "--heap", "5").err()).contains("at least 128 MiB");
        assertThat(start(file, "--set", "flink.execution.checkpointing.dir=s3://bucket")
                        .err())
                .contains("keeps its checkpoints on this machine");
    }

    private CommandRun start(Path file, Object... more) {
        Object[] words = new Object[more.length + 7];
        System.arraycopy(
                new Object[] {"cluster", "start", "--foreground", "--config", file, "--state", folder}, 0, words, 0, 7);
        System.arraycopy(more, 0, words, 7, more.length);
        CommandRun run = CommandRun.of(words);
        assertThat(run.exitCode()).isEqualTo(2);
        return run;
    }
}
