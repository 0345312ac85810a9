package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.PerennialProcess;

/** The closed loop over an embedded broker: actors, learners and policies, with a run shorter than a user sees. */
class PlayDemoITCase {

    @TempDir
    private Path folder;

    @Test
    void shouldCloseTheLoopOfEveryLearnerAndWriteWhatEpisodesCameTo() throws IOException {
        Path output = folder.resolve("results");

        CommandRun run = CommandRun.of(
                arguments(output, "dqn,dqn-sn,c51,dqn-nap", 2000, "learners[0].policies.publishEvery=50"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("playing:    minatar/breakout, 2,000 steps")
                .contains("first return  last return")
                .contains("results in " + output);
        List<String> csv = Files.readAllLines(output.resolve("episodes.csv"));
        assertThat(csv.get(0)).startsWith("learner,variant,update,steps,episodes,meanReturn,");
        assertThat(csv)
                .anyMatch(row -> row.startsWith("dqn,none,400,"))
                .anyMatch(row -> row.startsWith("dqn-sn,sn,400,"))
                .anyMatch(row -> row.startsWith("c51,none,400,"))
                .anyMatch(row -> row.startsWith("dqn-nap,nap,400,"));
        assertThat(output.resolve("episode-return.png")).isNotEmptyFile();
    }

    @Test
    void shouldGoOnWithTheOthersWhereALearnerStopsAndSaySoAtTheEnd() throws IOException {
        Path output = folder.resolve("results");

        CommandRun run = CommandRun.of(arguments(
                output,
                "dqn,dqn-sn",
                3000,
                "learners[0].optimiser.learningRate=1e30",
                "learners[0].divergence.maxDiscarded=1"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("perennial: a learner has stopped learning: learner=dqn update=1 learningRate=1.0E30")
                .contains("lower its optimiser.learningRate")
                .doesNotContain("learner=dqn-sn", "\tat ");
        assertThat(run.out()).contains("stopped learning").contains("done after");
        assertThat(Files.readAllLines(output.resolve("episodes.csv")))
                .anyMatch(row -> row.startsWith("dqn,none,1,"))
                .anyMatch(row -> row.startsWith("dqn-sn,sn,600,"));
    }

    @Test
    void shouldEndAtOnceWhereNoLearnerLearnsAnyMore() {
        Path output = folder.resolve("results");

        CommandRun run = CommandRun.of(arguments(
                output,
                "dqn",
                100_000_000,
                "learners[0].optimiser.learningRate=1e30",
                "learners[0].divergence.maxDiscarded=1"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("a learner has stopped learning: learner=dqn update=1");
    }

    @Test
    void shouldEndWithoutATraceWhenItIsInterruptedWhileACheckpointIsUnderWay() throws Exception {
        try (PerennialProcess process = PerennialProcess.start(
                folder,
                arguments(
                        Path.of("early"),
                        "dqn",
                        100_000_000,
                        // One begins soon after one ends.
                        "flink.execution.checkpointing.interval=50ms",
                        "learners[0].task.replay.capacity=2000"))) {
            await().atMost(Duration.ofMinutes(4)).until(() -> {
                assertThat(process.isAlive()).as(process.output()).isTrue();
                return process.output().contains("updates      100");
            });

            assertThat(process.terminate()).as(process.output()).isEqualTo(130);

            assertThat(process.output()).contains("interrupted after").doesNotContain("Exception", "\tat ");
        }
        assertThat(folder.resolve("early/episodes.csv")).isNotEmptyFile();
    }

    @Test
    void shouldRefuseFewerStepsThanTheFirstReportTakes() {
        CommandRun run = CommandRun.of(arguments(folder, "dqn", 600));

        // 200 steps to warm up, 4 for each of 101 updates, and the 2 that a transition takes.
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("environment.steps=600 needed=607");
    }

    /** A demo with short cycles: updates from step 200 on, a report every 100 of them. */
    private static Object[] arguments(Path output, String learners, long steps, String... overrides) {
        List<String> all = new ArrayList<>(List.of(overrides));
        for (int i = 0; i < 4; i++) {
            all.add("learners[" + i + "].task.warmUp=200");
            all.add("learners[" + i + "].metrics.every=100");
        }
        List<Object> arguments = new ArrayList<>(List.of(
                "demo",
                "--env",
                "minatar/breakout",
                "--learners",
                learners,
                "--steps",
                steps,
                "--seed",
                "4",
                "--output",
                output));
        all.forEach(assignment -> arguments.addAll(List.of("--set", assignment)));
        return arguments.toArray();
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        CommandRun environment = CommandRun.of("demo", "--env", "minatar/pong");
        CommandRun other = CommandRun.of("demo", "--env", "ale/catch");
        CommandRun learner = CommandRun.of("demo", "--env", "minatar/breakout", "--learners", "dqn,ppo");
        CommandRun mixed = CommandRun.of("demo", "--steps", "5");

        assertThat(environment.exitCode()).isEqualTo(2);
        assertThat(environment.err()).contains("unknown environment: name=minatar/pong");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.err()).contains("--env must name one of the games").contains("found=ale/catch");
        assertThat(learner.exitCode()).isEqualTo(2);
        assertThat(learner.err()).contains("--learners must be of dqn, dqn-sn, c51, dqn-nap");
        assertThat(mixed.exitCode()).isEqualTo(2);
    }
}
