package perennial.streaming.assign;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import perennial.learning.event.Rejection;
import perennial.streaming.types.RawRecord;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.OriginalHeader;

/**
 * Makes the letters that say why a record could not be used. A letter is bounded however large its record was, so that
 * it can always be delivered.
 */
public final class DeadLetters {

    /** Characters of an error that are kept: names within it may be as long as a record. */
    static final int MAX_ERROR = 2000;

    /** Of a letter that is cut, one in so many bytes is the key's. */
    private static final int KEY_SHARE = 4;

    private final int maxBytes;

    /** Letters that carry records of at most {@code maxBytes} whole, and of larger ones no more than this. */
    public DeadLetters(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A letter about {@code record}, which it may share bytes with. */
    public DeadLetter letter(RawRecord record, DeadLetterReason reason, String error) {
        DeadLetter letter = new DeadLetter();
        if (bytes(record) <= maxBytes) {
            letter.setKey(wrapped(record.key()));
            letter.setValue(wrapped(record.value()));
            letter.setHeaders(headers(record));
        } else {
            letter.setKey(first(maxBytes / KEY_SHARE, record.key()));
            letter.setValue(first(maxBytes - maxBytes / KEY_SHARE, record.value()));
            letter.setHeaders(List.of());
        }
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

    /** Bytes of key, value and headers together. */
    static long bytes(RawRecord record) {
        long bytes = length(record.key()) + length(record.value());
        // By index: an iterator would be an object for each record.
        List<RawRecord.Header> headers = record.headers();
        for (int i = 0; i < headers.size(); i++) {
            // No character has more than three bytes in UTF-8 for each of its units.
            bytes += 3L * headers.get(i).name().length() + length(headers.get(i).value());
        }
        return bytes;
    }

    private static List<OriginalHeader> headers(RawRecord record) {
        if (record.headers().isEmpty()) {
            return List.of();
        }
        List<OriginalHeader> headers = new ArrayList<>(record.headers().size());
        for (RawRecord.Header header : record.headers()) {
            headers.add(new OriginalHeader(header.name(), wrapped(header.value())));
        }
        return headers;
    }

    private static long length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static ByteBuffer wrapped(byte[] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    private static ByteBuffer first(int count, byte[] bytes) {
        return bytes == null || bytes.length <= count ? wrapped(bytes) : ByteBuffer.wrap(Arrays.copyOf(bytes, count));
    }
}
