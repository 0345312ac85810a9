package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.jobs.CommandRun;
import perennial.jobs.TopicContents;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.Samples;
import perennial.schemas.EventFileWriter;
import perennial.schemas.EventFiles;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;
import perennial.v1.Event;

class PublishCommandITCase {

    private static EmbeddedKafka kafka;

    @TempDir
    private Path folder;

    private Path config;

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
        String prefix = Integer.toHexString(test.getDisplayName().hashCode())
                + test.getTestMethod().orElseThrow().getName();
        StringBuilder topics = new StringBuilder();
        for (String topic :
                List.of("events", "metrics", "policies", "predictions", "deadLetters", "alerts", "control")) {
            topics.append("  ")
                    .append(topic)
                    .append(": ")
                    .append(prefix)
                    .append('.')
                    .append(topic)
                    .append('\n');
        }
        config = Files.writeString(
                folder.resolve("job.yaml"),
                "kafka: {bootstrap.servers: \"" + kafka.bootstrapServers() + "\"}\ntopics:\n" + topics);
        assertThat(new CommandRun("topics").execute("create", "-c", config.toString()))
                .isZero();
        eventsTopic = prefix + ".events";
    }

    private String eventsTopic;

    @ParameterizedTest
    @EnumSource(EventFiles.Format.class)
    void shouldPublishWhatIsReadBackEqualAndInOrder(EventFiles.Format format) throws IOException {
        List<Event> one = Samples.stream("one", 500);
        List<Event> other = Samples.stream("other", 500);
        Path file = folder.resolve("events");
        try (EventFileWriter writer = EventFiles.create(file, format)) {
            for (int i = 0; i < one.size(); i++) {
                writer.write(one.get(i));
                writer.write(other.get(i));
            }
        }
        CommandRun publish = new CommandRun("publish");

        assertThat(publish.execute("--events", file.toString(), "-c", config.toString()))
                .as(publish.err())
                .isZero();

        assertThat(publish.out()).contains("published 1000 events to " + eventsTopic);
        List<ConsumerRecord<byte[], byte[]>> records = published();
        assertThat(events(records, "one")).isEqualTo(one);
        assertThat(events(records, "other")).isEqualTo(other);
        assertThat(partitions(records, "one")).isEqualTo(1);
        assertThat(partitions(records, "other")).isEqualTo(1);
    }

    @Test
    void shouldSendNothingAfterTheFirstBadLine() throws IOException {
        Path file = lines(line(0), line(1), "{\"type\":\"example\",\"stream\":\"s\"}", line(3));
        CommandRun publish = new CommandRun("publish");

        assertThat(publish.execute("--events", file.toString(), "-c", config.toString()))
                .isEqualTo(1);

        assertThat(publish.err())
                .contains("line=3")
                .contains("sequence")
                .contains("published before it=2")
                .contains("--skip-invalid");
        assertThat(published()).hasSize(2);
    }

    @Test
    void shouldSendTheGoodOnesAndCountTheOthersWhenAsked() throws IOException {
        Path file = lines(
                line(0),
                "no event",
                line(2),
                "{\"type\":\"example\",\"stream\":\"s\",\"sequence\":3,\"features\":[\"NaN\"],\"label\":1}",
                line(4));
        CommandRun publish = new CommandRun("publish");

        assertThat(publish.execute("--events", file.toString(), "-c", config.toString(), "--skip-invalid"))
                .isZero();

        assertThat(publish.out()).contains("published 3 events").contains("bad=2");
        assertThat(publish.err()).contains("line=2").contains("line=4").contains("features[0]=NaN");
        assertThat(events(published(), "s")).extracting(Event::getSequence).containsExactly(0L, 2L, 4L);
    }

    @Test
    void shouldReadStandardInput() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream((line(0) + "\n\n" + line(1)).getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(new CommandRun("publish").execute("--events", "-", "-c", config.toString()))
                    .isZero();
        } finally {
            System.setIn(before);
        }

        assertThat(events(published(), "s")).hasSize(2);
    }

    @Test
    void shouldCheckAllRecordsAndSendNoneInADryRun() throws IOException {
        Path file = lines(line(0), "{", line(2));
        CommandRun publish = new CommandRun("publish");

        assertThat(publish.execute("--events", file.toString(), "-c", config.toString(), "--dry-run"))
                .isEqualTo(1);

        assertThat(publish.out()).contains("checked 2 events").contains("bad=1");
        assertThat(published()).isEmpty();
    }

    @Test
    void shouldNameAMissingTopicAndTheCommandThatCreatesIt() throws IOException {
        Path file = lines(line(0));
        CommandRun publish = new CommandRun("publish");

        assertThat(publish.execute("-e", file.toString(), "-b", kafka.bootstrapServers(), "--topic", "misspelt"))
                .isEqualTo(1);

        assertThat(publish.err()).contains("topic=misspelt").contains("topics create");
    }

    @Test
    void shouldNameAFileThatIsNotThere() {
        CommandRun publish = new CommandRun("publish");

        assertThat(publish.execute("--events", "nowhere.jsonl", "-c", config.toString()))
                .isEqualTo(2);

        assertThat(publish.err()).contains("nowhere.jsonl");
    }

    @Test
    void shouldSayThatARecordIsTooLargeForTheTopic() throws IOException {
        String features = "0.123456,".repeat(300_000);
        Path file = lines("{\"type\":\"example\",\"stream\":\"s\",\"sequence\":0,\"features\":["
                + features.substring(0, features.length() - 1) + "],\"label\":1}");
        CommandRun publish = new CommandRun("publish");

        assertThat(publish.execute("--events", file.toString(), "-c", config.toString()))
                .isEqualTo(1);

        assertThat(publish.err()).contains("max.request.size");
    }

    private Path lines(String... lines) throws IOException {
        return Files.write(folder.resolve("events.jsonl"), List.of(lines));
    }

    private static String line(long sequence) {
        return new String(JsonRecords.eventLine(Samples.example("s", sequence, 3)), StandardCharsets.UTF_8);
    }

    private List<ConsumerRecord<byte[], byte[]>> published() {
        return TopicContents.records(KafkaConnection.to(kafka.bootstrapServers()), eventsTopic, true);
    }

    private static List<Event> events(List<ConsumerRecord<byte[], byte[]>> records, String stream) {
        RecordCodec codec = new RecordCodec();
        return ofStream(records, stream)
                .map(record -> codec.decodeEvent(record.value()))
                .toList();
    }

    private static long partitions(List<ConsumerRecord<byte[], byte[]>> records, String stream) {
        return ofStream(records, stream)
                .map(ConsumerRecord::partition)
                .distinct()
                .count();
    }

    private static Stream<ConsumerRecord<byte[], byte[]>> ofStream(
            List<ConsumerRecord<byte[], byte[]>> records, String stream) {
        return records.stream().filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(stream));
    }
}
