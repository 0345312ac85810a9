package perennial.learning.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The binary format of a {@link LearnerState}, version {@value #VERSION}.
 *
 * <pre>
 * state   magic "PLST", int version, int number of entries, entries, int CRC-32 of all bytes before it
 * entry   short length of the name, name in UTF-8, byte type, int number of values, values
 * type    1 float, 2 double, 3 long, 4 int, 5 byte, 6 string in UTF-8 (its bytes are counted)
 * </pre>
 *
 * Magic, counts and the CRC are big-endian, values little-endian. A number of values is believed only as far as bytes
 * arrive, so that a damaged one cannot ask for more memory than a small multiple of the input. Stateless.
 */
public final class LearnerStateCodec {

    private static final int MAGIC = 0x504C5354;

    /** The version that is written; readers read it and every earlier one. */
    public static final int VERSION = 1;

    private static final int MAX_ENTRIES = 1 << 20;
    private static final int MAX_NAME_BYTES = 1 << 12;

    private static final int FLOATS = 1;
    private static final int DOUBLES = 2;
    private static final int LONGS = 3;
    private static final int INTS = 4;
    private static final int BYTES = 5;
    private static final int STRING = 6;

    private LearnerStateCodec() {}

    /** Writes {@code state}. Equal states have equal bytes. */
    public static void write(LearnerState state, DataOutput output) throws IOException {
        ChunkedOutput out = new ChunkedOutput(output);
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeInt(state.entries().size());
        for (Map.Entry<String, Object> entry : state.entries().entrySet()) {
            byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
            if (name.length > MAX_NAME_BYTES) {
                throw new IllegalArgumentException("the name of a state entry may have at most " + MAX_NAME_BYTES
                        + " bytes: bytes=" + name.length);
            }
            out.writeShort(name.length);
            out.writeBytes(name);
            writeValue(entry.getValue(), out);
        }
        out.finish();
    }

    private static void writeValue(Object value, ChunkedOutput out) throws IOException {
        if (value instanceof float[] floats) {
            out.writeByte(FLOATS);
            out.writeInt(floats.length);
            out.writeFloats(floats);
        } else if (value instanceof double[] doubles) {
            out.writeByte(DOUBLES);
            out.writeInt(doubles.length);
            out.writeDoubles(doubles);
        } else if (value instanceof long[] longs) {
            out.writeByte(LONGS);
            out.writeInt(longs.length);
            out.writeLongs(longs);
        } else if (value instanceof int[] ints) {
            out.writeByte(INTS);
            out.writeInt(ints.length);
            out.writeInts(ints);
        } else if (value instanceof byte[] bytes) {
            out.writeByte(BYTES);
            out.writeInt(bytes.length);
            out.writeBytes(bytes);
        } else if (value instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.writeByte(STRING);
            out.writeInt(bytes.length);
            out.writeBytes(bytes);
        } else {
            throw new IllegalStateException("a state entry has a type without a format: type=" + value.getClass());
        }
    }

    /**
     * Reads one state, and nothing beyond it.
     *
     * @throws StateFormatException if the bytes are something else, of a newer version, cut short, or damaged
     */
    public static LearnerState read(DataInput input) throws IOException {
        ChunkedInput in = new ChunkedInput(input);
        try {
            int magic = in.readInt();
            if (magic != MAGIC) {
                throw new StateFormatException("these bytes are not a learner's state: magic="
                        + Integer.toHexString(magic) + " expected=" + Integer.toHexString(MAGIC));
            }
            int version = in.readInt();
            if (version < 1 || version > VERSION) {
                throw new StateFormatException("the state was written in another version: version=" + version
                        + " readable=1 to " + VERSION + "; use the release that wrote it, or a newer one");
            }
            LearnerState state = readEntries(in);
            in.finish();
            return state;
        } catch (EOFException end) {
            throw new StateFormatException("the state ends too early: bytesRead=" + in.bytesRead(), end);
        }
    }

    private static LearnerState readEntries(ChunkedInput in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MAX_ENTRIES) {
            throw damaged("number of entries out of range: entries=" + count);
        }
        LearnerState state = new LearnerState();
        for (int i = 0; i < count; i++) {
            int nameLength = in.readShort();
            if (nameLength > MAX_NAME_BYTES) {
                throw damaged("name too long: entry=" + i + " bytes=" + nameLength);
            }
            String name = new String(in.readBytes(nameLength), StandardCharsets.UTF_8);
            int type = in.readByte();
            int length = in.readInt();
            if (length < 0) {
                throw damaged("negative length: entry=" + i + " length=" + length);
            }
            Object value = readValue(type, length, i, in);
            if (state.has(name)) {
                throw damaged("two entries have one name: entry=" + i);
            }
            state.put(name, value);
        }
        return state;
    }

    private static Object readValue(int type, int length, int entry, ChunkedInput in) throws IOException {
        return switch (type) {
            case FLOATS -> in.readFloats(length);
            case DOUBLES -> in.readDoubles(length);
            case LONGS -> in.readLongs(length);
            case INTS -> in.readInts(length);
            case BYTES -> in.readBytes(length);
            case STRING -> new String(in.readBytes(length), StandardCharsets.UTF_8);
            default -> throw damaged("unknown type: entry=" + entry + " type=" + type);
        };
    }

    static StateFormatException damaged(String what) {
        return new StateFormatException("the state is damaged: " + what);
    }
}
