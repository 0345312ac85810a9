package perennial.jobs.graph;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import perennial.v1.DeadLetter;

/**
 * Writes a dead letter as the original record, key and value byte for byte, with headers that say where it came from and
 * what was wrong: {@code perennial.topic}, {@code perennial.partition}, {@code perennial.offset}, {@code perennial.reason} and {@code
 * perennial.error}, each as UTF-8 text.
 */
final class DeadLetterSerialization implements TopicSerialization<DeadLetter> {

    private static final long serialVersionUID = 1L;

    private final String topic;

    DeadLetterSerialization(String topic) {
        this.topic = topic;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(DeadLetter letter, KafkaSinkContext context, Long timestamp) {
        byte[] key = letter.getKey() == null ? null : bytes(letter.getKey());
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, bytes(letter.getValue()));
        record.headers()
                .add("perennial.topic", text(letter.getTopic()))
                .add("perennial.partition", text(letter.getPartition()))
                .add("perennial.offset", text(letter.getOffset()))
                .add("perennial.reason", text(letter.getReason()))
                .add("perennial.error", text(letter.getError()));
        return record;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static byte[] text(Object value) {
        return String.valueOf(value).getBytes(StandardCharsets.UTF_8);
    }
}
