package perennial.jobs.graph;

import org.apache.kafka.clients.producer.ProducerRecord;
import perennial.jobs.kafka.DeadLetterHeaders;
import perennial.v1.DeadLetter;

/** Writes a dead letter as the original record, key and value byte for byte, with headers that say what was wrong. */
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
        return DeadLetterHeaders.toRecord(topic, letter);
    }
}
