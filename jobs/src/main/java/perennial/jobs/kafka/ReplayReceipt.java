package perennial.jobs.kafka;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The note, on the topic of dead letters itself, that some of them were sent again. It is written in one transaction with what
 * was sent, so that there is never one without the other. Its value is a line of text for each letter: partition, offset and
 * topic that the record came from.
 */
final class ReplayReceipt {

    /** Marks a record of the topic as a receipt; its value is of no meaning. */
    static final String HEADER = "perennial.replayed";

    private ReplayReceipt() {}

    /** The record to send to the topic of dead letters. */
    static ProducerRecord<byte[], byte[]> of(String topic, List<Origin> origins) {
        StringBuilder lines = new StringBuilder();
        for (Origin origin : origins) {
            lines.append(origin.partition())
                    .append(' ')
                    .append(origin.offset())
                    .append(' ')
                    .append(origin.topic())
                    .append('\n');
        }
        return new ProducerRecord<>(
                topic,
                null,
                null,
                null,
                lines.toString().getBytes(StandardCharsets.UTF_8),
                List.of(new RecordHeader(HEADER, new byte[0])));
    }

    static boolean is(ConsumerRecord<byte[], byte[]> record) {
        return record.headers().lastHeader(HEADER) != null && !DeadLetterHeaders.isDeadLetter(record);
    }

    /**
     * Which letters were sent.
     *
     * @throws IllegalArgumentException if the record says so of itself and is none
     */
    static List<Origin> origins(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            throw new IllegalArgumentException("a receipt of sent letters must have a value: value=null");
        }
        List<Origin> origins = new ArrayList<>();
        for (String line :
                new String(record.value(), StandardCharsets.UTF_8).lines().toList()) {
            String[] parts = line.split(" ", 3);
            try {
                origins.add(new Origin(parts[2], Integer.parseInt(parts[0]), Long.parseLong(parts[1])));
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new IllegalArgumentException(
                        "a line of a receipt must be partition, offset and topic: line=" + line, e);
            }
        }
        return origins;
    }
}
