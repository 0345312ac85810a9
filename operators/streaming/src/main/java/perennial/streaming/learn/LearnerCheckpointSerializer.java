package perennial.streaming.learn;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import perennial.learning.state.LearnerState;
import perennial.learning.state.LearnerStateCodec;
import perennial.streaming.learn.LearnerCheckpoint.TrainedThrough;
import perennial.streaming.types.Fields;
import perennial.streaming.types.ImmutableSerializer;

/**
 * Serialiser of {@link LearnerCheckpoint}s. The bytes begin with the version of their layout; every version that was
 * ever released must stay readable. Copies are the same instance: a copy would hold up the learner.
 */
public final class LearnerCheckpointSerializer extends ImmutableSerializer<LearnerCheckpoint> {

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
    public LearnerCheckpoint createInstance() {
        return new LearnerCheckpoint("", "", List.of(), new LearnerState());
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
