package perennial.streaming.assign;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import perennial.streaming.types.Fields;
import perennial.streaming.types.ImmutableSerializer;

/**
 * Serialiser of {@link SequencePosition}s in checkpoints. Each begins with the version of its layout; every version that
 * was ever released must stay readable.
 */
public final class SequencePositionSerializer extends ImmutableSerializer<SequencePosition> {

    private static final long serialVersionUID = 1L;
    private static final int VERSION = 1;

    @Override
    public void serialize(SequencePosition position, DataOutputView target) throws IOException {
        target.writeByte(VERSION);
        Fields.writeText(position.stream(), target);
        target.writeInt(position.actor());
        target.writeLong(position.sequence());
        Fields.writeText(position.topic(), target);
        target.writeInt(position.partition());
        target.writeLong(position.offset());
    }

    @Override
    public SequencePosition deserialize(DataInputView source) throws IOException {
        Fields.readVersion(source, "a sequence position", VERSION);
        return new SequencePosition(
                Fields.readText(source),
                source.readInt(),
                source.readLong(),
                Fields.readText(source),
                source.readInt(),
                source.readLong());
    }

    @Override
    public SequencePosition createInstance() {
        return new SequencePosition("", 0, 0, "", 0, 0);
    }

    @Override
    public TypeSerializerSnapshot<SequencePosition> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serialiser in a snapshot. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<SequencePosition> {
        public Snapshot() {
            super(SequencePositionSerializer::new);
        }
    }
}
