package perennial.streaming.types;

import java.io.IOException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import perennial.v1.ControlCommand;
import perennial.v1.Pause;

/** Serialiser of {@link LearnerCommand}s. */
public final class LearnerCommandSerializer extends ImmutableSerializer<LearnerCommand> {

    private static final long serialVersionUID = 1L;

    /** The type of the stream between the control topic and the learners. */
    public static final TypeInformation<LearnerCommand> TYPE_INFO =
            new SerialiserTypeInfo<>(LearnerCommand.class, new LearnerCommandSerializer());

    @Override
    public void serialize(LearnerCommand command, DataOutputView target) throws IOException {
        target.writeInt(command.key());
        Fields.writeText(command.learner(), target);
        records().serialize(command.record(), target);
    }

    @Override
    public LearnerCommand deserialize(DataInputView source) throws IOException {
        return new LearnerCommand(
                source.readInt(), Fields.readText(source), records().deserialize(source));
    }

    // Commands are few, and one serialiser of this kind serves many threads: a codec of its own for each is right.
    private static RecordSerializer<SpecificRecord> records() {
        return new RecordSerializer<>(SpecificRecord.class);
    }

    @Override
    public LearnerCommand createInstance() {
        return new LearnerCommand(0, "", new ControlCommand("-", "", null, "", new Pause()));
    }

    @Override
    public TypeSerializerSnapshot<LearnerCommand> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serialiser in a snapshot. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<LearnerCommand> {
        public Snapshot() {
            super(LearnerCommandSerializer::new);
        }
    }
}
