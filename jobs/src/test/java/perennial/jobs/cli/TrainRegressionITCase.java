package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;

/** Target values all the way: from the stream through a file into a learner. */
class TrainRegressionITCase {

    @TempDir
    private Path folder;

    @Test
    void shouldLearnSlowlyChangingRegression() throws IOException {
        Path configuration = Files.writeString(folder.resolve("slow.yaml"), """
                labels:
                  stream: s
                  images: {type: bits}
                  change: {type: slowBits, flipOne: true}
                  seed: 1
                  resets: 3
                  examplesPerTask: 5000
                learners:
                  - name: a
                    streams: [s]
                    task: {type: regression, input: [20], outputs: 1}
                    network: {hidden: [32]}
                    optimiser: {type: adam, learningRate: 0.01}
                    batch: {size: 10}
                """);
        Path events = folder.resolve("events.avro");
        Path metrics = folder.resolve("metrics.jsonl");

        assertThat(CommandRun.of("produce", "labels", "--config", configuration, "--to", events)
                        .exitCode())
                .isZero();
        CommandRun run = CommandRun.of("train", "--config", configuration, "--events", events, "--metrics", metrics);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).doesNotContain("records that could not be used");
        List<JsonNode> tasks = new ArrayList<>();
        for (String line : Files.readAllLines(metrics)) {
            JsonNode record = new ObjectMapper().readTree(line);
            if (record.get("type").asText().equals("taskSummary")) {
                tasks.add(record);
            }
        }
        // Whoever says the mean is left with the variance of the targets, more than 2 in each of these tasks.
        assertThat(tasks).hasSize(3).allSatisfy(task -> {
            assertThat(task.get("updates").asInt()).isEqualTo(500);
            assertThat(task.get("lastLoss").asDouble()).isLessThan(0.5);
        });
    }
}
