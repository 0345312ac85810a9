package perennial.streaming.types;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import perennial.schemas.RecordCodec;
import perennial.schemas.UndecodableRecordException;

/**
 * Serialiser of the records of the topics, in the self-describing bytes of {@link RecordCodec}: what one release has in
 * flight or in state, the next one reads. Not thread-safe; {@link #duplicate()} per thread.
 *
 * @param <T> one of the records, or {@link SpecificRecord} where several kinds share a stream
 */
public final class RecordSerializer<T extends SpecificRecord> extends TypeSerializer<T> {

    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private transient RecordCodec codec;

    public RecordSerializer(Class<T> type) {
        this.type = requireNonNull(type, "type");
    }

    /** The type of a stream of such records. */
    public static <T extends SpecificRecord> TypeInformation<T> typeInfo(Class<T> type) {
        return new SerialiserTypeInfo<>(type, new RecordSerializer<>(type));
    }

    @Override
    public void serialize(T record, DataOutputView target) throws IOException {
        Fields.writeBytes(codec().encode(record), target);
    }

    @Override
    public T deserialize(DataInputView source) throws IOException {
        byte[] bytes = Fields.readBytes(source);
        if (bytes == null) {
            throw new IOException("a record must have bytes: record=" + type.getName());
        }
        SpecificRecord record;
        try {
            record = codec().decode(bytes);
        } catch (UndecodableRecordException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (!type.isInstance(record)) {
            throw new IOException("a record must be of its stream: needed=" + type.getName() + " found="
                    + record.getSchema().getFullName());
        }
        return type.cast(record);
    }

    @Override
    public T deserialize(T reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        Fields.writeBytes(Fields.readBytes(source), target);
    }

    @Override
    public T copy(T from) {
        // Avro's own deep copy would look classes up that nobody may have vouched for yet.
        return type.cast(codec().decode(codec().encode(from)));
    }

    @Override
    public T copy(T from, T reuse) {
        return copy(from);
    }

    // Made at first use: it does not travel with the job graph.
    private RecordCodec codec() {
        if (codec == null) {
            codec = new RecordCodec();
        }
        return codec;
    }

    /** Null: records are never filled again. */
    @Override
    public T createInstance() {
        return null;
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public TypeSerializer<T> duplicate() {
        return new RecordSerializer<>(type);
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof RecordSerializer<?> other && type.equals(other.type);
    }

    @Override
    public int hashCode() {
        return type.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<T> snapshotConfiguration() {
        return new Snapshot<>(type);
    }

    /**
     * Names the record's class in a snapshot; the bytes of each record say for themselves how they are to be read.
     *
     * @param <T> the record
     */
    public static final class Snapshot<T extends SpecificRecord> implements TypeSerializerSnapshot<T> {

        private static final int VERSION = 1;

        private Class<T> type;

        /** For Flink, which reads the class afterwards. */
        public Snapshot() {}

        private Snapshot(Class<T> type) {
            this.type = type;
        }

        @Override
        public int getCurrentVersion() {
            return VERSION;
        }

        @Override
        public void writeSnapshot(DataOutputView target) throws IOException {
            target.writeUTF(type.getName());
        }

        @Override
        public void readSnapshot(int version, DataInputView source, ClassLoader classLoader) throws IOException {
            if (version != VERSION) {
                throw new IOException("a record serialiser's snapshot must be of a known version: version=" + version
                        + " newest=" + VERSION + "; restore it with the release that wrote it or a newer one");
            }
            type = recordClass(source.readUTF(), classLoader);
        }

        @SuppressWarnings("unchecked")
        private static <T> Class<T> recordClass(String name, ClassLoader classLoader) throws IOException {
            try {
                Class<?> found = Class.forName(name, false, classLoader);
                if (SpecificRecord.class.isAssignableFrom(found)) {
                    return (Class<T>) found;
                }
            } catch (ClassNotFoundException | LinkageError e) {
                throw new IOException("a record serialiser's snapshot must name a record: class=" + name, e);
            }
            throw new IOException("a record serialiser's snapshot must name a record: class=" + name);
        }

        @Override
        public TypeSerializer<T> restoreSerializer() {
            return new RecordSerializer<>(type);
        }

        @Override
        public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(TypeSerializerSnapshot<T> old) {
            return old instanceof Snapshot<T> other && type.equals(other.type)
                    ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                    : TypeSerializerSchemaCompatibility.incompatible();
        }
    }
}
