package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.kafka.DeadLetterHeaders;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.Samples;
import perennial.jobs.kafka.TopicKeys;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;

class MetricsCommandITCase {

    private static EmbeddedKafka kafka;

    @TempDir
    private Path folder;

    private Path config;
    private String prefix;

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
        prefix = test.getTestMethod().orElseThrow().getName();
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
    }

    @Test
    void shouldExportReportsThatWereWrittenAsAvroAndAsJson() {
        write(avro(Samples.report("nap", 100, 0.5)), json(Samples.report("none", 100, 0.75)));
        CommandRun export = run("export");

        assertThat(export.lines()).hasSize(3);
        assertThat(export.lines().get(1)).startsWith("nap,s,nap,100,").contains(",0.5,0.25,");
        assertThat(export.lines().get(2)).startsWith("none,s,nap,100,").contains(",0.75,0.25,");
        assertThat(export.err()).contains("exported records=2");
    }

    @Test
    void shouldExportAllKindsOfRecordsAsJsonLinesToAFile() throws IOException {
        List<SpecificRecord> records =
                List.of(Samples.report("nap", 100, 0.5), Samples.summary("nap", 0, 0.9), Samples.report("nap", 200, 1));
        write(avro(records.get(0)), avro(records.get(1)), json(records.get(2)));
        Path file = folder.resolve("metrics.jsonl");

        run("export", "--output", file.toString());

        assertThat(Files.readAllLines(file)).map(JsonRecords::parse).containsExactlyElementsOf(records);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(file, config);
        }
    }

    @Test
    void shouldExportSummariesAndLayersAsTheirOwnRows() {
        write(avro(Samples.report("nap", 100, 0.5)), avro(Samples.summary("nap", 0, 0.9)));

        assertThat(run("export", "--summaries").lines())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("learner,stream,variant,task,updates,");
        assertThat(run("export", "--layers").lines())
                .hasSize(3)
                .last()
                .asString()
                .startsWith("nap,s,nap,100,2,1,output,");
    }

    @Test
    void shouldCountRecordsThatCannotBeDecodedAndGoOn() {
        byte[] cut = avro(Samples.report("nap", 150, 0.5)).value();
        write(
                avro(Samples.report("nap", 100, 0.5)),
                record("broken".getBytes(StandardCharsets.UTF_8)),
                record("{\"type\":\"report\"}".getBytes(StandardCharsets.UTF_8)),
                record(java.util.Arrays.copyOf(cut, cut.length / 2)),
                record(null),
                avro(Samples.report("nap", 200, 0.5)));
        CommandRun export = run("export", "--format", "json");

        assertThat(export.lines()).hasSize(2);
        assertThat(export.err()).contains("exported records=2 undecodable=4").contains("partition=0 offset=1 error=");
    }

    @Test
    void shouldDropDuplicatesWhenAsked() {
        write(
                avro(Samples.report("nap", 100, 0.5)),
                avro(Samples.report("nap", 200, 0.5)),
                avro(Samples.report("nap", 100, 0.5)),
                avro(Samples.report("none", 100, 0.5)));

        assertThat(run("export").lines()).hasSize(5);
        CommandRun once = run("export", "--deduplicate");
        assertThat(once.lines()).hasSize(4);
        assertThat(once.err()).contains("duplicates dropped=1");
    }

    @Test
    void shouldExportOnlyWhatWasCommittedUnlessAskedForAll() {
        try (Producer<byte[], byte[]> producer = transactional()) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(avro(Samples.report("nap", 100, 0.5)));
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(avro(Samples.report("nap", 200, 0.5)));
            // What is not yet sent when a transaction is aborted is never sent.
            producer.flush();
            producer.abortTransaction();
        }

        assertThat(run("export").lines()).hasSize(2);
        assertThat(run("export", "--read-uncommitted").lines()).hasSize(3);
    }

    @Test
    void shouldShowRecordsOfAnOpenTransactionLiveFromNowOn() {
        write(avro(Samples.report("old", 1, 0.5)));
        CommandRun tail = new CommandRun("metrics");
        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(
                () -> tail.execute("tail", "-c", config.toString(), "--limit", "2", "--learner", "n*"));
        await().until(() -> tail.err().contains("from now on"));

        try (Producer<byte[], byte[]> producer = transactional()) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(avro(Samples.report("nap", 100, 0.5)));
            producer.send(json(Samples.report("other", 100, 0.5)));
            producer.send(json(Samples.report("none", 100, 0.5)));
            producer.flush();

            assertThat(exit.join()).isZero();
            producer.abortTransaction();
        }

        assertThat(tail.lines()).hasSize(3);
        assertThat(tail.lines().get(0)).startsWith("LEARNER");
        assertThat(tail.lines().get(1)).startsWith("nap ");
        assertThat(tail.lines().get(2)).startsWith("none ");
    }

    @Test
    void shouldShowWhatIsThereAndEndWithoutFollowing() {
        write(avro(Samples.report("nap", 100, 0.5)), avro(Samples.summary("nap", 2, 0.9)));

        assertThat(run("tail", "--no-follow").lines()).hasSize(3);
        assertThat(run("tail", "--no-follow", "--format", "json").lines())
                .map(JsonRecords::parse)
                .containsExactly(Samples.report("nap", 100, 0.5), Samples.summary("nap", 2, 0.9));
        assertThat(run("tail", "--no-follow", "--format", "csv", "--limit", "1").lines())
                .hasSize(2);
    }

    @Test
    void shouldShowDeadLettersWithTheirReasons() {
        try (Producer<byte[], byte[]> producer =
                KafkaConnection.to(kafka.bootstrapServers()).producer()) {
            producer.send(DeadLetterHeaders.toRecord(
                    prefix + ".deadLetters", Samples.deadLetter(77, "label out of range: label=12")));
        }

        assertThat(run("tail", "--topic", "dead-letters", "--no-follow").lines())
                .hasSize(2)
                .last()
                .asString()
                .contains("events")
                .contains("77")
                .contains("undecodable")
                .endsWith("label out of range: label=12");
        assertThat(run("export", "--topic", "dead-letters").lines())
                .containsExactly(
                        "value,key,topic,partition,offset,reason,error",
                        "AQID,BA==,events,2,77,undecodable,label out of range: label=12");
    }

    @Test
    void shouldEndQuietlyWhenNobodyReadsItsOutputAnyMore() {
        write(avro(Samples.report("nap", 100, 0.5)));
        CommandRun tail = new CommandRun("metrics").withOut(new PrintWriter(new ClosedPipe()));

        assertThat(tail.execute("tail", "-c", config.toString(), "--from-beginning"))
                .isZero();
    }

    @Test
    void shouldKeepAnExistingFileWhenTheExportFails() throws IOException {
        Path file = Files.writeString(folder.resolve("metrics.csv"), "precious");
        CommandRun export = new CommandRun("metrics");

        assertThat(export.execute(
                        "export", "-b", kafka.bootstrapServers(), "--topic", "misspelt", "--output", file.toString()))
                .isEqualTo(1);

        assertThat(export.err()).contains("topic=misspelt").contains("topics create");
        assertThat(file).hasContent("precious");
        assertThat(folder.resolve("metrics.csv.part")).doesNotExist();
    }

    @Test
    void shouldRefuseOptionsThatDoNotGoTogether() {
        assertThat(new CommandRun("metrics").execute("tail", "-c", config.toString(), "--layers"))
                .isEqualTo(2);
        assertThat(new CommandRun("metrics").execute("export", "-c", config.toString(), "--topic", "policies"))
                .isEqualTo(2);
        assertThat(new CommandRun("metrics").execute("tail", "-c", config.toString(), "--limit", "0"))
                .isEqualTo(2);
    }

    private CommandRun run(String subcommand, String... arguments) {
        List<String> all = new ArrayList<>(List.of(subcommand, "-c", config.toString()));
        all.addAll(List.of(arguments));
        CommandRun run = new CommandRun("metrics");
        assertThat(run.execute(all.toArray(String[]::new))).as(run.err()).isZero();
        return run;
    }

    @SafeVarargs
    private static void write(ProducerRecord<byte[], byte[]>... records) {
        try (Producer<byte[], byte[]> producer =
                KafkaConnection.to(kafka.bootstrapServers()).producer()) {
            for (ProducerRecord<byte[], byte[]> record : records) {
                producer.send(record);
            }
        }
    }

    private ProducerRecord<byte[], byte[]> avro(SpecificRecord record) {
        return new ProducerRecord<>(prefix + ".metrics", TopicKeys.of(record), new RecordCodec().encode(record));
    }

    private ProducerRecord<byte[], byte[]> json(SpecificRecord record) {
        return new ProducerRecord<>(prefix + ".metrics", TopicKeys.of(record), JsonRecords.toJsonBytes(record));
    }

    private ProducerRecord<byte[], byte[]> record(byte[] value) {
        return new ProducerRecord<>(prefix + ".metrics", null, value);
    }

    private Producer<byte[], byte[]> transactional() {
        Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
        properties.put("transactional.id", prefix);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** What is left of a pipe whose reader has gone. */
    private static final class ClosedPipe extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
        }
    }
}
