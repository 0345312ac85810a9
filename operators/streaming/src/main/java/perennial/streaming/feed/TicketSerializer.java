package perennial.streaming.feed;

import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import perennial.streaming.types.Fields;
import perennial.streaming.types.ImmutableSerializer;
import perennial.streaming.types.SerialiserTypeInfo;

/** Serialiser of {@link Ticket}s. */
public final class TicketSerializer extends ImmutableSerializer<Ticket> {

    private static final long serialVersionUID = 1L;

    /** What the source declares as its type. */
    public static final TypeInformation<Ticket> TYPE_INFO =
            new SerialiserTypeInfo<>(Ticket.class, new TicketSerializer());

    @Override
    public void serialize(Ticket ticket, DataOutputView target) throws IOException {
        target.writeInt(ticket.key());
        Fields.writeText(ticket.learner(), target);
        target.writeLong(ticket.number());
    }

    @Override
    public Ticket deserialize(DataInputView source) throws IOException {
        return new Ticket(source.readInt(), Fields.readText(source), source.readLong());
    }

    @Override
    public Ticket createInstance() {
        return new Ticket(0, "", 0);
    }

    @Override
    public TypeSerializerSnapshot<Ticket> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serialiser in a snapshot. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Ticket> {
        public Snapshot() {
            super(TicketSerializer::new);
        }
    }
}
