package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.PerennialProcess;
import perennial.jobs.PythonProgram;
import perennial.jobs.config.Configuration;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicKeys;
import perennial.jobs.policy.Chunks;
import perennial.learning.engine.Engines;
import perennial.learning.event.Features;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.TaskSpec;
import perennial.learning.policy.Policy;
import perennial.learning.weights.SafeTensors;
import perennial.schemas.RecordCodec;
import perennial.v1.PolicySnapshot;

class PolicyCommandITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Two learners that play by themselves: after 100 steps an update every 4, so 75 and 50 of them, and a policy at first and every 25. */
    private static final String LEARNERS = """
            flink: {execution.checkpointing.interval: 1s}
            learners:
              - name: dqn
                environment: {name: minatar/breakout, seed: 3, steps: 401}
                task: {type: reinforcement, input: [4, 10, 10], actions: 6, warmUp: 100, updateEvery: 4, replay: {capacity: 500}}
                network: {type: cnn, convolutions: [{channels: 4, kernel: 3}], hidden: [16]}
                batch: {size: 8}
                policies: {publishEvery: 25}
              - name: dqn-nap
                environment: {name: minatar/breakout, seed: 4, steps: 301}
                task: {type: reinforcement, input: [4, 10, 10], actions: 6, warmUp: 100, updateEvery: 4, replay: {capacity: 500}}
                network: {type: cnn, convolutions: [{channels: 4, kernel: 3}], hidden: [600], normalisation: layernorm}
                method: {type: nap}
                batch: {size: 8}
                policies: {publishEvery: 25}
            """;

    private static EmbeddedKafka kafka;

    @TempDir
    private Path folder;

    private Path to;
    private Path config;
    private String topic;

    @BeforeAll
    static void startKafka() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @BeforeEach
    void createTopics(TestInfo test) throws IOException {
        to = folder.resolve("policies");
        String prefix = test.getTestMethod().orElseThrow().getName();
        topic = prefix + ".policies";
        StringBuilder topics = new StringBuilder();
        for (String purpose :
                List.of("events", "metrics", "policies", "predictions", "deadLetters", "alerts", "control")) {
            topics.append("  " + purpose + ": " + prefix + "." + purpose + "\n");
        }
        config = Files.writeString(
                folder.resolve("job.yaml"),
                "kafka: {bootstrap.servers: \"" + kafka.bootstrapServers() + "\"}\ntopics:\n" + topics + LEARNERS);
        assertThat(CommandRun.of("topics", "create", "-c", config).exitCode()).isZero();
    }

    @Test
    void shouldWriteTheVeryWeightsThatALearnerHas() throws Exception {
        CommandRun job = CommandRun.of("run", "-c", config, "--state", folder.resolve("state"), "--no-dashboard");
        assertDone(job);
        assertThat(job.err()).contains("Flink's web page is at").doesNotContain("dashboard");
        Path weights = folder.resolve("weights");
        assertDone(CommandRun.of("train", "-c", config, "--export", weights, "--state", folder.resolve("other-state")));

        CommandRun follow = follow("--once", "--from-beginning");

        assertDone(follow);
        assertThat(files())
                .containsExactly(
                        "dqn-nap.json",
                        "dqn-nap.safetensors",
                        "dqn-nap@0.json",
                        "dqn-nap@0.safetensors",
                        "dqn-nap@25.json",
                        "dqn-nap@25.safetensors",
                        "dqn-nap@50.json",
                        "dqn-nap@50.safetensors",
                        "dqn.json",
                        "dqn.safetensors",
                        "dqn@0.json",
                        "dqn@0.safetensors",
                        "dqn@25.json",
                        "dqn@25.safetensors",
                        "dqn@50.json",
                        "dqn@50.safetensors",
                        "dqn@75.json",
                        "dqn@75.safetensors");
        assertThat(follow.lines()).hasSize(7).anyMatch(line -> line.contains(" dqn version=75 records="));
        for (String learner : List.of("dqn", "dqn-nap")) {
            assertThat(to.resolve(learner + ".safetensors"))
                    .as("what it was trained to without Kafka")
                    .hasSameBinaryContentAs(weights.resolve(learner + ".safetensors"));
        }
        assertThat(list().lines()).hasSize(3);
        assertThat(list().lines().get(1)).matches("dqn +75 +\\d+ \\S+ ago +\\d.* +1 +\\d+ +\\S+ +4");
        // More than one record of 512 KiB.
        assertThat(list().lines().get(2)).matches("dqn-nap +50 +\\d+ \\S+ ago +\\d.* +2 +\\d+ +\\S+ +3");
        shouldActInPythonAsInJava("dqn");
        shouldActInPythonAsInJava("dqn-nap", "--layernorm");
    }

    private void shouldActInPythonAsInJava(String learner, String... options) throws Exception {
        LearnerSpec spec = Configuration.load(config, List.of()).learnerSpecs().stream()
                .filter(one -> one.name().equals(learner))
                .findFirst()
                .orElseThrow();
        Features observation = new Features();
        byte[] pixels = observation.resizeBytes(400);
        int[][][] image = new int[4][10][10];
        for (int i = 0; i < 400; i++) {
            pixels[i] = (byte) (i * i % 7 == 1 ? 1 : 0);
            image[i / 100][i / 10 % 10][i % 10] = pixels[i];
        }
        Path json = folder.resolve("observation.json");
        new ObjectMapper().writeValue(json.toFile(), image);
        Path weights = to.resolve(learner + ".safetensors");
        List<String> command = new ArrayList<>(List.of(
                PythonProgram.path(),
                Path.of("../docs/examples/act.py").toAbsolutePath().toString(),
                weights.toString(),
                json.toString()));
        command.addAll(Arrays.asList(options));
        Process python = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(python.waitFor()).as(said).isZero();
        String[] words = said.split(" ");

        assertThat(words).hasSize(6 + 2);
        try (Policy policy = new Policy(
                (TaskSpec.ActionValues) spec.task(),
                spec.network(),
                SafeTensors.read(weights),
                Engines.create("cpu"))) {
            policy.beginEpisode();
            int best = policy.act(observation);
            assertThat(words[7]).isEqualTo(Integer.toString(best));
            assertThat(Double.parseDouble(words[best]))
                    .isCloseTo(policy.greatestValue(), org.assertj.core.data.Offset.offset(1e-5));
        }
    }

    @Test
    void shouldBeginWithTheNewestAndGoOnWithWhatComes() throws Exception {
        write(Chunks.of("dqn", 100, 2, 1), Chunks.of("dqn", 200, 2, 2), Chunks.of("other", 50, 1, 3));
        // A learner that was killed between two chunks.
        write(Chunks.of("dqn", 300, 3, 4).subList(0, 2));
        try (PerennialProcess process = PerennialProcess.start(
                folder, "policy", "follow", "-c", config, "--learner", "dq*", "--to", to, "--keep", 2)) {
            await().atMost(PATIENCE).until(() -> process.output().contains("following " + topic));
            assertThat(files()).containsExactly("dqn.json", "dqn.safetensors", "dqn@200.json", "dqn@200.safetensors");

            garbage("broken");
            for (int version = 400; version <= 600; version += 100) {
                write(Chunks.of("dqn", version, 2, version));
            }

            await().atMost(PATIENCE)
                    .until(() -> files().contains("dqn@600.json")
                            && Arrays.equals(Files.readAllBytes(to.resolve("dqn.safetensors")), Chunks.weights(600)));
            assertThat(process.terminate()).as(process.output()).isZero();
            assertThat(process.output())
                    .contains("not whole and is passed over: learner=dqn version=300 before offset=8")
                    .contains("a record of the policies topic is passed over: partition=0 offset=")
                    .contains(" dqn version=600 records=2410 bytes=")
                    .contains("policies written=4 there before=0 not whole=1 records passed over=1")
                    .doesNotContain("other", "Exception", "\tat ");
        }
        assertThat(files())
                .containsExactly(
                        "dqn.json",
                        "dqn.safetensors",
                        "dqn@500.json",
                        "dqn@500.safetensors",
                        "dqn@600.json",
                        "dqn@600.safetensors");
    }

    @Test
    void shouldWaitForABrokerThatDoesNotAnswer() throws Exception {
        Path data = folder.resolve("broker");
        String policies = "perennial.policies.v1";
        EmbeddedKafka broker = EmbeddedKafka.start(data);
        try {
            String address = broker.bootstrapServers();
            assertDone(CommandRun.of("topics", "create", "-b", address));
            writeTo(broker, policies, Chunks.of("dqn", 100, 1, 1));
            try (PerennialProcess process =
                    PerennialProcess.start(folder, "policy", "follow", "-b", address, "--to", to)) {
                await().atMost(PATIENCE).until(() -> process.output().contains("following " + policies));
                broker.close();

                await().atMost(PATIENCE).until(() -> process.output().contains("waiting: cannot read the topic"));
                assertThat(process.isAlive()).isTrue();
                broker = EmbeddedKafka.start(data, Integer.parseInt(address.replaceFirst(".*:", "")));
                writeTo(broker, policies, Chunks.of("dqn", 200, 1, 2));

                await().atMost(PATIENCE).until(() -> files().contains("dqn@200.json"));
                assertThat(process.terminate()).as(process.output()).isZero();
                assertThat(process.output())
                        .contains("the broker answers again", "policies written=2 there before=0")
                        .doesNotContain("\tat ");
            }
        } finally {
            broker.close();
        }
    }

    @Test
    void shouldSayWhatIsMissing() {
        CommandRun empty = follow("--once");
        assertThat(empty.exitCode()).isEqualTo(1);
        assertThat(empty.err())
                .contains("there must be a whole policy: topic=" + topic, "learners=all", "control snapshot");
        assertThat(list().exitCode()).isEqualTo(1);

        write(Chunks.of("dqn", 1, 1, 1));
        CommandRun misspelt = follow("--once", "--learner", "dpn");
        assertThat(misspelt.exitCode()).isEqualTo(1);
        assertThat(misspelt.err()).contains("learners=[dpn]");

        CommandRun nowhere = CommandRun.of(
                "policy", "follow", "-b", kafka.bootstrapServers(), "--set", "topics.policies=misspelt", "--to", to);
        assertThat(nowhere.exitCode()).isEqualTo(1);
        assertThat(nowhere.err()).contains("the topic must exist: topic=misspelt");

        assertThat(follow("--keep", "0").exitCode()).isEqualTo(2);
        assertThat(CommandRun.of("policy", "follow", "-c", config).exitCode()).isEqualTo(2);
    }

    @Test
    void shouldSayThatItsFolderCannotBeWritten() throws IOException {
        write(Chunks.of("dqn", 1, 1, 1));
        Files.writeString(to, "a file");

        CommandRun follow = follow("--once");

        assertThat(follow.exitCode()).isEqualTo(1);
        assertThat(follow.err()).contains("policies must be written to a folder: file=" + to, "--to");
    }

    private CommandRun follow(String... options) {
        List<Object> words = new ArrayList<>(List.of("policy", "follow", "-c", config, "--to", to));
        words.addAll(List.of(options));
        return CommandRun.of(words.toArray());
    }

    private CommandRun list() {
        return CommandRun.of("policy", "list", "-c", config);
    }

    private static void assertDone(CommandRun run) {
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(to)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".tmp"))
                    .sorted()
                    .toList();
        }
    }

    @SafeVarargs
    private void write(List<PolicySnapshot>... policies) {
        for (List<PolicySnapshot> chunks : policies) {
            writeTo(kafka, topic, chunks);
        }
    }

    private static void writeTo(EmbeddedKafka broker, String topic, List<PolicySnapshot> chunks) {
        try (Producer<byte[], byte[]> producer =
                KafkaConnection.to(broker.bootstrapServers()).producer()) {
            for (PolicySnapshot chunk : chunks) {
                producer.send(new ProducerRecord<>(topic, TopicKeys.of(chunk), new RecordCodec().encode(chunk)));
            }
        }
    }

    private void garbage(String text) {
        try (Producer<byte[], byte[]> producer =
                KafkaConnection.to(kafka.bootstrapServers()).producer()) {
            producer.send(new ProducerRecord<>(topic, new byte[] {1}, text.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
