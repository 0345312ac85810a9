package perennial.jobs.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.documents.Walkthrough.Terminal;
import perennial.jobs.kafka.EmbeddedKafka;

/** The commands of the pages of dead letters and of streams, typed as they stand, with what they print. */
class ReferencePagesITCase {

    private static final String RUNS = "runs 3 learners";

    @TempDir
    private Path folder;

    @Test
    void shouldDoWhatThePageOfDeadLettersSays() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Walkthrough reader = new Walkthrough("docs/dead-letters.md", folder, kafka.port())) {
            Files.copy(folder.resolve(Mill.FOLDER + "mill.yaml"), folder.resolve("job.yaml"));
            reader.provoke("./perennial topics create -b localhost:9092");
            Terminal job = reader.provokeTerminal("./perennial run --config job.yaml", RUNS);
            Mill.publish(reader, "sensor-7", "april");
            reader.provoke("echo '{\"type\":\"example\",\"stream\":\"mill-json\",\"sequence\":0,"
                    + "\"features\":[0,0,0,0],\"label\":7}' | ./perennial publish --events - -b localhost:9092");
            String list = "./perennial dead-letters list --config job.yaml ";
            String replay = "./perennial dead-letters replay --config job.yaml --reason unknownStream";
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> reader.provoke(list + "--counts").contains(": 1443"));

            reader.run(list + "--counts", "unknownStream", "1442", "labelOutOfRange");
            reader.run(list + "--reason labelOutOfRange --limit 5", "label");
            reader.run(list + "--since 2h --stream 'sensor-*'", "sensor-7");
            reader.run(list + "--partition 3 --offsets 1200-1300 --json");
            reader.run(replay + " --dry-run", "would be refused again: 1442");
            reader.run(replay, "would be refused again: 1442");
            job.interrupt();
            reader.end();
        }
    }

    @Test
    void shouldDoWhatThePageOfStreamsSays() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Walkthrough reader = new Walkthrough("docs/streams.md", folder, kafka.port())) {
            Files.copy(folder.resolve("docs/examples/runbooks/alarm.yaml"), folder.resolve("stream.yaml"));
            String shorter = "--set labels.resets=2 --set labels.examplesPerTask=320";
            reader.provoke("./perennial topics create -b localhost:9092");

            reader.runScaled("./perennial produce labels --config stream.yaml", shorter, "642");
            reader.runScaled("./perennial produce labels --config stream.yaml --to events.avro", shorter, "642");
            reader.run("./perennial train --config stream.yaml --events events.avro --metrics metrics.jsonl");
            reader.end();
            assertThat(Files.readString(folder.resolve("metrics.jsonl"))).contains("\"taskSummary\"");
        }
    }
}
