package perennial.streaming.types;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serialiser of {@link RawRecord}s. */
public final class RawRecordSerializer extends ImmutableSerializer<RawRecord> {

    private static final long serialVersionUID = 1L;

    /** What sources declare as their type. */
    public static final TypeInformation<RawRecord> TYPE_INFO =
            new SerialiserTypeInfo<>(RawRecord.class, new RawRecordSerializer());

    @Override
    public void serialize(RawRecord record, DataOutputView target) throws IOException {
        Fields.writeBytes(record.key(), target);
        Fields.writeBytes(record.value(), target);
        Fields.writeText(record.topic(), target);
        target.writeInt(record.partition());
        target.writeLong(record.offset());
        target.writeInt(record.headers().size());
        for (RawRecord.Header header : record.headers()) {
            Fields.writeText(header.name(), target);
            Fields.writeBytes(header.value(), target);
        }
    }

    @Override
    public RawRecord deserialize(DataInputView source) throws IOException {
        return new RawRecord(
                Fields.readBytes(source),
                Fields.readBytes(source),
                Fields.readText(source),
                source.readInt(),
                source.readLong(),
                readHeaders(source));
    }

    private static List<RawRecord.Header> readHeaders(DataInputView source) throws IOException {
        int count = Fields.readCount(source);
        if (count == 0) {
            return List.of();
        }
        List<RawRecord.Header> headers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            headers.add(new RawRecord.Header(Fields.readText(source), Fields.readBytes(source)));
        }
        return headers;
    }

    @Override
    public RawRecord createInstance() {
        return new RawRecord(null, null, "", 0, 0);
    }

    @Override
    public TypeSerializerSnapshot<RawRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serialiser in a snapshot. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<RawRecord> {
        public Snapshot() {
            super(RawRecordSerializer::new);
        }
    }
}
