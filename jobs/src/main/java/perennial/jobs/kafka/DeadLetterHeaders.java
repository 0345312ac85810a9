package perennial.jobs.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.OriginalHeader;

/**
 * A dead letter as a Kafka record: key, value and headers are the original ones, so that it can be sent again as it is, and
 * further headers behind them say where it came from and what was wrong with it. They are UTF-8 text.
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

    /**
     * How often a record was sent again from the dead letters, a decimal number: on the record that was sent, and so on the
     * dead letter that it becomes if it cannot be used again.
     */
    public static final String REPLAYS = "perennial.replays";

    private static final List<String> OURS = List.of(TOPIC, PARTITION, OFFSET, REASON, ERROR);

    private DeadLetterHeaders() {}

    /** The record to send to the topic of dead letters. */
    public static ProducerRecord<byte[], byte[]> toRecord(String topic, DeadLetter letter) {
        List<Header> headers = new ArrayList<>();
        for (OriginalHeader header : letter.getHeaders()) {
            headers.add(new RecordHeader(header.getName(), bytes(header.getValue())));
        }
        headers.add(header(TOPIC, letter.getTopic()));
        headers.add(header(PARTITION, Integer.toString(letter.getPartition())));
        headers.add(header(OFFSET, Long.toString(letter.getOffset())));
        headers.add(header(REASON, letter.getReason().name()));
        headers.add(header(ERROR, letter.getError()));
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
        letter.setValue(wrapped(record.value()));
        letter.setKey(wrapped(record.key()));
        letter.setHeaders(original(headers.toArray()));
        letter.setTopic(text(headers, TOPIC));
        letter.setPartition(Math.toIntExact(number(headers, PARTITION, Integer.MAX_VALUE)));
        letter.setOffset(number(headers, OFFSET, Long.MAX_VALUE));
        letter.setReason(reason(text(headers, REASON)));
        letter.setError(text(headers, ERROR));
        return letter;
    }

    /** A letter that has key, value and headers of a record, and nothing else yet. */
    static DeadLetter original(ConsumerRecord<byte[], byte[]> record) {
        DeadLetter letter = new DeadLetter();
        letter.setValue(wrapped(record.value()));
        letter.setKey(wrapped(record.key()));
        List<OriginalHeader> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new OriginalHeader(header.key(), wrapped(header.value()))));
        letter.setHeaders(headers);
        return letter;
    }

    /** How often the record of a letter was sent again before it became this letter. */
    public static int replays(DeadLetter letter) {
        int replays = 0;
        for (OriginalHeader header : letter.getHeaders()) {
            if (header.getName().equals(REPLAYS)) {
                replays = replays(header.getValue());
            }
        }
        return replays;
    }

    /** The record that a letter is about, to send it once more to where it came from; it counts how often it was sent. */
    public static ProducerRecord<byte[], byte[]> toReplay(DeadLetter letter) {
        List<Header> headers = new ArrayList<>();
        for (OriginalHeader header : letter.getHeaders()) {
            if (!header.getName().equals(REPLAYS)) {
                headers.add(new RecordHeader(header.getName(), bytes(header.getValue())));
            }
        }
        headers.add(header(REPLAYS, Integer.toString(replays(letter) + 1)));
        return new ProducerRecord<>(
                letter.getTopic(),
                letter.getPartition(),
                null,
                bytes(letter.getKey()),
                bytes(letter.getValue()),
                headers);
    }

    /** A number that cannot be read counts as the most there is, so that such a record is not sent again and again. */
    private static int replays(ByteBuffer value) {
        if (value == null) {
            return Integer.MAX_VALUE - 1;
        }
        try {
            return Math.max(0, Integer.parseInt(new String(bytes(value), StandardCharsets.UTF_8)));
        } catch (NumberFormatException e) {
            return Integer.MAX_VALUE - 1;
        }
    }

    /** All headers but ours, which stand behind those that came with the record. */
    private static List<OriginalHeader> original(Header[] headers) {
        List<String> left = new ArrayList<>(OURS);
        List<OriginalHeader> original = new ArrayList<>();
        for (int i = headers.length - 1; i >= 0; i--) {
            if (!left.remove(headers[i].key())) {
                original.add(new OriginalHeader(headers[i].key(), wrapped(headers[i].value())));
            }
        }
        Collections.reverse(original);
        return original;
    }

    private static DeadLetterReason reason(String name) {
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            if (reason.name().equals(name)) {
                return reason;
            }
        }
        return DeadLetterReason.OTHER;
    }

    private static long number(Headers headers, String name, long largest) {
        String text = text(headers, name);
        try {
            long number = Long.parseLong(text);
            if (number >= 0 && number <= largest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(
                "a header of a dead letter must be a number, 0 or more: " + name + "=" + text);
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

    private static ByteBuffer wrapped(byte[] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
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
