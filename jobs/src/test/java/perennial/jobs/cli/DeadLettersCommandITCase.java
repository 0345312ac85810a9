package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.TopicContents;
import perennial.jobs.config.Configuration;
import perennial.jobs.kafka.DeadLetterHeaders;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.Samples;
import perennial.schemas.RecordCodec;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.OriginalHeader;

/** Looking at dead letters and sending them again, with a real broker; what a job does with them is for PoisonITCase. */
class DeadLettersCommandITCase {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] KEY = "typo".getBytes(StandardCharsets.UTF_8);
    private static final int LARGE = 3000;

    private static EmbeddedKafka kafka;
    private static int topicsMade;

    @TempDir
    private Path folder;

    private final RecordCodec codec = new RecordCodec();
    private Path config;
    private Configuration configuration;
    private String events;
    private String letters;

    @BeforeAll
    static void startKafka() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @BeforeEach
    void makeTopics() throws IOException {
        configure("t" + topicsMade++, 1_000_000);
        JobTopics.create(configuration);
    }

    private void configure(String prefix, int maxRecordBytes) throws IOException {
        config = Files.writeString(
                folder.resolve("job.yaml"),
                "name: " + prefix + "\n"
                        + "kafka: {bootstrap.servers: \"" + kafka.bootstrapServers() + "\"}\n"
                        + "topics: {events: " + prefix + ".events, metrics: " + prefix + ".metrics, deadLetters: "
                        + prefix
                        + ".dead-letters, policies: " + prefix + ".policies, predictions: " + prefix
                        + ".predictions, alerts: " + prefix + ".alerts}\n"
                        + "limits: {maxRecordBytes: " + maxRecordBytes + "}\n"
                        + "learners:\n  - {name: l, streams: [typo, s], task: {type: classification, input: [2],"
                        + " classes: 10}, network: {type: mlp, hidden: [2]}}\n");
        configuration = Configuration.load(config, List.of());
        events = configuration.topics().events();
        letters = configuration.topics().deadLetters();
    }

    @Test
    void shouldListLettersWithWhatCanBeReadAndCountThem() throws Exception {
        byte[] cut = Arrays.copyOf(event("typo", 7), 24);
        put(DeadLetterReason.UNDECODABLE, cut, 10);
        put(DeadLetterReason.UNKNOWN_STREAM, event("typo", 8), 11);
        put(DeadLetterReason.UNDECODABLE, "garbage".getBytes(StandardCharsets.UTF_8), 12);
        put(DeadLetterReason.UNDECODABLE, null, 13);

        CommandRun list = CommandRun.of("dead-letters", "list", "-c", config);

        assertThat(list.exitCode()).as(list.err()).isZero();
        assertThat(list.lines()).hasSize(6);
        assertThat(list.lines().get(1)).contains("undecodable", "typo", "7", "cut or damaged");
        assertThat(list.lines().get(2)).contains("unknownStream", "typo", "8", "LabelledExample");
        assertThat(list.lines().get(3)).contains("text: garbage");
        assertThat(list.lines().get(4)).contains("no value");
        assertThat(list.lines().get(5)).endsWith(letters + ": 4 (undecodable=3 unknownStream=1)");
    }

    @Test
    void shouldListAsJsonWithTheOriginalBytes() throws Exception {
        put(DeadLetterReason.UNKNOWN_STREAM, event("typo", 8), 11);

        CommandRun list = CommandRun.of("dead-letters", "list", "-c", config, "--json");

        JsonNode letter = JSON.readTree(list.lines().get(0));
        assertThat(Base64.getDecoder().decode(letter.get("value").asText())).isEqualTo(event("typo", 8));
        assertThat(letter.get("offset").asLong()).isEqualTo(11);
        assertThat(letter.get("stream").asText()).isEqualTo("typo");
        assertThat(letter.get("event").get("sequence").asLong()).isEqualTo(8);
        assertThat(letter.get("headers").get(0).get("name").asText()).isEqualTo("trace");
        assertThat(list.lines()).hasSize(1);
        assertThat(CommandRun.of("dead-letters", "list", "-c", config, "--json", "--counts")
                        .lines())
                .containsExactly("{\"unknownStream\":1}");
    }

    @Test
    void shouldListOnlyWhatWasAskedFor() throws Exception {
        for (int i = 0; i < 10; i++) {
            put(
                    i % 2 == 0 ? DeadLetterReason.UNKNOWN_STREAM : DeadLetterReason.WRONG_SIZE,
                    event(i < 5 ? "typo" : "other", i),
                    i);
        }

        assertThat(counted("--reason", "unknownStream")).contains(": 5 of 10 (unknownStream=5)");
        assertThat(counted("--stream", "oth*")).contains(": 5 of 10 ");
        assertThat(counted("--offsets", "2-4")).contains(": 3 of 10 ");
        assertThat(counted("--offsets", "8-")).contains(": 2 of 10 ");
        assertThat(counted("--offsets", "8")).contains(": 1 of 10 ");
        assertThat(counted("--partition", "1")).contains(": 0 of 10");
        assertThat(counted("--topic", events)).contains(": 10 (");
        assertThat(counted("--since", "1h")).contains(": 10 (");
        assertThat(counted("--until", "1h")).contains(": 0 of 10");
        for (String[] wrong : List.of(
                new String[] {"--reason", "bad"},
                new String[] {"--offsets", "x"},
                new String[] {"--since", "yesterday"},
                new String[] {"--limit", "0"})) {
            CommandRun list = CommandRun.of("dead-letters", "list", "-c", config, wrong[0], wrong[1]);
            assertThat(list.exitCode()).isEqualTo(2);
            assertThat(list.err()).contains(wrong[0], wrong[1]);
        }
    }

    @Test
    void shouldSendOriginalBytesKeyAndHeadersOnceAndCountIt() throws Exception {
        for (int i = 0; i < 3; i++) {
            publish("typo", i);
            put(DeadLetterReason.UNKNOWN_STREAM, event("typo", i), i);
        }

        CommandRun dry = CommandRun.of("dead-letters", "replay", "-c", config, "--dry-run");
        assertThat(dry.out()).contains("to send: 3 (unknownStream=3)", "nothing was sent");
        assertThat(read(events, 3)).hasSize(3);

        CommandRun replay = CommandRun.of("dead-letters", "replay", "-c", config, "--yes");
        assertThat(replay.exitCode()).as(replay.err()).isZero();
        assertThat(replay.out()).contains("sent 3 of 3");

        List<ConsumerRecord<byte[], byte[]>> sent = read(events, 6).subList(3, 6);
        for (int i = 0; i < 3; i++) {
            assertThat(sent.get(i).value()).isEqualTo(event("typo", i));
            assertThat(sent.get(i).key()).isEqualTo(KEY);
            assertThat(sent.get(i).partition()).isZero();
            assertThat(headers(sent.get(i))).isEqualTo(Map.of("trace", "7", DeadLetterHeaders.REPLAYS, "1"));
        }
        CommandRun again = CommandRun.of("dead-letters", "replay", "-c", config, "--yes");
        assertThat(again.out()).contains("sent before: 3", "nothing to send");
        assertThat(read(events, 6)).hasSize(6);
        assertThat(CommandRun.of("dead-letters", "list", "-c", config).out()).contains("sent again so far=3");
        CommandRun tail = CommandRun.of("metrics", "tail", "-c", config, "--topic", "dead-letters", "--no-follow");
        assertThat(tail.err()).isEmpty();
    }

    @Test
    void shouldGoOnWhereItWasAndNotSendALetterTwiceThatWasWrittenTwice() throws Exception {
        for (int i = 0; i < 4; i++) {
            put(DeadLetterReason.UNKNOWN_STREAM, event("typo", i), i);
            put(DeadLetterReason.UNKNOWN_STREAM, event("typo", i), i);
        }

        CommandRun some = CommandRun.of("dead-letters", "replay", "-c", config, "--yes", "--offsets", "0-1");
        assertThat(some.out()).contains("sent 2 of 2");
        CommandRun rest = CommandRun.of("dead-letters", "replay", "-c", config, "--yes");

        assertThat(rest.out()).contains("sent before: 2", "sent 2 of 2");
        assertThat(read(events, 4))
                .extracting(ConsumerRecord::value)
                .containsExactly(event("typo", 0), event("typo", 1), event("typo", 2), event("typo", 3));
    }

    @Test
    void shouldHoldBackWhatWouldBeRefusedAgainAndSayWhy() throws Exception {
        put(DeadLetterReason.TOO_LARGE, new byte[] {1}, 9999);
        put(DeadLetterReason.UNKNOWN_STREAM, event("nobody", 0), 0);
        put(DeadLetterReason.UNDECODABLE, event("s", 5), 1);
        put(DeadLetterReason.UNDECODABLE, event("s", 6), 2);
        put(DeadLetterReason.LABEL_OUT_OF_RANGE, event("s", 3), 3);
        put(DeadLetterReason.SEQUENCE_GAP, event("s", 2), 4);
        put(DeadLetterReason.UNDECODABLE, new byte[] {1}, 5);
        for (int i = 0; i < 6; i++) {
            publish(new ProducerRecord<>(events, 0, KEY, new byte[] {1}));
        }
        publish("s", 4);
        publish("s", 5);

        CommandRun replay = CommandRun.of("dead-letters", "replay", "-c", config, "--yes");

        assertThat(replay.out())
                .contains(
                        "to send: 1 (undecodable=1)",
                        "used already: 1 (sequenceGap=1)",
                        "behind their stream: 2 (",
                        "stream=s sequence=5 newest=5",
                        "would be refused again: 2 (",
                        "stream=nobody",
                        "gone: 1 (tooLarge=1)",
                        "sent 1 of 1");
        assertThat(read(events, 9).get(8).value()).isEqualTo(event("s", 6));

        CommandRun forced = CommandRun.of("dead-letters", "replay", "-c", config, "--yes", "--force");
        assertThat(forced.out()).contains("sent before: 1", "sent 4 of 4");
    }

    @Test
    void shouldNotSendForEverWhatComesBack() throws Exception {
        put(
                DeadLetterReason.UNKNOWN_STREAM,
                event("typo", 0),
                0,
                new RecordHeader(DeadLetterHeaders.REPLAYS, bytes("2")));
        put(
                DeadLetterReason.UNKNOWN_STREAM,
                event("typo", 1),
                1,
                new RecordHeader(DeadLetterHeaders.REPLAYS, bytes("3")));
        put(
                DeadLetterReason.UNKNOWN_STREAM,
                event("typo", 2),
                2,
                new RecordHeader(DeadLetterHeaders.REPLAYS, bytes("x")));

        CommandRun replay = CommandRun.of("dead-letters", "replay", "-c", config, "--yes");

        assertThat(replay.out()).contains("came back too often: 2", "sent 1 of 1");
        assertThat(headers(read(events, 1).get(0))).containsEntry(DeadLetterHeaders.REPLAYS, "3");
    }

    @Test
    void shouldFetchRecordsThatWereTooLargeFromTheirTopic() throws Exception {
        byte[] large = ("{\"type\":\"example\",\"stream\":\"s\",\"sequence\":0,\"features\":[0.5,1.0],\"label\":1"
                        + " ".repeat(LARGE) + "}")
                .getBytes(StandardCharsets.UTF_8);
        publish(new ProducerRecord<>(events, 0, null, KEY, large, List.of(new RecordHeader("trace", bytes("9")))));
        put(DeadLetterReason.TOO_LARGE, Arrays.copyOf(large, 100), 0);
        configure(configuration.name(), 2000);
        assertThat(CommandRun.of("dead-letters", "replay", "-c", config, "--yes")
                        .out())
                .contains("would be refused again: 1 (tooLarge=1)");

        configure(configuration.name(), 1_000_000);
        assertThat(CommandRun.of("dead-letters", "replay", "-c", config, "--yes")
                        .out())
                .contains("sent 1 of 1");

        ConsumerRecord<byte[], byte[]> sent = read(events, 2).get(1);
        assertThat(sent.value()).isEqualTo(large);
        assertThat(headers(sent)).isEqualTo(Map.of("trace", "9", DeadLetterHeaders.REPLAYS, "1"));
    }

    @Test
    void shouldAskBeforeItSends() throws Exception {
        put(DeadLetterReason.UNKNOWN_STREAM, event("typo", 0), 0);

        CommandRun refused = answering("n\n");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.out()).contains("send 1 to " + events + "? [y/N]");
        assertThat(refused.err()).contains("--yes");
        assertThat(answering("").exitCode()).isEqualTo(1);
        assertThat(read(events, 0)).isEmpty();

        assertThat(answering("y\n").out()).contains("sent 1 of 1");
    }

    private CommandRun answering(String answer) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(bytes(answer)));
        try {
            return CommandRun.of("dead-letters", "replay", "-c", config);
        } finally {
            System.setIn(before);
        }
    }

    private String counted(String option, String value) {
        CommandRun list = CommandRun.of("dead-letters", "list", "-c", config, option, value, "--counts");
        assertThat(list.exitCode()).as(list.err()).isZero();
        return list.out();
    }

    private byte[] event(String stream, long sequence) {
        return codec.encode(Samples.example(stream, sequence, 3));
    }

    private void publish(String stream, long sequence) throws Exception {
        publish(new ProducerRecord<>(events, 0, bytes(stream), event(stream, sequence)));
    }

    private void put(DeadLetterReason reason, byte[] value, long offset, RecordHeader... more) throws Exception {
        List<OriginalHeader> headers = new ArrayList<>();
        headers.add(new OriginalHeader("trace", ByteBuffer.wrap(bytes("7"))));
        for (RecordHeader header : more) {
            headers.add(new OriginalHeader(header.key(), ByteBuffer.wrap(header.value())));
        }
        DeadLetter letter = new DeadLetter(
                value == null ? null : ByteBuffer.wrap(value),
                ByteBuffer.wrap(KEY),
                headers,
                events,
                0,
                offset,
                reason,
                "told");
        publish(DeadLetterHeaders.toRecord(letters, letter));
    }

    private void publish(ProducerRecord<byte[], byte[]> record) throws Exception {
        try (Producer<byte[], byte[]> producer =
                KafkaConnection.of(configuration.kafka()).producer()) {
            producer.send(record).get();
        }
    }

    private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** All records, once there are so many: what a transaction has committed is seen a moment later. */
    private List<ConsumerRecord<byte[], byte[]>> read(String topic, int least) {
        return await().until(
                        () -> TopicContents.records(KafkaConnection.of(configuration.kafka()), topic, true),
                        records -> records.size() >= least);
    }
}
