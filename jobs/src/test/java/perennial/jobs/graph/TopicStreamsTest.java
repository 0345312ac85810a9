package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.config.Configuration;

class TopicStreamsTest {

    @TempDir
    private Path folder;

    @Test
    void shouldGatherRecordsWhereTheyWaitForTheirTransactionAnyway() throws IOException {
        assertThat(TopicStreams.producer(configuration("delivery=exactly-once")))
                .containsEntry("linger.ms", "100")
                .containsEntry("batch.size", "262144");
    }

    @Test
    void shouldNotHoldRecordsBackThatAreSeenAtOnce() throws IOException {
        assertThat(TopicStreams.producer(configuration("delivery=at-least-once")))
                .doesNotContainKeys("linger.ms", "batch.size");
    }

    @Test
    void shouldTakeWhatTheConfigurationSays() throws IOException {
        assertThat(TopicStreams.producer(configuration(
                        "kafka.linger.ms=7", "kafka.producer.batch.size=16384", "kafka.transaction.timeout.ms=60000")))
                .containsEntry("linger.ms", "7")
                .containsEntry("batch.size", "16384")
                .containsEntry("transaction.timeout.ms", "60000");
    }

    @Test
    void shouldTakeTheLargestLetterThatThereCanBe() throws IOException {
        int record = 50 << 20;

        assertThat(TopicStreams.producer(configuration("limits.maxRecordBytes=" + record)))
                .hasEntrySatisfying("max.request.size", size -> assertThat(Integer.parseInt((String) size))
                        .isGreaterThan(record))
                .hasEntrySatisfying("buffer.memory", size -> assertThat(Integer.parseInt((String) size))
                        .isGreaterThan(record));
    }

    private Configuration configuration(String... changes) throws IOException {
        Path file = Files.writeString(folder.resolve("job.yaml"), """
                learners: [{name: a, streams: [s], task: {input: [784], classes: 10}, network: {hidden: [4]}}]
                """);
        return Configuration.load(file, List.of(changes));
    }
}
