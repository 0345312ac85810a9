package perennial.streaming.learn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import perennial.learning.state.LearnerState;
import perennial.streaming.types.Fields;

/** How the entries of a {@link LearnerState} lie in a checkpoint: count, then name, kind, length and values of each. */
final class StateEntries {

    private static final int CHUNK = 1 << 16;

    private StateEntries() {}

    static void write(LearnerState state, DataOutputView target) throws IOException {
        target.writeInt(state.entries().size());
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (Map.Entry<String, Object> entry : state.entries().entrySet()) {
            Fields.writeText(entry.getKey(), target);
            Object value = entry.getValue();
            if (value instanceof float[] floats) {
                target.writeByte('f');
                target.writeInt(floats.length);
                for (int from = 0; from < floats.length; from += CHUNK / Float.BYTES) {
                    int count = Math.min(CHUNK / Float.BYTES, floats.length - from);
                    chunk.asFloatBuffer().put(floats, from, count);
                    target.write(chunk.array(), 0, count * Float.BYTES);
                }
            } else if (value instanceof double[] doubles) {
                target.writeByte('d');
                target.writeInt(doubles.length);
                for (double number : doubles) {
                    target.writeDouble(number);
                }
            } else if (value instanceof long[] longs) {
                target.writeByte('l');
                target.writeInt(longs.length);
                for (long number : longs) {
                    target.writeLong(number);
                }
            } else if (value instanceof int[] ints) {
                target.writeByte('i');
                target.writeInt(ints.length);
                for (int number : ints) {
                    target.writeInt(number);
                }
            } else if (value instanceof byte[] bytes) {
                target.writeByte('b');
                Fields.writeBytes(bytes, target);
            } else {
                target.writeByte('s');
                Fields.writeText((String) value, target);
            }
        }
    }

    static LearnerState read(DataInputView source) throws IOException {
        LearnerState state = new LearnerState();
        int entries = source.readInt();
        byte[] chunk = new byte[CHUNK];
        for (int i = 0; i < entries; i++) {
            String name = Fields.readText(source);
            int kind = source.readByte();
            switch (kind) {
                case 'f' -> {
                    float[] floats = new float[source.readInt()];
                    for (int from = 0; from < floats.length; from += CHUNK / Float.BYTES) {
                        int count = Math.min(CHUNK / Float.BYTES, floats.length - from);
                        source.readFully(chunk, 0, count * Float.BYTES);
                        ByteBuffer.wrap(chunk).asFloatBuffer().get(floats, from, count);
                    }
                    state.put(name, floats);
                }
                case 'd' -> {
                    double[] doubles = new double[source.readInt()];
                    for (int j = 0; j < doubles.length; j++) {
                        doubles[j] = source.readDouble();
                    }
                    state.put(name, doubles);
                }
                case 'l' -> {
                    long[] longs = new long[source.readInt()];
                    for (int j = 0; j < longs.length; j++) {
                        longs[j] = source.readLong();
                    }
                    state.put(name, longs);
                }
                case 'i' -> {
                    int[] ints = new int[source.readInt()];
                    for (int j = 0; j < ints.length; j++) {
                        ints[j] = source.readInt();
                    }
                    state.put(name, ints);
                }
                case 'b' -> state.put(name, Fields.readBytes(source));
                case 's' -> state.put(name, Fields.readText(source));
                default ->
                    throw new IOException("a state entry must be of a known kind: name=" + name + " kind=" + kind);
            }
        }
        return state;
    }
}
