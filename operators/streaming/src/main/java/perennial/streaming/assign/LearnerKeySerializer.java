package perennial.streaming.assign;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import perennial.streaming.types.Fields;
import perennial.streaming.types.ImmutableSerializer;

/**
 * Serialiser of {@link LearnerKey}s in checkpoints. Each begins with the version of its layout; every version that
 * was ever released must stay readable.
 */
public final class LearnerKeySerializer extends ImmutableSerializer<LearnerKey> {

    private static final long serialVersionUID = 1L;
    private static final int VERSION = 1;

    @Override
    public void serialize(LearnerKey key, DataOutputView target) throws IOException {
        target.writeByte(VERSION);
        Fields.writeText(key.learner(), target);
        target.writeInt(key.key());
    }

    @Override
    public LearnerKey deserialize(DataInputView source) throws IOException {
        Fields.readVersion(source, "a learner's key", VERSION);
        return new LearnerKey(Fields.readText(source), source.readInt());
    }

    @Override
    public LearnerKey createInstance() {
        return new LearnerKey("", 0);
    }

    @Override
    public TypeSerializerSnapshot<LearnerKey> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serialiser in a snapshot. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<LearnerKey> {
        public Snapshot() {
            super(LearnerKeySerializer::new);
        }
    }
}
