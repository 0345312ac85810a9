package perennial.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.schemas.RecordCodec;
import perennial.v1.Event;
import perennial.v1.Transition;

/** The closed loop by its commands, a process each: {@code run}, and {@code produce minatar}, which is killed again and again. */
class ProduceMinAtarITCase {

    private static final int KILLS = 5;
    private static final int STEPS = 2000;
    private static final String EVENTS = "perennial.events.v1";
    private static final String DEAD_LETTERS = "perennial.dead-letters.v1";

    /** Two learners that differ by name and stream only, so that what their actors do is the same in lockstep. */
    private static final List<String> LEARNERS = List.of("killed", "undisturbed");

    @TempDir
    private Path folder;

    @Test
    void shouldPublishTheSameTransitionsWhenItIsKilledAgainAndAgain() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                TestTopics topics = new TestTopics(kafka)) {
            for (String topic : List.of(
                    EVENTS, DEAD_LETTERS, "perennial.metrics.v1", "perennial.policies.v1", "perennial.control.v1")) {
                topics.create(topic, Map.of());
            }
            Path configuration = configuration(kafka.bootstrapServers());
            try (PerennialProcess job = PerennialProcess.start(folder, "run", "--config", configuration)) {
                killAgainAndAgain(configuration, topics, job);
                try (PerennialProcess last = produce(configuration, "killed")) {
                    assertThat(last.await()).as(last.output()).isZero();
                    assertThat(last.output()).contains("went on at record", "it is complete");
                }
                try (PerennialProcess undisturbed = produce(configuration, "undisturbed")) {
                    assertThat(undisturbed.await()).as(undisturbed.output()).isZero();
                }

                assertThat(job.isAlive()).as(job.output()).isTrue();
            }
            List<Event> killed = events(topics, "killed");
            List<Event> undisturbed = events(topics, "undisturbed");
            assertThat(killed)
                    .filteredOn(event -> event.getBody() instanceof Transition)
                    .hasSize(STEPS);
            for (int i = 0; i < Math.min(killed.size(), undisturbed.size()); i++) {
                assertThat(killed.get(i).getSequence()).isEqualTo(i);
                assertThat(killed.get(i).getBody())
                        .as("record " + i)
                        .isEqualTo(undisturbed.get(i).getBody());
            }
            assertThat(killed).hasSameSizeAs(undisturbed);
            assertThat(topics.records(DEAD_LETTERS)).isZero();
        }
    }

    /** Kills the producer (SIGKILL) at some place among its records, each time a little further on. */
    private void killAgainAndAgain(Path configuration, TestTopics topics, PerennialProcess job) throws Exception {
        Random random = new Random(3);
        for (int kill = 0; kill < KILLS; kill++) {
            long target = topics.records(EVENTS) + 1 + random.nextInt(STEPS / (3 * KILLS));
            try (PerennialProcess producer = produce(configuration, "killed")) {
                await().pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofMinutes(3))
                        .until(() -> {
                            assertThat(producer.isAlive()).as(producer.output()).isTrue();
                            assertThat(job.isAlive()).as(job.output()).isTrue();
                            return topics.records(EVENTS) >= target;
                        });
                producer.kill();
            }
        }
    }

    private PerennialProcess produce(Path configuration, String learner) throws IOException {
        return PerennialProcess.start(
                folder,
                "produce",
                "minatar",
                "--quiet",
                "--config",
                configuration,
                "--set",
                "environment.learners=[" + learner + "]");
    }

    private static List<Event> events(TestTopics topics, String stream) {
        byte[] key = stream.getBytes(StandardCharsets.UTF_8);
        RecordCodec codec = new RecordCodec();
        List<Event> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : topics.read(EVENTS)) {
            if (Arrays.equals(key, record.key())) {
                events.add(codec.decodeEvent(record.value()));
            }
        }
        return events;
    }

    private Path configuration(String bootstrapServers) throws IOException {
        StringBuilder yaml = new StringBuilder("""
                kafka: {bootstrap.servers: "%s"}
                flink: {parallelism.default: 2, execution.checkpointing.interval: 1s, execution.buffer-timeout.interval: 5ms}
                delivery: at-least-once
                environment:
                  name: minatar/breakout
                  seed: 5
                  steps: %d
                  epsilon: {start: 1, end: 0.1, warmUp: 50, steps: 600}
                  lockstep: true
                  maxLead: 60
                  saveEvery: 200
                  changes: ["400 permute-actions"]
                  repeatChangesEvery: 400
                learners:
                """.formatted(bootstrapServers, STEPS));
        for (String learner : LEARNERS) {
            yaml.append("""
                      - name: %s
                        streams: [%s]
                        seed: 2
                        task: {type: reinforcement, input: [400], actions: 6, warmUp: 50, replay: {encoding: bits, capacity: 2000}}
                        network: {type: mlp, hidden: [16]}
                        optimiser: {type: adam, learningRate: 1.0e-2}
                        batch: {size: 16}
                        policies: {publishEvery: 3, progressEvery: 10}
                    """.formatted(learner, learner));
        }
        return Files.writeString(folder.resolve("job.yaml"), yaml);
    }
}
