package perennial.jobs.dashboard;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.TopicsSection;
import perennial.jobs.kafka.DeadLetterHeaders;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.TopicKeys;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;
import perennial.v1.DeadLetter;
import perennial.v1.PlasticityAlert;

/** The topics of one test on a broker, filled by hand as a job would fill them. */
final class TestTopics {

    static final String GROUP = "tested";

    private final EmbeddedKafka kafka;
    private final TopicsSection names;

    /** Topics whose names begin with {@code prefix}; they are created. */
    TestTopics(EmbeddedKafka kafka, String prefix) throws Exception {
        this.kafka = kafka;
        this.names = names(prefix);
        try (Admin admin = Admin.create(Map.copyOf(kafka.clientProperties()))) {
            admin.createTopics(List.of(
                            topic(names.events()),
                            topic(names.metrics()),
                            topic(names.policies()),
                            topic(names.deadLetters()),
                            topic(names.alerts())))
                    .all()
                    .get();
        }
    }

    /** Names that begin with {@code prefix}. */
    static TopicsSection names(String prefix) {
        return Configuration.loadResource(
                        "/perennial/jobs/cli/defaults.yaml",
                        Stream.of("events", "metrics", "policies", "predictions", "deadLetters", "alerts")
                                .map(purpose -> "topics." + purpose + "=" + prefix + "." + purpose)
                                .toList())
                .topics();
    }

    private static NewTopic topic(String name) {
        return new NewTopic(name, Optional.of(1), Optional.empty());
    }

    TopicsSection names() {
        return names;
    }

    /** What a dashboard of these topics shows. */
    DashboardSource source() {
        return new DashboardSource(
                "the job",
                KafkaConnection.to(kafka.bootstrapServers()),
                names,
                List.of("none", "layernorm", "nap"),
                GROUP,
                Optional.empty());
    }

    void metrics(SpecificRecord... records) {
        RecordCodec codec = new RecordCodec();
        try (Producer<byte[], byte[]> producer = producer()) {
            for (SpecificRecord record : records) {
                producer.send(new ProducerRecord<>(names.metrics(), TopicKeys.of(record), codec.encode(record)));
            }
        }
    }

    void metricsAsJson(SpecificRecord record) {
        garbage(JsonRecords.toJson(record));
    }

    /** Anything at all on the topic of metrics. */
    void garbage(String... texts) {
        try (Producer<byte[], byte[]> producer = producer()) {
            for (String text : texts) {
                producer.send(new ProducerRecord<>(names.metrics(), text.getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    void policy(SpecificRecord policy) {
        try (Producer<byte[], byte[]> producer = producer()) {
            producer.send(
                    new ProducerRecord<>(names.policies(), TopicKeys.of(policy), new RecordCodec().encode(policy)));
        }
    }

    void alert(PlasticityAlert alert) {
        try (Producer<byte[], byte[]> producer = producer()) {
            producer.send(new ProducerRecord<>(
                    names.alerts(),
                    alert.getLearner().getBytes(StandardCharsets.UTF_8),
                    new RecordCodec().encode(alert)));
        }
    }

    void deadLetter(DeadLetter letter) {
        try (Producer<byte[], byte[]> producer = producer()) {
            producer.send(DeadLetterHeaders.toRecord(names.deadLetters(), letter));
        }
    }

    /** So many events, of which the job has read so many. */
    void events(int written, int read) throws Exception {
        try (Producer<byte[], byte[]> producer = producer()) {
            for (int i = 0; i < written; i++) {
                producer.send(new ProducerRecord<>(names.events(), new byte[] {1}));
            }
        }
        try (Admin admin = Admin.create(Map.copyOf(kafka.clientProperties()))) {
            admin.alterConsumerGroupOffsets(
                            GROUP, Map.of(new TopicPartition(names.events(), 0), new OffsetAndMetadata(read)))
                    .all()
                    .get();
        }
    }

    /** Writes to the topic of metrics in a transaction that stays open until it is closed, and is aborted then. */
    Producer<byte[], byte[]> openTransaction(SpecificRecord record) {
        Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
        properties.put("transactional.id", names.metrics());
        Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(names.metrics(), TopicKeys.of(record), new RecordCodec().encode(record)));
        producer.flush();
        return producer;
    }

    private Producer<byte[], byte[]> producer() {
        return KafkaConnection.to(kafka.bootstrapServers()).producer();
    }
}
