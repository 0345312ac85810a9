package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.environment.labels.LabelStream;
import perennial.jobs.CommandRun;
import perennial.jobs.LabelEventsFile;
import perennial.jobs.TopicContents;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.flink.FlinkRest;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;
import perennial.jobs.kafka.KafkaConnection;
import perennial.schemas.RecordCodec;
import perennial.streaming.LearnerTopology;
import perennial.streaming.learn.LearnerCheckpointSerializer;
import perennial.streaming.saved.SavedLearners;
import perennial.v1.Event;

/** Jobs that are stopped with a savepoint and go on from it: with another parallelism, and with another configuration. */
class SavepointITCase {

    private static final int STREAMS = 4;
    private static final int EXAMPLES_PER_TASK = 300;
    private static final int TASKS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static EmbeddedKafka kafka;
    private static int topicsMade;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    /** Four methods on each of four streams: a job that is stopped twice, and one that never is. */
    @Test
    void shouldBeTheSameLearnersAfterRescalingFrom1To4AndBack() throws Exception {
        List<String> learners = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            learners.add(learner("nap" + stream, stream, "method: {type: nap}"));
            learners.add(learner("sn" + stream, stream, "method: {type: sn, layers: [-1, -2]}"));
            learners.add(
                    learner("redo" + stream, stream, "interventions: [{type: redoPytorch, every: 7}, {type: l2Init}]"));
            learners.add(learner("noisy" + stream, stream, "interventions: [{type: noisyUpdates}], predictions: true"));
        }
        Job undisturbed = new Job(learners);
        String end = undisturbed.run(null, 1, 16 * undisturbed.publish(0, TASKS));
        Job rescaled = new Job(learners);
        String savepoint = null;
        int task = 0;
        for (int parallelism : new int[] {1, 4, 1}) {
            savepoint = rescaled.run(savepoint, parallelism, 16 * rescaled.publish(task, ++task));

            assertThat(SavedLearners.open(savepoint).parallelism()).isEqualTo(parallelism);
        }

        assertThat(states(end)).hasSize(16);
        assertThat(states(savepoint)).isEqualTo(states(end));
        assertThat(undisturbed.reports().keySet()).hasSize(16);
        assertThat(undisturbed.reports().get("nap3")).hasSizeGreaterThan(TASKS * EXAMPLES_PER_TASK / 10 / 5);
        assertThat(rescaled.reports()).isEqualTo(undisturbed.reports());
    }

    @Test
    void shouldFollowWhatAStateCanFollow() throws Exception {
        Job job = new Job(List.of(
                learner("changed", 0, "method: {type: nap}"),
                learner("removed", 1, "predictions: true"),
                learner("same", 1, "method: {type: nap}")));
        String savepoint = job.run(null, 2, 3 * job.publish(0, 1));
        Map<String, Long> reportsBefore = job.reportsByLearner();

        // No learner predicts any more, so that a sink of the savepoint has nothing to do.
        job.configure(List.of(
                learner(
                        "changed",
                        0,
                        "method: {type: nap, projectEvery: 3}, variant: slower, batch: {size: 20}, metrics: {every: 1},"
                                + " optimiser: {type: momentum, learningRate: 0.5},"
                                + " schedule: {type: linear, endLearningRate: 0.25, updates: 10}"),
                learner("same", 1, "method: {type: nap}"),
                learner("new", 1, "method: {type: nap}")));
        String after = job.run(savepoint, 1, 3 * job.publish(1, 2));

        assertThat(states(after).keySet()).containsExactly("changed", "new", "same");
        List<JsonNode> changed = job.parsedReports("changed");
        JsonNode last = changed.get(changed.size() - 1);
        // 30 updates of 10 examples, then 15 of 20, each reported.
        assertThat(last.get("update").asLong()).isEqualTo(30 + 15);
        assertThat(changed.size() - reportsBefore.get("changed")).isEqualTo(15);
        assertThat(last.get("variant").asText()).isEqualTo("slower");
        assertThat(last.get("learningRate").asDouble()).isEqualTo(0.25);
        assertThat(job.reportsByLearner().get("removed")).isEqualTo(reportsBefore.get("removed"));
        assertThat(job.parsedReports("new").get(0).get("update").asLong()).isEqualTo(5);
        assertThat(job.parsedReports("same")).hasSize(12);
    }

    @Test
    void shouldRefuseWhatAStateCannotFollowInOneSentence() throws Exception {
        Job job = new Job(List.of(learner("a", 0, "method: {type: nap}")));
        String savepoint = job.run(null, 1, job.publish(0, 1));

        job.configure(List.of(learner(
                "a",
                0,
                "method: {type: sn, layers: [-1]}, network: {hidden: [9], normalisation: layernorm}, seed: 6")));

        assertThatThrownBy(() -> job.run(savepoint, 1, 1))
                .isInstanceOf(UserException.class)
                .hasMessage("the job failed: the state of learner a cannot follow a change of seed from 5 to 6,"
                        + " network.hidden from [8,8] to [9], method.type from nap to sn;"
                        + " configure what was saved, or give the learner another name, under which it begins anew");
    }

    @Test
    void shouldShowAndGiveOutWhatASavepointHolds() throws Exception {
        Job job = new Job(List.of(learner("nap", 0, "method: {type: nap}"), learner("plain", 1, "seed: 3")));
        String savepoint = job.run(null, 2, 2 * job.publish(0, 1));

        CommandRun table = CommandRun.of("checkpoint", "inspect", folder);
        CommandRun json = CommandRun.of("checkpoint", "inspect", savepoint, "--json");
        CommandRun export =
                CommandRun.of("checkpoint", "export", savepoint, "--learner", "nap", "--to", folder.resolve("out"));

        assertThat(table.exitCode()).as(table.err()).isZero();
        assertThat(table.lines().get(0)).startsWith("savepoint ").contains("learners on 2 subtasks");
        assertThat(table.out()).contains("nap      supervised  nap", "s0:299", "s1:299");
        JsonNode root = JSON.readTree(json.out());
        assertThat(root.get("kind").asText()).isEqualTo("savepoint");
        assertThat(root.get("learners")).hasSize(2);
        JsonNode learner = root.get("learners").get(0);
        assertThat(learner.get("learner").asText()).isEqualTo("nap");
        assertThat(learner.get("updates").asLong()).isEqualTo(30);
        assertThat(learner.get("recordsSeen").asLong()).isEqualTo(EXAMPLES_PER_TASK);
        assertThat(learner.get("configHash").asText())
                .isEqualTo(job.configuration.learners().get(0).configHash());
        assertThat(learner.get("configuration").get("network").get("hidden").toString())
                .isEqualTo("[8,8]");
        assertThat(learner.get("trainedThrough").get(0).get("sequence").asLong())
                .isEqualTo(EXAMPLES_PER_TASK - 1);
        assertThat(export.exitCode()).as(export.err()).isZero();
        assertThat(folder.resolve("out")).isDirectoryContaining("glob:**nap.safetensors");
        assertThat(CommandRun.of("checkpoint", "export", savepoint, "--learner", "nab", "--to", folder.resolve("out"))
                        .err())
                .contains("the checkpoint has no learner nab; did you mean nap? allowed: nap, plain");
    }

    private static String learner(String name, int stream, String rest) {
        StringBuilder yaml = new StringBuilder("  - {name: " + name + ", streams: [s" + stream + "]");
        add(yaml, rest, "seed", "5");
        add(yaml, rest, "task", "{input: [64], classes: 10, scale: 0.00392156862745098}");
        add(yaml, rest, "network", "{hidden: [8, 8], normalisation: layernorm}");
        add(yaml, rest, "optimiser", "{type: momentum, learningRate: 0.01}");
        add(yaml, rest, "batch", "{size: 10}");
        add(yaml, rest, "metrics", "{every: 5}");
        return yaml + ", " + rest + "}\n";
    }

    private static void add(StringBuilder yaml, String rest, String key, String value) {
        if (!rest.contains(key + ":")) {
            yaml.append(", ").append(key).append(": ").append(value);
        }
    }

    /** The bytes of every learner's whole state. */
    private static Map<String, List<Byte>> states(String savepoint) throws IOException {
        Map<String, List<Byte>> states = new TreeMap<>();
        SavedLearners.open(savepoint).visit(learner -> {
            DataOutputSerializer bytes = new DataOutputSerializer(1024);
            new LearnerCheckpointSerializer().serialize(learner, bytes);
            byte[] all = bytes.getCopyOfBuffer();
            states.put(
                    learner.learner(),
                    IntStream.range(0, all.length).mapToObj(i -> all[i]).toList());
        });
        return states;
    }

    /** A job with topics of its own. */
    private final class Job {

        private final String prefix = "savepoint" + topicsMade++;
        private Configuration configuration;

        Job(List<String> learners) throws IOException {
            configure(learners);
            JobTopics.create(configuration);
        }

        void configure(List<String> learners) throws IOException {
            configuration = Configuration.load(
                    Files.writeString(
                            folder.resolve(prefix + ".yaml"),
                            "name: " + prefix + "\n"
                                    + "kafka: {bootstrap.servers: \"" + kafka.bootstrapServers() + "\"}\n"
                                    + "topics: {events: " + prefix + ".events, metrics: " + prefix
                                    + ".metrics, deadLetters: " + prefix + ".dead, policies: " + prefix
                                    + ".policies, predictions: " + prefix + ".predictions}\n"
                                    + "flink: {execution.checkpointing.interval: 300ms, metrics.fetcher.update-interval: 100ms}\n"
                                    + "learners:\n" + String.join("", learners)),
                    List.of());
        }

        /**
         * Publishes the tasks from one to before another to every stream, each in a partition of its own.
         *
         * @return how many records each stream got
         */
        int publish(int fromTask, int toTask) {
            int records = 0;
            RecordCodec codec = new RecordCodec();
            try (Producer<byte[], byte[]> producer =
                    KafkaConnection.of(configuration.kafka()).producer()) {
                LabelStream stream = LabelStream.open(LabelEventsFile.spec(TASKS, EXAMPLES_PER_TASK));
                while (stream.next()) {
                    if (stream.task() >= fromTask && stream.task() < toTask) {
                        records++;
                        for (int i = 0; i < STREAMS; i++) {
                            Event event = LabelEventsFile.event(stream);
                            event.setStream("s" + i);
                            byte[] key = event.getStream().getBytes(StandardCharsets.UTF_8);
                            producer.send(
                                    new ProducerRecord<>(configuration.topics().events(), i, key, codec.encode(event)));
                        }
                    }
                }
            }
            return records;
        }

        /** Goes on from a savepoint, or begins, takes in so many records, and stops with a savepoint. */
        String run(String savepoint, int parallelism, long records) throws Exception {
            org.apache.flink.configuration.Configuration options =
                    FlinkOptions.effective(configuration.flink(), folder.resolve("state"));
            options.set(org.apache.flink.configuration.CoreOptions.DEFAULT_PARALLELISM, parallelism);
            if (savepoint != null) {
                FlinkOptions.resumeFrom(options, savepoint);
            }
            try (EmbeddedFlink flink = EmbeddedFlink.start(options, parallelism)) {
                StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
                KafkaJob.describe(environment, configuration);
                JobID job = flink.submit(environment, configuration.name());
                FlinkRest rest = new FlinkRest(flink.webPage());
                // A machine with little time for this answers late.
                await().atMost(PATIENCE)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> {
                            if (flink.status(job).isGloballyTerminalState()) {
                                flink.await(job);
                            }
                            return rest.progress(job, LearnerTopology.LEARNERS).records() >= records;
                        });
                return flink.stopWithSavepoint(job, folder.resolve("savepoints"));
            }
        }

        /** What committed readers see, as JSON lines by learner. */
        Map<String, List<String>> reports() {
            return TopicContents.linesByLearner(
                    KafkaConnection.of(configuration.kafka()),
                    configuration.topics().metrics());
        }

        List<JsonNode> parsedReports(String learner) throws IOException {
            List<JsonNode> reports = new ArrayList<>();
            for (String line : reports().getOrDefault(learner, List.of())) {
                JsonNode report = JSON.readTree(line);
                if (report.get("type").asText().equals("report")) {
                    reports.add(report);
                }
            }
            return reports;
        }

        Map<String, Long> reportsByLearner() throws IOException {
            Map<String, Long> counts = new TreeMap<>();
            for (String learner : reports().keySet()) {
                counts.put(learner, (long) parsedReports(learner).size());
            }
            return counts;
        }
    }
}
