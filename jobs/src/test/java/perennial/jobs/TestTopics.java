package perennial.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import perennial.jobs.kafka.EmbeddedKafka;

/** Topics of a broker, as tests of producers make and read them. */
final class TestTopics implements AutoCloseable {

    static final int PARTITIONS = 3;

    private final Map<String, Object> client;
    private final Admin admin;

    TestTopics(EmbeddedKafka kafka) {
        client = Map.copyOf(kafka.clientProperties());
        admin = Admin.create(client);
    }

    void create(String name, Map<String, String> configuration) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1).configs(configuration)))
                .all()
                .get();
    }

    List<TopicPartition> partitions(String topic) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new TopicPartition(topic, i));
        }
        return partitions;
    }

    /** Where each partition ends. */
    Map<TopicPartition, Long> ends(String topic) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions(topic).forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(latest)
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        found.forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    /** Records that were ever written, all partitions together. */
    long records(String topic) {
        return ends(topic).values().stream().mapToLong(Long::longValue).sum();
    }

    /** All records in the order of their partition; none may have been deleted. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        long expected = records(topic);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions(topic));
            consumer.seekToBeginning(partitions(topic));
            while (records.size() < expected) {
                consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
            }
        }
        return records;
    }

    /** The values of a topic that holds one stream and nothing else: checks that it lies in one partition. */
    List<byte[]> values(String topic, String stream) {
        byte[] key = stream.getBytes(StandardCharsets.UTF_8);
        List<ConsumerRecord<byte[], byte[]>> records = read(topic);
        assertThat(records)
                .allMatch(record -> Arrays.equals(key, record.key())
                        && record.partition() == records.get(0).partition());
        return records.stream().map(ConsumerRecord::value).toList();
    }

    /** Deletes what lies before these offsets, as retention does. */
    void deleteBefore(Map<TopicPartition, Long> offsets) throws Exception {
        Map<TopicPartition, RecordsToDelete> before = new HashMap<>();
        offsets.forEach((partition, offset) -> before.put(partition, RecordsToDelete.beforeOffset(offset)));
        admin.deleteRecords(before).all().get();
    }

    @Override
    public void close() {
        admin.close();
    }
}
