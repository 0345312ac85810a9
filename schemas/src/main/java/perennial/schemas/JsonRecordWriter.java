package perennial.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/** Writes any record as a JSON object by its schema: fields in their order, those left out that are null. */
final class JsonRecordWriter {

    private JsonRecordWriter() {}

    static void write(JsonGenerator out, String type, IndexedRecord record) throws IOException {
        out.writeStartObject();
        out.writeStringField("type", type);
        writeFields(out, record);
        out.writeEndObject();
    }

    static void writeFields(JsonGenerator out, IndexedRecord record) throws IOException {
        List<Schema.Field> fields = record.getSchema().getFields();
        for (int i = 0; i < fields.size(); i++) {
            writeField(out, fields.get(i), record.get(i));
        }
    }

    /** Writes key and value, or nothing where the value is null and may be. */
    static void writeField(JsonGenerator out, Schema.Field field, Object value) throws IOException {
        if (value != null) {
            out.writeFieldName(field.name());
            writeValue(out, JsonRecordReader.withoutNull(field.schema()), value);
        } else if (!field.schema().isNullable()) {
            throw new NullPointerException("field is null: field=" + field.name());
        }
    }

    private static void writeValue(JsonGenerator out, Schema schema, Object value) throws IOException {
        switch (schema.getType()) {
            case INT -> out.writeNumber((Integer) value);
            case LONG -> out.writeNumber((Long) value);
            case FLOAT -> out.writeNumber((Float) value);
            case DOUBLE -> out.writeNumber((Double) value);
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case STRING -> out.writeString((String) value);
            case ENUM -> out.writeString(JsonInput.camelCase(((Enum<?>) value).name()));
            case BYTES -> JsonEventWriter.writeBytes(out, (ByteBuffer) value);
            case RECORD -> {
                out.writeStartObject();
                writeFields(out, (IndexedRecord) value);
                out.writeEndObject();
            }
            case ARRAY -> writeArray(out, schema.getElementType(), (List<?>) value);
            default -> throw new IllegalStateException("no record has a field of this type: schema=" + schema);
        }
    }

    private static void writeArray(JsonGenerator out, Schema element, List<?> values) throws IOException {
        if (element.getType() == Schema.Type.FLOAT) {
            JsonEventWriter.writeFloats(out, values);
            return;
        }
        out.writeStartArray();
        for (Object value : values) {
            writeValue(out, element, value);
        }
        out.writeEndArray();
    }
}
