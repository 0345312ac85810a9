package perennial.streaming.assign;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import perennial.learning.event.Event;
import perennial.learning.event.Features;

/**
 * Reads events from the bytes of {@link perennial.schemas.RecordCodec} straight into the object that learners take in: no object is made for
 * a record, a field or a value, but for a stream's name where it is another one than the record's before.
 *
 * <p>It knows the fields of one schema, and of that only what a writer has reason to write. Of bytes that are missing or too many it can be
 * sure, and says so: a stranger may send thousands of such records a second. Whatever else there may be, other versions first of all,
 * it leaves to the decoder that knows all of Avro. Not thread-safe.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#binary-encoding">Avro, binary encoding</a>
 */
final class EventReader {

    /** Fingerprint of the schema that is known here: {@code Event.avsc} as it stands. */
    static final long SCHEMA = 0x04AA5EA261E6E586L;

    private static final String NAME = "perennial.v1.Event";

    private static final int HEADER = 10;
    private static final short MARKER = (short) 0xC301;

    private static final int MOST_GROUPS_OF_INT = 5;

    // Places in the unions of the schema.
    private static final int LABELLED_EXAMPLE = 0;
    private static final int LABEL_RESET = 1;
    private static final int TRANSITION = 2;
    private static final int EPISODE_END = 3;
    private static final int BYTES = 0;
    private static final int FLOATS = 1;
    private static final int CLASS = 0;
    private static final int TARGET = 1;

    /** The symbols of {@code LabelResetKind.avsc}, in its order. */
    private static final Event.ResetKind[] RESET_KINDS = {
        Event.ResetKind.LABELS_REDRAWN,
        Event.ResetKind.CLASSES_PERMUTED,
        Event.ResetKind.PIXELS_PERMUTED,
        Event.ResetKind.ENVIRONMENT_CHANGED,
        Event.ResetKind.OTHER
    };

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    private int at;

    /** Whether something was read that is not known here; then nothing that was read counts. */
    private boolean isStrange;

    /** Where bytes were missing until which all was known. */
    private int cutAt;

    /** How many were to come there; 0 where none were missing. */
    private long needed;

    private byte[] streamBytes = new byte[0];
    private String stream = "";

    /**
     * Reads a record.
     *
     * @param record Not modified.
     * @param event Modified. Where this is false, what it says means nothing.
     * @return whether the event says what the record says
     */
    boolean read(byte[] record, Event event) {
        bytes = record;
        isStrange = false;
        needed = 0;
        if (record.length < HEADER
                || (short) SHORTS.get(record, 0) != MARKER
                || (long) LONGS.get(record, 2) != SCHEMA) {
            isStrange = true;
            return false;
        }
        at = HEADER;
        event.stream = readStream();
        event.sequence = readLong();
        event.actor = readInt();
        // The event's time, which learners do not know of.
        readLong();
        switch (readInt()) {
            case LABELLED_EXAMPLE -> readExample(event);
            case LABEL_RESET -> readReset(event);
            case TRANSITION -> readTransition(event);
            case EPISODE_END -> readEpisodeEnd(event);
            default -> isStrange = true;
        }
        return !isStrange && at == bytes.length;
    }

    /** What is wrong with the record that was not read; empty where another reader may find that nothing is. */
    Optional<String> error() {
        if (needed > 0) {
            return Optional.of("a record must have all bytes that its schema and its lengths ask for: schema=" + NAME
                    + " length=" + bytes.length + " at byte=" + cutAt + " needed=" + needed + " left="
                    + (bytes.length - cutAt));
        }
        if (isStrange) {
            return Optional.empty();
        }
        return Optional.of("a record must end with its last field: schema=" + NAME + " length=" + bytes.length
                + " bytes left=" + (bytes.length - at));
    }

    private void readExample(Event event) {
        event.kind = Event.Kind.EXAMPLE;
        readFeatures(readInt(), event.features);
        switch (readInt()) {
            case CLASS -> {
                event.label = readInt();
                event.target.resizeFloats(0);
            }
            case TARGET -> {
                event.label = -1;
                readFloats(event.target);
            }
            default -> isStrange = true;
        }
    }

    private void readReset(Event event) {
        event.kind = Event.Kind.LABEL_RESET;
        event.task = readInt();
        int kind = readInt();
        if (kind < 0 || kind >= RESET_KINDS.length) {
            isStrange = true;
            return;
        }
        event.resetKind = RESET_KINDS[kind];
        // The note, which learners do not know of. Its length is read first: that moves the place, too.
        int note = readLength(1);
        at += note;
    }

    private void readTransition(Event event) {
        event.kind = Event.Kind.TRANSITION;
        readFeatures(readInt(), event.features);
        event.action = readInt();
        event.reward = readFloat();
        event.terminal = readBoolean();
        event.truncated = readBoolean();
        event.episode = readLong();
        // The first type of this union is null.
        int next = readInt();
        event.hasNextObservation = next > 0;
        if (next != 0) {
            readFeatures(next - 1, event.nextObservation);
        }
    }

    private void readEpisodeEnd(Event event) {
        event.kind = Event.Kind.EPISODE_END;
        event.episode = readLong();
        event.episodeReturn = readDouble();
        event.episodeLength = readLong();
    }

    private void readFeatures(int type, Features features) {
        switch (type) {
            case BYTES -> {
                int length = readLength(1);
                System.arraycopy(bytes, at, features.resizeBytes(length), 0, length);
                at += length;
            }
            case FLOATS -> readFloats(features);
            default -> isStrange = true;
        }
    }

    /** An array in one block, as arrays are written, or an empty one. */
    private void readFloats(Features features) {
        int count = readLength(Float.BYTES);
        float[] floats = features.resizeFloats(count);
        for (int i = 0; i < count; i++) {
            floats[i] = Float.intBitsToFloat((int) INTS.get(bytes, at + i * Float.BYTES));
        }
        at += count * Float.BYTES;
        if (count > 0 && readInt() != 0) {
            isStrange = true;
        }
    }

    private String readStream() {
        int length = readLength(1);
        if (length != streamBytes.length || !Arrays.equals(bytes, at, at + length, streamBytes, 0, length)) {
            streamBytes = Arrays.copyOfRange(bytes, at, at + length);
            stream = new String(streamBytes, StandardCharsets.UTF_8);
        }
        at += length;
        return stream;
    }

    /** A number of things of {@code size} bytes each that are all there; 0 where they are not, which is strange. */
    private int readLength(int size) {
        long length = readLong();
        if (length < 0) {
            isStrange = true;
            return 0;
        }
        if (length > (bytes.length - at) / size) {
            cut(length > Long.MAX_VALUE / size ? Long.MAX_VALUE : length * size);
            return 0;
        }
        return (int) length;
    }

    private int readInt() {
        int start = at;
        long value = readLong();
        if (value != (int) value || at - start > MOST_GROUPS_OF_INT) {
            isStrange = true;
        }
        return (int) value;
    }

    /** A whole number in as many groups of seven bits as it needs, the lowest first, its sign in the lowest bit. */
    private long readLong() {
        long value = 0;
        for (int shift = 0; shift < 63 && at < bytes.length; shift += 7) {
            byte group = bytes[at++];
            value |= (long) (group & 0x7F) << shift;
            if (group >= 0) {
                return value >>> 1 ^ -(value & 1);
            }
        }
        if (at == bytes.length) {
            cut(1);
        } else {
            // So large that its last bit stands alone.
            isStrange = true;
        }
        return 0;
    }

    private float readFloat() {
        if (bytes.length - at < Float.BYTES) {
            cut(Float.BYTES);
            return 0;
        }
        int bits = (int) INTS.get(bytes, at);
        at += Float.BYTES;
        return Float.intBitsToFloat(bits);
    }

    private double readDouble() {
        if (bytes.length - at < Double.BYTES) {
            cut(Double.BYTES);
            return 0;
        }
        long bits = (long) LONGS.get(bytes, at);
        at += Double.BYTES;
        return Double.longBitsToDouble(bits);
    }

    private boolean readBoolean() {
        if (at == bytes.length) {
            cut(1);
            return false;
        }
        if (bytes[at] < 0 || bytes[at] > 1) {
            isStrange = true;
            return false;
        }
        return bytes[at++] == 1;
    }

    /** Of what comes here there should be {@code count} bytes, and are not. */
    private void cut(long count) {
        if (!isStrange) {
            cutAt = at;
            needed = count;
        }
        isStrange = true;
    }
}
