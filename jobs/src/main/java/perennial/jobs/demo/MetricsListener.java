package perennial.jobs.demo;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import perennial.schemas.RecordCodec;

/**
 * Reads a metrics topic from its beginning, uncommitted records too, so that it is live in either kind of delivery. Not
 * thread-safe.
 */
final class MetricsListener implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RecordCodec codec = new RecordCodec();

    MetricsListener(Map<String, String> kafka, String topic) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put("isolation.level", "read_uncommitted");
        properties.put("enable.auto.commit", "false");
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Hands over what came within {@code patience}. */
    void poll(Duration patience, Consumer<SpecificRecord> receiver) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience)) {
            receiver.accept(codec.decode(record.value()));
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
