package perennial.streaming.feed;

import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import perennial.streaming.types.ImmutableSerializer;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.LearnerCommandSerializer;
import perennial.streaming.types.LearnerInput;
import perennial.streaming.types.SerialiserTypeInfo;

/** Serialiser of what a {@link TicketSource} gives: {@link Ticket}s and {@link LearnerCommand}s. */
public final class FeedSerializer extends ImmutableSerializer<LearnerInput> {

    private static final long serialVersionUID = 1L;
    private static final int TICKET = 0;
    private static final int COMMAND = 1;

    /** What the source declares as its type. */
    public static final TypeInformation<LearnerInput> TYPE_INFO =
            new SerialiserTypeInfo<>(LearnerInput.class, new FeedSerializer());

    private final TicketSerializer tickets = new TicketSerializer();
    private final LearnerCommandSerializer commands = new LearnerCommandSerializer();

    @Override
    public void serialize(LearnerInput input, DataOutputView target) throws IOException {
        if (input instanceof Ticket ticket) {
            target.writeByte(TICKET);
            tickets.serialize(ticket, target);
        } else {
            target.writeByte(COMMAND);
            commands.serialize((LearnerCommand) input, target);
        }
    }

    @Override
    public LearnerInput deserialize(DataInputView source) throws IOException {
        int kind = source.readUnsignedByte();
        return switch (kind) {
            case TICKET -> tickets.deserialize(source);
            case COMMAND -> commands.deserialize(source);
            default -> throw new IOException("what a source gives must be a ticket or a command: kind=" + kind);
        };
    }

    @Override
    public LearnerInput createInstance() {
        return tickets.createInstance();
    }

    @Override
    public TypeSerializerSnapshot<LearnerInput> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serialiser in a snapshot. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<LearnerInput> {
        public Snapshot() {
            super(FeedSerializer::new);
        }
    }
}
