package perennial.streaming.assign;

import java.nio.ByteBuffer;
import java.util.Arrays;
import perennial.learning.event.Rejection;
import perennial.streaming.types.RawRecord;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;

/**
 * Makes the letters that say why a record could not be used. A letter is bounded however large its record was, so that
 * it can always be delivered.
 */
public final class DeadLetters {

    /** Characters of an error that are kept: names within it may be as long as a record. */
    static final int MAX_ERROR = 2000;

    private final int maxBytes;

    /** Letters that carry at most {@code maxBytes} of a value and as many of a key. */
    public DeadLetters(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A letter about {@code record}, which it may share bytes with. */
    public DeadLetter letter(RawRecord record, DeadLetterReason reason, String error) {
        DeadLetter letter = new DeadLetter();
        letter.setValue(record.value() == null ? ByteBuffer.allocate(0) : bounded(record.value()));
        letter.setKey(record.key() == null ? null : bounded(record.key()));
        letter.setTopic(record.topic());
        letter.setPartition(record.partition());
        letter.setOffset(record.offset());
        letter.setReason(reason);
        letter.setError(error.length() <= MAX_ERROR ? error : error.substring(0, MAX_ERROR) + "...");
        return letter;
    }

    /** The reason of a letter about what a learner refused. */
    static DeadLetterReason reason(Rejection.Reason reason) {
        return switch (reason) {
            case WRONG_SIZE -> DeadLetterReason.WRONG_SIZE;
            case NOT_FINITE -> DeadLetterReason.NOT_FINITE;
            case LABEL_OUT_OF_RANGE -> DeadLetterReason.LABEL_OUT_OF_RANGE;
            case UNKNOWN_ACTION -> DeadLetterReason.UNKNOWN_ACTION;
            case WRONG_KIND -> DeadLetterReason.WRONG_KIND;
        };
    }

    private ByteBuffer bounded(byte[] bytes) {
        return ByteBuffer.wrap(bytes.length <= maxBytes ? bytes : Arrays.copyOf(bytes, maxBytes));
    }
}
