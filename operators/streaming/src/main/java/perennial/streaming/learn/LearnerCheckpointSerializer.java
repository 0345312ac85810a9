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
import perennial.streaming.learn.LearnerCheckpoint.SourceCheckpoint;
import perennial.streaming.learn.LearnerCheckpoint.TrainedThrough;
import perennial.streaming.types.Fields;
import perennial.streaming.types.ImmutableSerializer;
import perennial.streaming.types.RecordSerializer;
import perennial.v1.ControlCommand;

/**
 * Serialiser of {@link LearnerCheckpoint}s. The bytes begin with the version of their layout; every version that was
 * ever released must stay readable. Copies are the same instance: a copy would hold up the learner.
 */
public final class LearnerCheckpointSerializer extends ImmutableSerializer<LearnerCheckpoint> {

    private static final long serialVersionUID = 1L;
    private static final int WITHOUT_SOURCE = 1;
    private static final int WITH_SOURCE = 2;
    private static final int WITH_CONTROL = 3;

    @Override
    public void serialize(LearnerCheckpoint checkpoint, DataOutputView target) throws IOException {
        SourceCheckpoint source = checkpoint.source();
        ControlCheckpoint control = checkpoint.control();
        boolean isControlled = !control.equals(ControlCheckpoint.NONE);
        target.writeByte(isControlled ? WITH_CONTROL : source == null ? WITHOUT_SOURCE : WITH_SOURCE);
        Fields.writeText(checkpoint.learner(), target);
        Fields.writeText(checkpoint.stream(), target);
        target.writeInt(checkpoint.trainedThrough().size());
        for (TrainedThrough position : checkpoint.trainedThrough()) {
            Fields.writeText(position.stream(), target);
            target.writeInt(position.actor());
            target.writeLong(position.sequence());
        }
        LearnerStateCodec.write(checkpoint.state(), target);
        if (isControlled) {
            write(control, target);
            target.writeBoolean(source != null);
        }
        if (source != null) {
            target.writeLong(source.tickets());
            Fields.writeBytes(source.state(), target);
        }
    }

    private static void write(ControlCheckpoint control, DataOutputView target) throws IOException {
        target.writeInt(control.handled().size());
        for (String id : control.handled()) {
            Fields.writeText(id, target);
        }
        target.writeInt(control.scheduled().size());
        RecordSerializer<ControlCommand> commands = commands();
        for (ControlCommand command : control.scheduled()) {
            commands.serialize(command, target);
        }
        target.writeLong(control.retiredAt());
    }

    private static ControlCheckpoint readControl(DataInputView source) throws IOException {
        List<String> handled = new ArrayList<>();
        for (int left = source.readInt(); left > 0; left--) {
            handled.add(Fields.readText(source));
        }
        List<ControlCommand> scheduled = new ArrayList<>();
        RecordSerializer<ControlCommand> commands = commands();
        for (int left = source.readInt(); left > 0; left--) {
            scheduled.add(commands.deserialize(source));
        }
        return new ControlCheckpoint(handled, scheduled, source.readLong());
    }

    // One serialiser of checkpoints may serve several threads, and one of records may not.
    private static RecordSerializer<ControlCommand> commands() {
        return new RecordSerializer<>(ControlCommand.class);
    }

    @Override
    public LearnerCheckpoint deserialize(DataInputView source) throws IOException {
        int version = Fields.readVersion(source, "a learner's checkpoint", WITH_CONTROL);
        String learner = Fields.readText(source);
        String stream = Fields.readText(source);
        int count = source.readInt();
        List<TrainedThrough> trainedThrough = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            trainedThrough.add(new TrainedThrough(Fields.readText(source), source.readInt(), source.readLong()));
        }
        LearnerState state = LearnerStateCodec.read(source);
        ControlCheckpoint control = version == WITH_CONTROL ? readControl(source) : ControlCheckpoint.NONE;
        boolean hasSource = version == WITH_CONTROL ? source.readBoolean() : version == WITH_SOURCE;
        SourceCheckpoint own = hasSource ? new SourceCheckpoint(source.readLong(), Fields.readBytes(source)) : null;
        return new LearnerCheckpoint(learner, stream, trainedThrough, state, own, control);
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
