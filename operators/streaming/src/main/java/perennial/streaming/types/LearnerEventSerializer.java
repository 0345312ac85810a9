package perennial.streaming.types;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import perennial.learning.event.Event;
import perennial.learning.event.Features;

/**
 * Serialiser of {@link LearnerEvent}s that allocates nothing once it has seen the sizes and names of a stream.
 *
 * <p>Flink reads records from the network with {@link #deserialize(DataInputView)}, object reuse or not. Therefore that
 * method fills and returns one instance that belongs to this serialiser, valid until the next call: right for an
 * operator that is done with an event when its call returns, as the learners' is, and for nobody else. {@link
 * #copy(LearnerEvent)} gives an instance of the caller's own. Not thread-safe; {@link #duplicate()} per thread.
 */
public final class LearnerEventSerializer extends TypeSerializer<LearnerEvent> {

    private static final long serialVersionUID = 1L;

    /** The type of the stream between assignment and learners. */
    public static final TypeInformation<LearnerEvent> TYPE_INFO =
            new SerialiserTypeInfo<>(LearnerEvent.class, new LearnerEventSerializer());

    // The ordinals are written: both enumerations may only grow at their end.
    private static final Event.Kind[] KINDS = Event.Kind.values();
    private static final Event.ResetKind[] RESET_KINDS = Event.ResetKind.values();

    private static final int CHUNK_FLOATS = 2048;
    private static final int KEY_SLOTS = 256;

    private final transient TextCache texts = new TextCache();
    private final transient LearnerEvent shared = new LearnerEvent();
    private final transient Integer[] keys = new Integer[KEY_SLOTS];
    private final transient byte[] chunk = new byte[CHUNK_FLOATS * Float.BYTES];
    private final transient FloatBuffer chunkAsFloats =
            ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();

    @Override
    public void serialize(LearnerEvent record, DataOutputView target) throws IOException {
        target.writeInt(record.key());
        texts.write(record.learner(), target);
        Event event = record.event();
        target.writeByte(event.kind.ordinal());
        texts.write(event.stream, target);
        target.writeInt(event.actor);
        target.writeLong(event.sequence);
        switch (event.kind) {
            case EXAMPLE -> {
                write(event.features, target);
                target.writeInt(event.label);
                write(event.target, target);
            }
            case LABEL_RESET -> {
                target.writeInt(event.task);
                target.writeByte(event.resetKind.ordinal());
            }
            case TRANSITION -> {
                write(event.features, target);
                target.writeInt(event.action);
                target.writeFloat(event.reward);
                target.writeBoolean(event.terminal);
                target.writeBoolean(event.truncated);
                target.writeLong(event.episode);
                target.writeBoolean(event.hasNextObservation);
                if (event.hasNextObservation) {
                    write(event.nextObservation, target);
                }
            }
            case EPISODE_END -> {
                target.writeLong(event.episode);
                target.writeDouble(event.episodeReturn);
                target.writeLong(event.episodeLength);
            }
        }
    }

    /** Fills and returns the instance that belongs to this serialiser. */
    @Override
    public LearnerEvent deserialize(DataInputView source) throws IOException {
        return deserialize(shared, source);
    }

    @Override
    public LearnerEvent deserialize(LearnerEvent reuse, DataInputView source) throws IOException {
        reuse.address(key(source.readInt()), texts.read(source));
        Event event = reuse.event();
        event.kind = KINDS[Fields.readOrdinal(source, KINDS.length)];
        event.stream = texts.read(source);
        event.actor = source.readInt();
        event.sequence = source.readLong();
        switch (event.kind) {
            case EXAMPLE -> {
                read(event.features, source);
                event.label = source.readInt();
                read(event.target, source);
            }
            case LABEL_RESET -> {
                event.task = source.readInt();
                event.resetKind = RESET_KINDS[Fields.readOrdinal(source, RESET_KINDS.length)];
            }
            case TRANSITION -> {
                read(event.features, source);
                event.action = source.readInt();
                event.reward = source.readFloat();
                event.terminal = source.readBoolean();
                event.truncated = source.readBoolean();
                event.episode = source.readLong();
                event.hasNextObservation = source.readBoolean();
                if (event.hasNextObservation) {
                    read(event.nextObservation, source);
                }
            }
            case EPISODE_END -> {
                event.episode = source.readLong();
                event.episodeReturn = source.readDouble();
                event.episodeLength = source.readLong();
            }
        }
        return reuse;
    }

    private Integer key(int value) {
        int slot = value & (KEY_SLOTS - 1);
        Integer known = keys[slot];
        if (known == null || known != value) {
            known = value;
            keys[slot] = known;
        }
        return known;
    }

    private void write(Features features, DataOutputView target) throws IOException {
        int length = features.length();
        target.writeBoolean(features.isBytes());
        target.writeInt(length);
        if (features.isBytes()) {
            target.write(features.bytes(), 0, length);
            return;
        }
        for (int from = 0; from < length; from += CHUNK_FLOATS) {
            int count = Math.min(CHUNK_FLOATS, length - from);
            chunkAsFloats.put(0, features.floats(), from, count);
            target.write(chunk, 0, count * Float.BYTES);
        }
    }

    private void read(Features features, DataInputView source) throws IOException {
        boolean isBytes = source.readBoolean();
        int length = source.readInt();
        Fields.requireNotNegative(length);
        if ((long) length * (isBytes ? 1 : Float.BYTES) > Fields.BELIEVED) {
            readLarge(features, isBytes, length, source);
            return;
        }
        if (isBytes) {
            source.readFully(features.resizeBytes(length), 0, length);
            return;
        }
        float[] floats = features.resizeFloats(length);
        for (int from = 0; from < length; from += CHUNK_FLOATS) {
            int count = Math.min(CHUNK_FLOATS, length - from);
            source.readFully(chunk, 0, count * Float.BYTES);
            chunkAsFloats.get(0, floats, from, count);
        }
    }

    /** Reads values that are so many that their number is only believed as they arrive. */
    private static void readLarge(Features features, boolean isBytes, int length, DataInputView source)
            throws IOException {
        if (isBytes) {
            System.arraycopy(Fields.readBytes(length, source), 0, features.resizeBytes(length), 0, length);
            return;
        }
        if (length > Integer.MAX_VALUE / Float.BYTES) {
            throw new IOException(
                    "an event must have at most " + Integer.MAX_VALUE / Float.BYTES + " values: length=" + length);
        }
        byte[] bytes = Fields.readBytes(length * Float.BYTES, source);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(features.resizeFloats(length), 0, length);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public LearnerEvent copy(LearnerEvent from) {
        return copy(from, new LearnerEvent());
    }

    @Override
    public LearnerEvent copy(LearnerEvent from, LearnerEvent reuse) {
        reuse.copyFrom(from);
        return reuse;
    }

    @Override
    public LearnerEvent createInstance() {
        return new LearnerEvent();
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public TypeSerializer<LearnerEvent> duplicate() {
        return new LearnerEventSerializer();
    }

    // Transient fields come back empty from Java serialisation, which ships a job graph: begin anew instead.
    private Object readResolve() {
        return new LearnerEventSerializer();
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof LearnerEventSerializer;
    }

    @Override
    public int hashCode() {
        return LearnerEventSerializer.class.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<LearnerEvent> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serialiser in a snapshot. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<LearnerEvent> {
        public Snapshot() {
            super(LearnerEventSerializer::new);
        }
    }
}
