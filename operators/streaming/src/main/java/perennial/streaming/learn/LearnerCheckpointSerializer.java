package perennial.streaming.learn;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import perennial.learning.state.LearnerState;
import perennial.learning.state.LearnerStateCodec;
import perennial.streaming.learn.LearnerCheckpoint.TrainedThrough;
import perennial.streaming.types.Fields;

/**
 * Serialiser of {@link LearnerCheckpoint}s. The bytes begin with the version of their layout; every version that was
 * ever released must stay readable.
 */
public final class LearnerCheckpointSerializer extends TypeSerializerSingleton<LearnerCheckpoint> {

    private static final long serialVersionUID = 1L;
    private static final int VERSION = 1;

    @Override
    public void serialize(LearnerCheckpoint checkpoint, DataOutputView target) throws IOException {
        target.writeByte(VERSION);
        Fields.writeText(checkpoint.learner(), target);
        Fields.writeText(checkpoint.stream(), target);
        target.writeInt(checkpoint.trainedThrough().size());
        for (TrainedThrough position : checkpoint.trainedThrough()) {
            Fields.writeText(position.stream(), target);
            target.writeInt(position.actor());
            target.writeLong(position.sequence());
        }
        LearnerStateCodec.write(checkpoint.state(), target);
    }

    @Override
    public LearnerCheckpoint deserialize(DataInputView source) throws IOException {
        Fields.readVersion(source, "a learner's checkpoint", VERSION);
        String learner = Fields.readText(source);
        String stream = Fields.readText(source);
        int count = source.readInt();
        List<TrainedThrough> trainedThrough = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            trainedThrough.add(new TrainedThrough(Fields.readText(source), source.readInt(), source.readLong()));
        }
        return new LearnerCheckpoint(learner, stream, trainedThrough, LearnerStateCodec.read(source));
    }

    @Override
    public LearnerCheckpoint deserialize(LearnerCheckpoint reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    /** The same instance: a checkpoint does not change, and a copy of it would hold up the learner. */
    @Override
    public LearnerCheckpoint copy(LearnerCheckpoint from) {
        return from;
    }

    @Override
    public LearnerCheckpoint copy(LearnerCheckpoint from, LearnerCheckpoint reuse) {
        return from;
    }

    @Override
    public LearnerCheckpoint createInstance() {
        return new LearnerCheckpoint("", "", List.of(), new LearnerState());
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public TypeSerializerSnapshot<LearnerCheckpoint> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serialiser in a snapshot. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<LearnerCheckpoint> {
        public Snapshot() {
            super(LearnerCheckpointSerializer::new);
        }
    }
}
