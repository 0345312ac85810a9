package perennial.jobs.graph;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import perennial.schemas.RecordCodec;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;
import perennial.v1.Transition;

/**
 * Two streams, of examples and of transitions, of whose records one in a hundred is no good, each in one of many ways. Records go
 * to the partitions that they name; both streams end with a label reset. Not thread-safe.
 */
final class PoisonRecords {

    static final String EXAMPLES = "s";
    static final String TRANSITIONS = "play";
    static final String UNFOLLOWED = "nobody";
    static final int SIZE = 4;
    static final int CLASSES = 3;
    static final int ACTIONS = 2;
    static final int MAX_RECORD_BYTES = 4096;

    /** Of so many records one is bad, unless told otherwise; the rest is good. */
    static final int ONE_IN = 100;

    /** Of so many good records one is a transition: they cost more. */
    private static final int TRANSITIONS_ONE_IN = 50;

    /** A way to be bad. */
    enum Kind {
        BAD_MAGIC(DeadLetterReason.UNDECODABLE),
        TRUNCATED(DeadLetterReason.UNDECODABLE),
        UNKNOWN_SCHEMA(DeadLetterReason.UNDECODABLE),
        TRAILING_BYTES(DeadLetterReason.UNDECODABLE),
        OTHER_RECORD(DeadLetterReason.UNDECODABLE),
        LYING_LENGTH(DeadLetterReason.UNDECODABLE),
        CUT_JSON(DeadLetterReason.UNDECODABLE),
        DEEP_JSON(DeadLetterReason.UNDECODABLE),
        NULL_VALUE(DeadLetterReason.UNDECODABLE),
        EMPTY_VALUE_NULL_KEY(DeadLetterReason.UNDECODABLE),
        FORGED_HEADERS(DeadLetterReason.UNDECODABLE),
        OVERSIZED(DeadLetterReason.TOO_LARGE),
        OVERSIZED_KEY(DeadLetterReason.TOO_LARGE),
        WRONG_SHAPE(DeadLetterReason.WRONG_SIZE),
        NOT_A_NUMBER(DeadLetterReason.NOT_FINITE),
        INFINITE_REWARD(DeadLetterReason.NOT_FINITE),
        LABEL_TOO_HIGH(DeadLetterReason.LABEL_OUT_OF_RANGE),
        LABEL_NEGATIVE(DeadLetterReason.LABEL_OUT_OF_RANGE),
        UNKNOWN_ACTION(DeadLetterReason.UNKNOWN_ACTION),
        UNKNOWN_STREAM(DeadLetterReason.UNKNOWN_STREAM),
        WRONG_KIND(DeadLetterReason.WRONG_KIND),
        REPEATED(DeadLetterReason.SEQUENCE_REPEATED),
        GAP(DeadLetterReason.SEQUENCE_GAP);

        final DeadLetterReason reason;

        Kind(DeadLetterReason reason) {
            this.reason = reason;
        }
    }

    /** A record that must become a dead letter. */
    record Bad(Kind kind, ProducerRecord<byte[], byte[]> record) {}

    private final RecordCodec codec = new RecordCodec();
    private final String topic;
    private boolean poisoned;
    private final int size;
    private final int oneIn;
    private final List<Bad> bad = new ArrayList<>();
    private long examples;
    private long transitions;
    private long unfollowed;
    private long goodExamples;
    private long goodTransitions;
    private long made;

    /** @param poisoned false for the same good records without the bad ones */
    PoisonRecords(String topic, boolean poisoned) {
        this(topic, poisoned, SIZE, ONE_IN);
    }

    /**
     * @param size features of an example; with a header they fit in {@link #MAX_RECORD_BYTES}
     * @param oneIn of so many records one is bad
     */
    PoisonRecords(String topic, boolean poisoned, int size, int oneIn) {
        this.oneIn = oneIn;
        this.topic = topic;
        this.poisoned = poisoned;
        this.size = size;
    }

    /** Whether there are bad ones among the records that follow. */
    void poison(boolean poisoned) {
        this.poisoned = poisoned;
    }

    /** The next record, good or bad. */
    ProducerRecord<byte[], byte[]> next() {
        long number = made++;
        if (number % oneIn == oneIn / 2 && poisoned) {
            Kind[] kinds = Kind.values();
            Kind kind = kinds[(int) (number / oneIn % kinds.length)];
            ProducerRecord<byte[], byte[]> record = bad(kind);
            bad.add(new Bad(kind, record));
            return record;
        }
        if (number % TRANSITIONS_ONE_IN == 1) {
            goodTransitions++;
            return record(1, TRANSITIONS, transition(transitions++, 1, 0.5f));
        }
        goodExamples++;
        byte[] event = example(EXAMPLES, examples++, size, 0.5f, (int) (number % CLASSES));
        // Neither a key nor headers are needed.
        return number % 7 == 0
                ? new ProducerRecord<>(topic, 0, null, null, event, List.of(header("trace", "7")))
                : record(0, EXAMPLES, event);
    }

    /** The label reset that closes the first task of a stream; all records before it are in it. */
    ProducerRecord<byte[], byte[]> reset(String stream) {
        long sequence =
                switch (stream) {
                    case EXAMPLES -> examples++;
                    case TRANSITIONS -> transitions++;
                    default -> unfollowed++;
                };
        return record(
                stream.equals(TRANSITIONS) ? 1 : 0,
                stream,
                codec.encode(new Event(stream, sequence, 0, 0L, new LabelReset(1, LabelResetKind.OTHER, ""))));
    }

    /** The bad records so far, in order. */
    List<Bad> bad() {
        return bad;
    }

    long goodExamples() {
        return goodExamples;
    }

    long goodTransitions() {
        return goodTransitions;
    }

    /** Records of the stream that nobody follows. */
    long unfollowed() {
        return unfollowed;
    }

    private ProducerRecord<byte[], byte[]> bad(Kind kind) {
        byte[] good = example(EXAMPLES, examples, size, 0.5f, 1);
        return switch (kind) {
            case BAD_MAGIC -> record(0, EXAMPLES, changed(good, 0, 0xC2));
            case TRUNCATED -> record(0, EXAMPLES, Arrays.copyOf(good, good.length - 5));
            case UNKNOWN_SCHEMA -> record(0, EXAMPLES, changed(good, 4, good[4] + 1));
            case TRAILING_BYTES -> record(0, EXAMPLES, Arrays.copyOf(good, good.length + 1));
            case OTHER_RECORD ->
                record(
                        0,
                        EXAMPLES,
                        codec.encode(new DeadLetter(null, null, List.of(), "t", 0, 0L, DeadLetterReason.OTHER, "")));
            case LYING_LENGTH -> record(0, EXAMPLES, lying());
            case CUT_JSON ->
                record(0, EXAMPLES, "{\"type\":\"example\",\"stream\":\"s\"".getBytes(StandardCharsets.UTF_8));
            case DEEP_JSON -> record(0, EXAMPLES, ("{\"x\":" + "[".repeat(3000)).getBytes(StandardCharsets.UTF_8));
            case NULL_VALUE -> record(0, EXAMPLES, null);
            case EMPTY_VALUE_NULL_KEY -> new ProducerRecord<>(topic, 0, null, new byte[0]);
            case FORGED_HEADERS ->
                new ProducerRecord<>(
                        topic,
                        0,
                        null,
                        bytes(EXAMPLES),
                        new byte[] {1, 2, 3},
                        List.of(
                                header("perennial.reason", "OTHER"),
                                header("perennial.offset", "no number"),
                                header("perennial.replayed", ""),
                                new RecordHeader("empty", (byte[]) null)));
            case OVERSIZED -> record(0, EXAMPLES, Arrays.copyOf(good, MAX_RECORD_BYTES));
            case OVERSIZED_KEY -> new ProducerRecord<>(topic, 0, new byte[MAX_RECORD_BYTES], good);
            case WRONG_SHAPE -> record(0, EXAMPLES, example(EXAMPLES, examples++, size + 1, 0.5f, 1));
            case NOT_A_NUMBER -> record(0, EXAMPLES, example(EXAMPLES, examples++, size, Float.NaN, 1));
            case INFINITE_REWARD -> record(1, TRANSITIONS, transition(transitions++, 1, Float.POSITIVE_INFINITY));
            case LABEL_TOO_HIGH -> record(0, EXAMPLES, example(EXAMPLES, examples++, size, 0.5f, CLASSES));
            case LABEL_NEGATIVE -> record(0, EXAMPLES, example(EXAMPLES, examples++, size, 0.5f, -1));
            case UNKNOWN_ACTION -> record(1, TRANSITIONS, transition(transitions++, ACTIONS, 0.5f));
            case UNKNOWN_STREAM -> record(0, UNFOLLOWED, example(UNFOLLOWED, unfollowed++, size, 0.5f, 1));
            case WRONG_KIND -> record(0, EXAMPLES, codec.encode(new Event(EXAMPLES, examples++, 0, 0L, step(1, 0.5f))));
            case REPEATED -> record(0, EXAMPLES, example(EXAMPLES, examples - 1, size, 0.5f, 1));
            case GAP -> {
                // Two records are lost: the next one tells, and is used.
                examples += 2;
                goodExamples++;
                yield record(0, EXAMPLES, example(EXAMPLES, examples++, size, 0.5f, 1));
            }
        };
    }

    private ProducerRecord<byte[], byte[]> record(int partition, String stream, byte[] value) {
        return new ProducerRecord<>(topic, partition, bytes(stream), value);
    }

    private byte[] example(String stream, long sequence, int size, float first, int label) {
        List<Float> features = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            features.add(i == 0 ? first : (sequence + i) % 10 / 10f);
        }
        return codec.encode(new Event(stream, sequence, 0, 0L, new LabelledExample(features, label)));
    }

    private byte[] transition(long sequence, int action, float reward) {
        return codec.encode(new Event(TRANSITIONS, sequence, 0, 0L, step(action, reward)));
    }

    private static Transition step(int action, float reward) {
        return new Transition(ByteBuffer.wrap(new byte[] {1, 2}), action, reward, false, false, 0L, null);
    }

    /** An example that says to have a milliard features. */
    private byte[] lying() {
        byte[] good = example(EXAMPLES, examples, size, 0.5f, 1);
        // Header, name of one letter with its length, sequence, actor, time, two branches; then the number of features.
        int at = 10 + 2 + varint(examples) + 1 + 1 + 1 + 1;
        byte[] count = {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};
        byte[] lying = Arrays.copyOf(good, good.length + count.length);
        System.arraycopy(count, 0, lying, at, count.length);
        return lying;
    }

    private static int varint(long value) {
        int bytes = 1;
        for (long rest = 2 * value >>> 7; rest != 0; rest >>>= 7) {
            bytes++;
        }
        return bytes;
    }

    private static byte[] changed(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
