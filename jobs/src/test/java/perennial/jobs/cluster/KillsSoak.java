package perennial.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import perennial.jobs.cluster.KillPlan.Victim;

/**
 * An hour of the label-reset job in which one TaskManager and the producer are killed again and again, while what the processes that
 * live on hold is sampled: each kill makes the job start again in them. The profile {@code soak} runs it; docs/reliability.md has its
 * figures.
 */
class KillsSoak {

    private static final int SECONDS = Integer.getInteger("perennial.soak.seconds", 3600);
    private static final int SAMPLE_SECONDS = 60;
    private static final double WARM_UP = 1.0 / 6;
    private static final int EXAMPLES_PER_SECOND = 256;
    private static final int BATCH = 64;
    private static final int UPDATES_PER_TASK = 100;
    private static final List<String> LEARNERS = List.of("none", "layernorm", "nap");
    private static final String MORTAL = "taskmanager-2";

    @Test
    void shouldHoldNoMoreAfterAnHourOfRestarts() throws Exception {
        Path folder = Files.createDirectories(Path.of(System.getProperty("perennial.soak.folder", "target/soak"))
                .toAbsolutePath());
        Path file = configuration(folder);
        AtomicReference<Exception> failure = new AtomicReference<>();
        ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
        try (KillRun run = new KillRun(folder, file);
                ProcessSamples samples = new ProcessSamples(folder.resolve("processes.csv"))) {
            sampler.scheduleAtFixedRate(
                    () -> {
                        try {
                            for (ClusterState.Member member :
                                    run.cluster().state().members()) {
                                samples.take(member.name(), member.pid());
                            }
                            samples.take("supervisor", run.cluster().state().supervisor());
                        } catch (IOException | InterruptedException | RuntimeException e) {
                            failure.compareAndSet(null, e);
                        }
                    },
                    0,
                    SAMPLE_SECONDS,
                    TimeUnit.SECONDS);
            run.kill(
                    new KillPlan(
                            1, SECONDS, List.of(Victim.TASK_MANAGER, Victim.TASK_MANAGER, Victim.PRODUCER), 60_000, 0),
                    Duration.ofSeconds(SECONDS),
                    MORTAL);
            sampler.shutdown();
            assertThat(sampler.awaitTermination(1, TimeUnit.MINUTES)).isTrue();

            double warm = WARM_UP * SECONDS / 3600;
            StringBuilder trends = new StringBuilder();
            for (String name : List.of("broker", "jobmanager", "taskmanager-1", "supervisor")) {
                assertThat(samples.of(name, 0).stream()
                                .map(ProcessSamples.Sample::pid)
                                .distinct())
                        .as(name + " lives on")
                        .hasSize(1);
                trends.append(samples.trends(name, warm));
            }
            Files.writeString(folder.resolve("trends.txt"), "kills: " + run.killed() + "\n" + trends);
            assertThat(failure.get()).isNull();
            int kills =
                    run.killed().values().stream().mapToInt(Integer::intValue).sum();
            // A client that every other restart leaves behind has a thread and several files. (The broker's logs get
            // more files.)
            for (String name : List.of("jobmanager", "taskmanager-1", "supervisor")) {
                assertThat(samples.threads(name, warm).growth())
                        .as("threads of " + name)
                        .isLessThan(kills / 4.0);
                assertThat(samples.openFiles(name, warm).growth())
                        .as("open files of " + name)
                        .isLessThan(kills / 2.0);
            }

            int resets = run.finish();
            run.reports().forEach((learner, lines) -> assertThat(new HashSet<>(lines))
                    .as(learner)
                    .hasSameSizeAs(lines)
                    .hasSize(resets * (UPDATES_PER_TASK + 1)));
            assertThat(run.deadLetters()).isZero();
        } finally {
            sampler.shutdownNow();
        }
    }

    /** The label-reset job with a slot in each TaskManager, so that the death of either is felt. */
    private static Path configuration(Path folder) throws IOException {
        StringBuilder yaml = new StringBuilder("""
                name: soak
                flink: {parallelism.default: 2, execution.checkpointing.interval: 2s, taskmanager.numberOfTaskSlots: 1}
                labels:
                  stream: s
                  images: {type: synthetic, channels: 1, rows: 28, columns: 28, classes: 10, count: 1280, litFraction: 0.15}
                  change: {type: randomLabels}
                  seed: 7
                  resets: 0
                  examplesPerTask: %d
                  examplesPerSecond: %d
                learners:
                """.formatted(UPDATES_PER_TASK * BATCH, EXAMPLES_PER_SECOND));
        for (String learner : LEARNERS) {
            yaml.append("""
                      - name: %s
                        streams: [s]
                        seed: 7
                        task: {type: classification, input: [784], classes: 10, scale: 0.00392156862745098}
                        network: {type: mlp, hidden: [128, 128], normalisation: %s}
                        method: {type: %s}
                        optimiser: {type: adam, learningRate: 1.0e-3}
                        batch: {size: %d}
                        metrics: {every: 1}
                    """.formatted(
                            learner,
                            learner.equals("none") ? "none" : "layernorm",
                            learner.equals("nap") ? "nap" : "none",
                            BATCH));
        }
        return Files.writeString(folder.resolve("job.yaml"), yaml);
    }
}
