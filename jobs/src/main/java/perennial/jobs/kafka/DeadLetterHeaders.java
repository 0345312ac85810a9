package perennial.jobs.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;

/**
 * A dead letter as a Kafka record: key and value are the original bytes, so that it can be sent again as it is, and the
 * headers say where it came from and what was wrong with it. All headers are UTF-8 text.
 */
public final class DeadLetterHeaders {

    /** Topic or file that the record came from. */
    public static final String TOPIC = "perennial.topic";

    /** Its partition, a decimal number. */
    public static final String PARTITION = "perennial.partition";

    /** Its offset, a decimal number. */
    public static final String OFFSET = "perennial.offset";

    /** Symbol of {@link DeadLetterReason}. */
    public static final String REASON = "perennial.reason";

    /** What was wrong, in words. */
    public static final String ERROR = "perennial.error";

    private DeadLetterHeaders() {}

    /** The record to send to the topic of dead letters. */
    public static ProducerRecord<byte[], byte[]> toRecord(String topic, DeadLetter letter) {
        List<Header> headers = List.of(
                header(TOPIC, letter.getTopic()),
                header(PARTITION, Integer.toString(letter.getPartition())),
                header(OFFSET, Long.toString(letter.getOffset())),
                header(REASON, letter.getReason().name()),
                header(ERROR, letter.getError()));
        return new ProducerRecord<>(topic, null, null, bytes(letter.getKey()), bytes(letter.getValue()), headers);
    }

    /** Whether a record is a dead letter. */
    public static boolean isDeadLetter(ConsumerRecord<byte[], byte[]> record) {
        return record.headers().lastHeader(REASON) != null;
    }

    /**
     * The dead letter that a record of the topic is. A reason that this version does not know is {@code OTHER}.
     *
     * @throws IllegalArgumentException if a header is missing or no number where one must be
     */
    public static DeadLetter fromRecord(ConsumerRecord<byte[], byte[]> record) {
        Headers headers = record.headers();
        DeadLetter letter = new DeadLetter();
        letter.setValue(ByteBuffer.wrap(record.value() == null ? new byte[0] : record.value()));
        letter.setKey(record.key() == null ? null : ByteBuffer.wrap(record.key()));
        letter.setTopic(text(headers, TOPIC));
        letter.setPartition((int) number(headers, PARTITION));
        letter.setOffset(number(headers, OFFSET));
        letter.setReason(reason(text(headers, REASON)));
        letter.setError(text(headers, ERROR));
        return letter;
    }

    private static DeadLetterReason reason(String name) {
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            if (reason.name().equals(name)) {
                return reason;
            }
        }
        return DeadLetterReason.OTHER;
    }

    private static long number(Headers headers, String name) {
        String text = text(headers, name);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a header of a dead letter must be a number: " + name + "=" + text);
        }
    }

    private static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        if (header == null || header.value() == null) {
            throw new IllegalArgumentException("a dead letter must have all its headers: missing=" + name);
        }
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
