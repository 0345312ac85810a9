package perennial.streaming.types;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.OriginalHeader;

/**
 * Serialiser of dead letters on their way to the sink, where nobody changes them any more. Avro's writer, which looks up each field by
 * reflection, takes longer for one letter than the job takes for a good record.
 */
public final class DeadLetterSerializer extends ImmutableSerializer<DeadLetter> {

    private static final long serialVersionUID = 1L;

    /** The type of the streams of dead letters. */
    public static final TypeInformation<DeadLetter> TYPE_INFO =
            new SerialiserTypeInfo<>(DeadLetter.class, new DeadLetterSerializer());

    private static final int VERSION = 1;

    private static final DeadLetterReason[] REASONS = DeadLetterReason.values();

    @Override
    public void serialize(DeadLetter letter, DataOutputView target) throws IOException {
        target.writeByte(VERSION);
        writeBuffer(letter.getKey(), target);
        writeBuffer(letter.getValue(), target);
        List<OriginalHeader> headers = letter.getHeaders();
        target.writeInt(headers.size());
        for (OriginalHeader header : headers) {
            Fields.writeText(header.getName(), target);
            writeBuffer(header.getValue(), target);
        }
        Fields.writeText(letter.getTopic(), target);
        target.writeInt(letter.getPartition());
        target.writeLong(letter.getOffset());
        target.writeByte(letter.getReason().ordinal());
        Fields.writeText(letter.getError(), target);
    }

    @Override
    public DeadLetter deserialize(DataInputView source) throws IOException {
        Fields.readVersion(source, "a dead letter", VERSION);
        DeadLetter letter = new DeadLetter();
        letter.setKey(readBuffer(source));
        letter.setValue(readBuffer(source));
        letter.setHeaders(readHeaders(source));
        letter.setTopic(Fields.readText(source));
        letter.setPartition(source.readInt());
        letter.setOffset(source.readLong());
        letter.setReason(REASONS[Fields.readOrdinal(source, REASONS.length)]);
        letter.setError(Fields.readText(source));
        return letter;
    }

    private static List<OriginalHeader> readHeaders(DataInputView source) throws IOException {
        int count = Fields.readCount(source);
        if (count == 0) {
            return List.of();
        }
        List<OriginalHeader> headers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            headers.add(new OriginalHeader(Fields.readText(source), readBuffer(source)));
        }
        return headers;
    }

    /** Leaves the buffer's position where it is: letters share the bytes of their records. */
    private static void writeBuffer(ByteBuffer buffer, DataOutputView target) throws IOException {
        if (buffer == null) {
            Fields.writeBytes(null, target);
        } else {
            Fields.writeBytes(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining(), target);
        }
    }

    private static ByteBuffer readBuffer(DataInputView source) throws IOException {
        byte[] bytes = Fields.readBytes(source);
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    @Override
    public DeadLetter createInstance() {
        return new DeadLetter();
    }

    @Override
    public TypeSerializerSnapshot<DeadLetter> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serialiser in a snapshot. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<DeadLetter> {
        public Snapshot() {
            super(DeadLetterSerializer::new);
        }
    }
}
