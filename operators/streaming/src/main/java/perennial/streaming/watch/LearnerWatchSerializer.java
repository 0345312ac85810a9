package perennial.streaming.watch;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import perennial.streaming.types.Fields;

/**
 * Serialiser of {@link LearnerWatch}s in checkpoints. Each begins with the version of its layout; every version that was ever
 * released must stay readable.
 */
public final class LearnerWatchSerializer extends TypeSerializerSingleton<LearnerWatch> {

    private static final long serialVersionUID = 1L;
    private static final int VERSION = 1;

    @Override
    public void serialize(LearnerWatch watch, DataOutputView target) throws IOException {
        target.writeByte(VERSION);
        watch.write(target);
    }

    @Override
    public LearnerWatch deserialize(DataInputView source) throws IOException {
        Fields.readVersion(source, "a watched learner", VERSION);
        return LearnerWatch.read(source);
    }

    @Override
    public LearnerWatch deserialize(LearnerWatch reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public LearnerWatch copy(LearnerWatch from) {
        try {
            DataOutputSerializer target = new DataOutputSerializer(256);
            serialize(from, target);
            return deserialize(new DataInputDeserializer(target.getSharedBuffer(), 0, target.length()));
        } catch (IOException e) {
            throw new IllegalStateException("what was written to memory must be readable", e);
        }
    }

    @Override
    public LearnerWatch copy(LearnerWatch from, LearnerWatch reuse) {
        return copy(from);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public LearnerWatch createInstance() {
        return new LearnerWatch("");
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
    public TypeSerializerSnapshot<LearnerWatch> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serialiser in a snapshot. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<LearnerWatch> {
        public Snapshot() {
            super(LearnerWatchSerializer::new);
        }
    }
}
