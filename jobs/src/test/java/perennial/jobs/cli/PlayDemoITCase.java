package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;

/** The closed loop over an embedded broker: actors, learners and policies, with a run shorter than a user sees. */
class PlayDemoITCase {

    @TempDir
    private Path folder;

    @Test
    void shouldCloseTheLoopAndWriteWhatEpisodesCameTo() throws IOException {
        Path output = folder.resolve("results");

        CommandRun run = CommandRun.of(
                "demo",
                "--env",
                "minatar/breakout",
                "--learners",
                "dqn,dqn-sn",
                "--steps",
                "3000",
                "--seed",
                "4",
                "--set",
                "learners[0].task.warmUp=200",
                "--set",
                "learners[1].task.warmUp=200",
                "--set",
                "learners[0].metrics.every=100",
                "--set",
                "learners[1].metrics.every=100",
                "--set",
                "learners[0].policies.publishEvery=50",
                "--output",
                output);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("playing:    minatar/breakout, 3,000 steps")
                .contains("results in " + output);
        List<String> csv = Files.readAllLines(output.resolve("episodes.csv"));
        assertThat(csv.get(0)).startsWith("learner,variant,update,steps,episodes,meanReturn,");
        assertThat(csv)
                .anyMatch(row -> row.startsWith("dqn,none,600,"))
                .anyMatch(row -> row.startsWith("dqn-sn,sn,600,"));
        assertThat(output.resolve("episode-return.png")).isNotEmptyFile();
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        CommandRun environment = CommandRun.of("demo", "--env", "minatar/pong");
        CommandRun learner = CommandRun.of("demo", "--env", "minatar/breakout", "--learners", "dqn,ppo");
        CommandRun mixed = CommandRun.of("demo", "--steps", "5");

        assertThat(environment.exitCode()).isEqualTo(2);
        assertThat(environment.err()).contains("unknown environment: name=minatar/pong");
        assertThat(learner.exitCode()).isEqualTo(2);
        assertThat(learner.err()).contains("--learners must be of dqn, dqn-sn, c51, dqn-nap");
        assertThat(mixed.exitCode()).isEqualTo(2);
    }
}
