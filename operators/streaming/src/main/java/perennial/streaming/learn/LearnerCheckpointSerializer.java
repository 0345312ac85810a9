package perennial.streaming.learn;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import perennial.learning.state.LearnerState;
import perennial.learning.state.LearnerStateCodec;
import perennial.learning.state.StateFormatException;
import perennial.streaming.learn.LearnerCheckpoint.Origin;
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

    /** The version that is written. */
    static final int VERSION = 1;

    private static final int HEAD_BYTES = 4096;

    @Override
    public void serialize(LearnerCheckpoint checkpoint, DataOutputView target) throws IOException {
        target.writeByte(VERSION);
        byte[] head = head(checkpoint);
        Fields.writeBytes(head, target);
        target.writeInt(checksum(head));
        LearnerStateCodec.write(checkpoint.state(), target);
        Fields.writeBytes(
                checkpoint.source() == null ? null : checkpoint.source().state(), target);
    }

    /** Everything but the two states, which have checksums of their own. */
    private static byte[] head(LearnerCheckpoint checkpoint) throws IOException {
        DataOutputSerializer head = new DataOutputSerializer(HEAD_BYTES);
        Fields.writeText(checkpoint.learner(), head);
        Fields.writeText(checkpoint.stream(), head);
        head.writeInt(checkpoint.trainedThrough().size());
        for (TrainedThrough position : checkpoint.trainedThrough()) {
            Fields.writeText(position.stream(), head);
            head.writeInt(position.actor());
            head.writeLong(position.sequence());
        }
        head.writeLong(checkpoint.source() == null ? 0 : checkpoint.source().tickets());
        Fields.writeText(checkpoint.origin().configHash(), head);
        Fields.writeText(checkpoint.origin().codeVersion(), head);
        Fields.writeText(checkpoint.origin().configuration(), head);
        write(checkpoint.control(), head);
        return head.getCopyOfBuffer();
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
        target.writeBoolean(control.rate() != null);
        if (control.rate() != null) {
            commands.serialize(control.rate(), target);
        }
    }

    private static ControlCheckpoint readControl(DataInputView source) throws IOException {
        List<String> handled = new ArrayList<>();
        for (int left = Fields.readCount(source); left > 0; left--) {
            handled.add(Fields.readText(source));
        }
        List<ControlCommand> scheduled = new ArrayList<>();
        RecordSerializer<ControlCommand> commands = commands();
        for (int left = Fields.readCount(source); left > 0; left--) {
            scheduled.add(commands.deserialize(source));
        }
        long retiredAt = source.readLong();
        ControlCommand rate = source.readBoolean() ? commands.deserialize(source) : null;
        return new ControlCheckpoint(handled, scheduled, retiredAt, rate);
    }

    // One serialiser of checkpoints may serve several threads, and one of records may not.
    private static RecordSerializer<ControlCommand> commands() {
        return new RecordSerializer<>(ControlCommand.class);
    }

    @Override
    public LearnerCheckpoint deserialize(DataInputView source) throws IOException {
        int version = Fields.readVersion(source, "a learner's checkpoint", VERSION);
        byte[] head = Fields.readBytes(source);
        int saved = source.readInt();
        if (head == null || saved != checksum(head)) {
            throw new DamagedStateException(
                    "a learner's checkpoint is damaged: its checksum does not fit; go on from the checkpoint before this one");
        }
        DataInputDeserializer in = new DataInputDeserializer(head);
        String learner = Fields.readText(in);
        String stream = Fields.readText(in);
        int count = Fields.readCount(in);
        List<TrainedThrough> trainedThrough = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            trainedThrough.add(new TrainedThrough(Fields.readText(in), in.readInt(), in.readLong()));
        }
        long tickets = in.readLong();
        Origin origin = new Origin(version, Fields.readText(in), Fields.readText(in), Fields.readText(in));
        ControlCheckpoint control = readControl(in);
        LearnerState state = readState(learner, source);
        byte[] own = Fields.readBytes(source);
        return new LearnerCheckpoint(
                learner,
                stream,
                trainedThrough,
                state,
                own == null ? null : new SourceCheckpoint(tickets, own),
                control,
                origin);
    }

    private static LearnerState readState(String learner, DataInputView source) throws IOException {
        try {
            return LearnerStateCodec.read(source);
        } catch (StateFormatException e) {
            throw new DamagedStateException(
                    e.getMessage() + " learner=" + learner + "; go on from the checkpoint before this one");
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Override
    public LearnerCheckpoint createInstance() {
        return new LearnerCheckpoint(
                "", "", List.of(), new LearnerState(), null, ControlCheckpoint.NONE, new Origin(VERSION, "", "", ""));
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
