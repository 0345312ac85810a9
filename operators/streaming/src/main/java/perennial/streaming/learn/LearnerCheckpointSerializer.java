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
import perennial.learning.state.StateFormatException;
import perennial.streaming.learn.LearnerCheckpoint.SourceCheckpoint;
import perennial.streaming.learn.LearnerCheckpoint.TrainedThrough;
import perennial.streaming.types.Fields;
import perennial.streaming.types.ImmutableSerializer;

/**
 * Serialiser of {@link LearnerCheckpoint}s. The bytes begin with the version of their layout; every version that was
 * ever released must stay readable. Copies are the same instance: a copy would hold up the learner.
 */
public final class LearnerCheckpointSerializer extends ImmutableSerializer<LearnerCheckpoint> {

    private static final long serialVersionUID = 1L;
    private static final int WITHOUT_SOURCE = 1;
    private static final int WITH_SOURCE = 2;

    @Override
    public void serialize(LearnerCheckpoint checkpoint, DataOutputView target) throws IOException {
        SourceCheckpoint source = checkpoint.source();
        target.writeByte(source == null ? WITHOUT_SOURCE : WITH_SOURCE);
        Fields.writeText(checkpoint.learner(), target);
        Fields.writeText(checkpoint.stream(), target);
        target.writeInt(checkpoint.trainedThrough().size());
        for (TrainedThrough position : checkpoint.trainedThrough()) {
            Fields.writeText(position.stream(), target);
            target.writeInt(position.actor());
            target.writeLong(position.sequence());
        }
        LearnerStateCodec.write(checkpoint.state(), target);
        if (source != null) {
            target.writeLong(source.tickets());
            Fields.writeBytes(source.state(), target);
        }
    }

    @Override
    public LearnerCheckpoint deserialize(DataInputView source) throws IOException {
        int version = Fields.readVersion(source, "a learner's checkpoint", WITH_SOURCE);
        String learner = Fields.readText(source);
        String stream = Fields.readText(source);
        int count = Fields.readCount(source);
        List<TrainedThrough> trainedThrough = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            trainedThrough.add(new TrainedThrough(Fields.readText(source), source.readInt(), source.readLong()));
        }
        LearnerState state = readState(learner, source);
        return new LearnerCheckpoint(
                learner, stream, trainedThrough, state, version < WITH_SOURCE ? null : readSource(source));
    }

    private static LearnerState readState(String learner, DataInputView source) throws IOException {
        try {
            return LearnerStateCodec.read(source);
        } catch (StateFormatException e) {
            throw new DamagedStateException(
                    e.getMessage() + " learner=" + learner + "; go on from the checkpoint before this one");
        }
    }

    private static SourceCheckpoint readSource(DataInputView source) throws IOException {
        long tickets = source.readLong();
        byte[] state = Fields.readBytes(source);
        if (state == null) {
            throw new IOException("a learner's source must have a state: tickets=" + tickets);
        }
        return new SourceCheckpoint(tickets, state);
    }

    @Override
    public LearnerCheckpoint createInstance() {
        return new LearnerCheckpoint("", "", List.of(), new LearnerState(), null);
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
