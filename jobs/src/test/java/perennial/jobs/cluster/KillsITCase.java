package perennial.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.cluster.KillPlan.Victim;

/**
 * Broker, JobManager, TaskManagers and producer as processes, killed at moments that a seed decides: committed readers see every
 * report once, and the weights are those of a run that nothing disturbed.
 *
 * <p>Each kind is killed once. {@code -Pkills} makes of it ten minutes, with kills on top of each other; docs/reliability.md has its
 * figures.
 */
class KillsITCase {

    /** Given by -Pkills; otherwise each kind of process is killed once. */
    private static final int SECONDS = Integer.getInteger("perennial.kills.seconds", 0);

    private static final long SEED = Long.getLong("perennial.kills.seed", 1);

    private static final List<Victim> VICTIMS = List.of(Victim.values());

    @TempDir
    private Path temporary;

    @Test
    void shouldLoseNothingAndDoubleNothingWhateverIsKilled() throws Exception {
        String kept = System.getProperty("perennial.kills.folder");
        Path folder =
                kept == null ? temporary : Files.createDirectories(Path.of(kept).toAbsolutePath());
        Path file = configuration(folder);
        try (KillRun run = new KillRun(folder, file)) {
            if (SECONDS == 0) {
                kill(run, new KillPlan(SEED, 1, VICTIMS, 1_000, 0), Duration.ofHours(1));
            } else {
                kill(run, new KillPlan(SEED, SECONDS, VICTIMS, 4_000, 0.25), Duration.ofSeconds(SECONDS));
            }
            checkMetrics(run.cluster());
            int resets = run.finish();
            KillRun.Undisturbed undisturbed = KillRun.Undisturbed.of(folder, file, resets);

            assertThat(run.killed()).containsOnlyKeys(VICTIMS);
            assertThat(run.deadLetters()).isZero();
            Map<String, List<String>> reports = run.reports();
            assertThat(reports.keySet()).isEqualTo(undisturbed.reports().keySet());
            undisturbed.reports().forEach((learner, lines) -> assertThat(reports.get(learner))
                    .as(learner)
                    .isEqualTo(lines));
            Map<String, byte[]> weights = run.weights();
            assertThat(weights.keySet()).isEqualTo(undisturbed.weights().keySet());
            undisturbed.weights().forEach((learner, bytes) -> assertThat(weights.get(learner))
                    .as(learner)
                    .isEqualTo(bytes));
        }
    }

    /** Processes that were started again serve their metrics where they did before. */
    private static void checkMetrics(LocalCluster cluster) {
        await("the metrics of all processes").atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
            Map<String, String> metrics = cluster.metrics();
            assertThat(metrics).containsOnlyKeys("jobmanager", "taskmanager-1", "taskmanager-2");
            assertThat(metrics.get("jobmanager")).contains("flink_jobmanager_job_lastCheckpointDuration{");
            assertThat(metrics.get("taskmanager-1") + metrics.get("taskmanager-2"))
                    .contains("learner=\"nap\"", "learner=\"none\"");
            assertThat(metrics.values()).allSatisfy(page -> assertThat(page).contains("flink_"));
        });
    }

    private static void kill(KillRun run, KillPlan plan, Duration most) throws Exception {
        run.kill(plan, most, "taskmanager-1", "taskmanager-2");
    }

    /** Two learners on a stream that goes on as long as processes are killed, a report of each update. */
    private static Path configuration(Path folder) throws IOException {
        StringBuilder yaml = new StringBuilder("""
                name: kills
                flink: {parallelism.default: 2, execution.checkpointing.interval: 1s}
                labels:
                  stream: s
                  images: {type: synthetic, channels: 1, rows: 8, columns: 8, classes: 10, count: 200, litFraction: 0.3}
                  change: {type: randomLabels}
                  seed: 11
                  resets: 0
                  examplesPerTask: 3000
                  examplesPerSecond: 600
                learners:
                """);
        for (String method : List.of("none", "nap")) {
            yaml.append("""
                      - name: %s
                        streams: [s]
                        seed: 5
                        task: {type: classification, input: [64], classes: 10, scale: 0.00392156862745098}
                        network: {type: mlp, hidden: [32, 32], normalisation: layernorm}
                        method: {type: %s}
                        optimiser: {type: adam, learningRate: 1.0e-3}
                        batch: {size: 10}
                        metrics: {every: 1}
                    """.formatted(method, method));
        }
        return Files.writeString(folder.resolve("job.yaml"), yaml);
    }
}
