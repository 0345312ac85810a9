package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.environment.kafka.ProducerSettings;
import perennial.jobs.ActorThreads;
import perennial.jobs.CommandRun;
import perennial.jobs.LearnerLines;
import perennial.jobs.TopicContents;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;
import perennial.jobs.kafka.KafkaConnection;

/** Actors beside their learner and actors over Kafka in lockstep: the same games, the same reports, byte for byte. */
class OwnEnvironmentITCase {

    private static final List<String> LEARNERS = List.of("dqn", "c51-sn");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** An environment that changes, two actors, and policies that wait. */
    private static final String ACTING = "name: minatar/breakout, actors: 2, seed: 4, steps: 1500, maxLead: 60,"
            + " changes: [700 set sticky=0.4], epsilon: {start: 1.0, end: 0.1, warmUp: 100, steps: 600}";

    @TempDir
    private Path folder;

    @Test
    void shouldReportWhatLearnersOverKafkaReportInLockstep() throws Exception {
        Map<String, List<String>> overKafka;
        Map<String, List<String>> inJob = trainInJob();
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            overKafka = learnOverKafka(kafka, size(inJob) - LEARNERS.size());
        }

        for (String learner : LEARNERS) {
            List<String> lines = inJob.get(learner);
            // The summary of a task that ends where the games end, which over Kafka they do not.
            String last = lines.remove(lines.size() - 1);
            assertThat(last).contains("\"type\":\"taskSummary\"", "\"task\":1");
            assertThat(lines).hasSizeGreaterThan(100);
            assertThat(overKafka.get(learner)).as(learner).isEqualTo(lines);
        }
    }

    @Test
    void shouldWriteToTopicsWhatItWritesToFiles() throws Exception {
        Map<String, List<String>> files = trainInJob();
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            Configuration configuration = Configuration.load(
                            folder.resolve("own.yaml"),
                            List.of("flink.execution.checkpointing.interval=300ms", "flink.parallelism.default=2"))
                    .withKafka("bootstrap.servers", kafka.bootstrapServers());
            JobTopics.create(configuration);
            org.apache.flink.configuration.Configuration options =
                    FlinkOptions.effective(configuration.flink(), folder.resolve("kafka-state"));
            try (EmbeddedFlink flink = EmbeddedFlink.start(options, 2)) {
                StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
                KafkaJob.describe(environment, configuration);

                flink.await(flink.submit(environment, configuration.name()));
            }

            assertThat(reports(configuration)).isEqualTo(files);
        }
    }

    private Map<String, List<String>> trainInJob() throws IOException {
        Path metrics = folder.resolve("metrics.jsonl");
        CommandRun run = CommandRun.of(
                "train",
                "--config",
                Files.writeString(
                        folder.resolve("own.yaml"),
                        learners("environment: {" + ACTING + ", policyEvery: 7}", "policies: {progressEvery: 1}")),
                "--metrics",
                metrics,
                "--state",
                folder.resolve("state"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        Map<String, List<String>> reports = LearnerLines.byLearner(Files.readAllLines(metrics));
        assertThat(reports).containsOnlyKeys(LEARNERS);
        return reports;
    }

    private Map<String, List<String>> learnOverKafka(EmbeddedKafka kafka, int records) throws IOException {
        Path file = Files.writeString(
                folder.resolve("kafka.yaml"),
                "kafka: {bootstrap.servers: \"" + kafka.bootstrapServers() + "\"}\n"
                        + "flink: {execution.checkpointing.interval: 300ms}\n"
                        + "delivery: at-least-once\n"
                        + "environment: {" + ACTING + ", lockstep: true, stateFolder: " + folder.resolve("actors")
                        + "}\n"
                        + learners("", "policies: {publishEvery: 7, progressEvery: 20}"));
        Configuration configuration = Configuration.load(file, List.of());
        JobTopics.create(configuration);
        org.apache.flink.configuration.Configuration options =
                FlinkOptions.effective(configuration.flink(), folder.resolve("kafka-state"));
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 1)) {
            StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
            KafkaJob.describe(environment, configuration);
            JobID job = flink.submit(environment, configuration.name());
            try (ActorThreads actors = new ActorThreads(
                    configuration.actorStreams(),
                    ProducerSettings.of(configuration.topics().events(), configuration.kafka()))) {
                assertThat(actors.await())
                        .allSatisfy(outcome -> assertThat(outcome.finished()).isTrue());
            }
            await().atMost(PATIENCE).until(() -> size(reports(configuration)) >= records);
            flink.cancel(job);
        }
        return reports(configuration);
    }

    private static String learners(String source, String policies) {
        StringBuilder yaml = new StringBuilder("learners:\n");
        for (String learner : LEARNERS) {
            boolean spectral = learner.equals("c51-sn");
            yaml.append("  - name: " + learner + "\n"
                    + "    streams: [breakout-" + learner + "]\n"
                    + (source.isEmpty() ? "" : "    " + source + "\n")
                    + "    " + policies + "\n"
                    + "    seed: 5\n"
                    + "    task: {type: reinforcement, input: [4, 10, 10], actions: 6, history: 2, warmUp: 200, steps: 2,"
                    + " target: {type: copied, every: 20},"
                    + (spectral ? " head: {type: c51, atoms: 11}," : "")
                    + " replay: {capacity: 2000, encoding: bits}}\n"
                    + "    network: {type: mlp, hidden: [16, 16]}\n"
                    + "    method: " + (spectral ? "{type: sn, layers: [-2], divisor: always}" : "{type: none}") + "\n"
                    + "    optimiser: {type: adam, learningRate: 1.0e-3}\n"
                    + "    batch: {size: 8}\n"
                    + "    metrics: {every: 5}\n");
        }
        return yaml.toString();
    }

    private static int size(Map<String, List<String>> reports) {
        return reports.values().stream().mapToInt(List::size).sum();
    }

    private static Map<String, List<String>> reports(Configuration configuration) {
        return TopicContents.linesByLearner(
                KafkaConnection.of(configuration.kafka()),
                configuration.topics().metrics());
    }
}
