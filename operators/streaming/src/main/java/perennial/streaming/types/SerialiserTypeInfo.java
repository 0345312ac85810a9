package perennial.streaming.types;

import static java.util.Objects.requireNonNull;

import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * Type information that consists of a class and the serialiser of our own that writes it.
 *
 * @param <T> the type
 */
public final class SerialiserTypeInfo<T> extends TypeInformation<T> {

    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final TypeSerializer<T> serialiser;

    public SerialiserTypeInfo(Class<T> type, TypeSerializer<T> serialiser) {
        this.type = requireNonNull(type, "type");
        this.serialiser = requireNonNull(serialiser, "serialiser");
    }

    @Override
    public TypeSerializer<T> createSerializer(SerializerConfig config) {
        return serialiser.duplicate();
    }

    @Override
    public Class<T> getTypeClass() {
        return type;
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public boolean canEqual(Object object) {
        return object instanceof SerialiserTypeInfo;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof SerialiserTypeInfo<?> other
                && type.equals(other.type)
                && serialiser.equals(other.serialiser);
    }

    @Override
    public int hashCode() {
        return type.hashCode();
    }

    @Override
    public String toString() {
        return type.getSimpleName();
    }
}
