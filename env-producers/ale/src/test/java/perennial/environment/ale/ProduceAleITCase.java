package perennial.environment.ale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.cli.Perennial;
import perennial.jobs.kafka.EmbeddedKafka;

/**
 * The closed loop of the example that learns Catch, by its commands: {@code run} in a process of its own, {@code produce ale} here.
 * Much shorter than what it takes to learn the game, which docs/ale.md tells of.
 */
class ProduceAleITCase {

    private static final Path EXAMPLE = Path.of("..", "..", "docs", "examples", "ale-catch.yaml")
            .toAbsolutePath()
            .normalize();
    private static final int STEPS = 1500;

    @TempDir
    private Path folder;

    @Test
    void shouldLearnFromWhatItSeesOfCatchByItsOwnPolicy() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            String server = kafka.bootstrapServers();
            run(List.of("topics", "create", "--bootstrap-server", server));
            Process job = startJob(server);
            try {
                List<String> produce = new ArrayList<>(
                        List.of("produce", "ale", "--rom", "catch", "--quiet", "--bootstrap-server", server));
                produce.addAll(shortened());
                assertThat(run(produce)).contains("events of the stream catch; it is complete");

                // Updates from step 300 on, one in 4 steps; a report every 100 of them.
                await().atMost(Duration.ofMinutes(2)).until(() -> {
                    assertThat(job.isAlive()).as(jobOutput()).isTrue();
                    return records("metrics", server).size() == 3;
                });
            } finally {
                job.destroyForcibly().waitFor();
            }
            for (JsonNode report : records("metrics", server)) {
                assertThat(report.get("recordsSeen").asLong())
                        .isEqualTo(300 + 4 * report.get("update").asLong());
                assertThat(report.get("status").asText()).isEqualTo("trained");
                assertThat(report.get("episodesInTask").asLong()).isPositive();
                assertThat(report.get("meanEpisodeReturn").asDouble()).isBetween(0.0, 100.0);
            }
            assertThat(records("policies", server))
                    .anyMatch(record -> record.path("version").asLong() == 300);
            assertThat(records("dead-letters", server)).isEmpty();
        }
    }

    private List<String> shortened() {
        List<String> arguments = new ArrayList<>(List.of("--config", EXAMPLE.toString()));
        for (String assignment : List.of(
                "environment.steps=" + STEPS,
                "environment.stateFolder=" + folder.resolve("actors"),
                "learners[0].task.warmUp=300",
                "learners[0].batch.size=8",
                "learners[0].metrics.every=100",
                "learners[0].policies.publishEvery=50")) {
            arguments.addAll(List.of("--set", assignment));
        }
        return arguments;
    }

    private Process startJob(String bootstrapServers) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Perennial.class.getName(),
                "run",
                "--set",
                "kafka.bootstrap.servers=" + bootstrapServers));
        command.addAll(shortened());
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("job.txt").toFile())
                .start();
    }

    private String jobOutput() throws IOException {
        return Files.readString(folder.resolve("job.txt"));
    }

    private static List<JsonNode> records(String topic, String server) throws IOException {
        String lines = run(List.of(
                "metrics", "tail", "--bootstrap-server", server, "--topic", topic, "--no-follow", "--format", "json"));
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> records = new ArrayList<>();
        for (String line : lines.lines().toList()) {
            records.add(mapper.readTree(line));
        }
        return records;
    }

    /** Runs a command that must succeed, and returns what it printed. */
    private static String run(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Perennial.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
        assertThat(exitCode).as(() -> String.join(" ", arguments) + "\n" + err).isZero();
        return out.toString();
    }
}
