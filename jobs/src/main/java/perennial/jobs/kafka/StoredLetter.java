package perennial.jobs.kafka;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.schemas.EventGlimpse;
import perennial.v1.DeadLetter;

/**
 * A dead letter as it lies on its topic.
 *
 * @param letter the letter
 * @param written when it was written
 * @param replays how often its record had been sent again before
 * @param glimpse what can be seen of its bytes
 */
public record StoredLetter(DeadLetter letter, Instant written, int replays, EventGlimpse glimpse) {

    public StoredLetter {
        requireNonNull(letter, "letter");
        requireNonNull(written, "written");
        requireNonNull(glimpse, "glimpse");
    }

    /**
     * The letter that a record of the topic is.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static StoredLetter of(ConsumerRecord<byte[], byte[]> record) {
        DeadLetter letter = DeadLetterHeaders.fromRecord(record);
        return new StoredLetter(
                letter,
                Instant.ofEpochMilli(record.timestamp()),
                DeadLetterHeaders.replays(letter),
                EventGlimpse.of(record.value()));
    }

    /** Where its record stood. */
    public Origin origin() {
        return Origin.of(letter);
    }

    /** Bytes of the record's value; 0 where it had none. */
    public int bytes() {
        ByteBuffer value = letter.getValue();
        return value == null ? 0 : value.remaining();
    }
}
