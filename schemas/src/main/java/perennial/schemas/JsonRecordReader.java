package perennial.schemas;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** Reads a JSON object as a record by its schema: keys in any order, what is left out has its default. */
final class JsonRecordReader {

    private static final SpecificData MODEL = new SpecificData(JsonRecordReader.class.getClassLoader());

    static {
        Schemas.trustRecords();
    }

    private JsonRecordReader() {}

    /** Reads an object from its brace on; its key type is known already. */
    static SpecificRecord read(JsonParser parser, Schema schema) throws IOException {
        return readRecord(parser, schema, true);
    }

    private static SpecificRecord readRecord(JsonParser parser, Schema schema, boolean hasType) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw JsonInput.wrong(parser, "an object");
        }
        SpecificRecord record = blank(schema);
        boolean[] seen = new boolean[schema.getFields().size()];
        boolean typeSeen = !hasType;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            Schema.Field field = schema.getField(key);
            parser.nextToken();
            boolean again;
            if (field != null) {
                again = seen[field.pos()];
                seen[field.pos()] = true;
            } else if (hasType && key.equals("type")) {
                again = typeSeen;
                typeSeen = true;
            } else {
                throw new UndecodableRecordException("a key must be one that its record has: key="
                        + JsonInput.name(parser) + " record=" + schema.getName() + " known="
                        + schema.getFields().stream().map(Schema.Field::name).toList());
            }
            if (again) {
                throw new UndecodableRecordException("a key must be there once: key=" + JsonInput.name(parser));
            }
            if (field != null) {
                record.put(field.pos(), readValue(parser, field.schema()));
            }
        }
        for (Schema.Field field : schema.getFields()) {
            if (!seen[field.pos()]) {
                setDefault(record, field);
            }
        }
        return record;
    }

    /** A record with nothing in it. */
    static SpecificRecord blank(Schema schema) {
        return (SpecificRecord) MODEL.newRecord(null, schema);
    }

    /** Gives the fields their defaults that are not among {@code seen}. */
    static void complete(SpecificRecord record, Set<String> seen) {
        for (Schema.Field field : record.getSchema().getFields()) {
            if (!seen.contains(field.name())) {
                setDefault(record, field);
            }
        }
    }

    private static void setDefault(SpecificRecord record, Schema.Field field) {
        if (!field.hasDefaultValue()) {
            throw new UndecodableRecordException("a key is missing: key=" + field.name() + " record="
                    + record.getSchema().getName());
        }
        record.put(field.pos(), MODEL.deepCopy(field.schema(), MODEL.getDefaultValue(field)));
    }

    static Object readValue(JsonParser parser, Schema schema) throws IOException {
        if (schema.isNullable() && parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        Schema type = withoutNull(schema);
        return switch (type.getType()) {
            case INT -> JsonInput.integer(parser);
            case LONG -> JsonInput.longInteger(parser);
            case FLOAT -> JsonInput.single(parser);
            case DOUBLE -> JsonInput.real(parser);
            case BOOLEAN -> JsonInput.truth(parser);
            case STRING -> JsonInput.text(parser);
            case ENUM -> readSymbol(parser, type);
            case BYTES -> JsonInput.base64(parser);
            case RECORD -> readRecord(parser, type, false);
            case ARRAY -> readArray(parser, type);
            default -> throw new IllegalStateException("no record has a field of this type: schema=" + type);
        };
    }

    private static Object readSymbol(JsonParser parser, Schema schema) throws IOException {
        String symbol = JsonInput.symbol(JsonInput.text(parser));
        if (!schema.hasEnumSymbol(symbol)) {
            throw JsonInput.wrong(
                    parser,
                    "one of "
                            + schema.getEnumSymbols().stream()
                                    .map(JsonInput::camelCase)
                                    .toList());
        }
        return MODEL.createEnum(symbol, schema);
    }

    private static Object readArray(JsonParser parser, Schema schema) throws IOException {
        Schema element = schema.getElementType();
        if (element.getType() == Schema.Type.FLOAT) {
            return JsonInput.singles(parser, schema);
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw JsonInput.wrong(parser, "an array");
        }
        List<Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(readValue(parser, element));
        }
        return values;
    }

    /** The type of a field that may be null, or the schema itself. */
    static Schema withoutNull(Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        List<Schema> types = schema.getTypes();
        if (types.size() != 2 || types.get(0).getType() != Schema.Type.NULL) {
            throw new IllegalStateException(
                    "only events have unions of anything but null and one type: schema=" + schema);
        }
        return types.get(1);
    }
}
