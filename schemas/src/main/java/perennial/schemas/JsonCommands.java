package perennial.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import perennial.v1.ControlCommand;

/** Commands as JSON objects: the key type is the kind of the body, whose keys stand beside the command's own. */
final class JsonCommands {

    private static final Schema COMMAND = ControlCommand.getClassSchema();
    private static final Schema.Field BODY = COMMAND.getField("body");
    private static final Map<String, Schema> BODIES = new LinkedHashMap<>();

    static {
        for (Schema body : BODY.schema().getTypes()) {
            BODIES.put(typeOf(body), body);
        }
    }

    private JsonCommands() {}

    static boolean isType(String type) {
        return BODIES.containsKey(type);
    }

    static Set<String> types() {
        return BODIES.keySet();
    }

    /** As JSON names a kind of command: setRate and the like. */
    static String typeOf(Schema body) {
        return Character.toLowerCase(body.getName().charAt(0)) + body.getName().substring(1);
    }

    /** Reads an object from its brace on; its type is known already. */
    static ControlCommand read(JsonParser parser, String type) throws IOException {
        Schema bodySchema = BODIES.get(type);
        SpecificRecord command = JsonRecordReader.blank(COMMAND);
        SpecificRecord body = JsonRecordReader.blank(bodySchema);
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            parser.nextToken();
            Schema.Field own = key.equals(BODY.name()) ? null : COMMAND.getField(key);
            Schema.Field field = own != null ? own : bodySchema.getField(key);
            if (field == null && !key.equals("type")) {
                throw new UndecodableRecordException("a key must be one that its type has: key=" + key + " type=" + type
                        + " known=" + keys(bodySchema));
            }
            if (!seen.add(key)) {
                throw new UndecodableRecordException("a key must be there once: key=" + key);
            }
            if (field != null) {
                (own != null ? command : body).put(field.pos(), JsonRecordReader.readValue(parser, field.schema()));
            }
        }
        command.put(BODY.pos(), body);
        seen.add(BODY.name());
        JsonRecordReader.complete(command, seen);
        JsonRecordReader.complete(body, seen);
        return (ControlCommand) command;
    }

    static void write(JsonGenerator out, ControlCommand command) throws IOException {
        SpecificRecord body = (SpecificRecord) command.getBody();
        out.writeStartObject();
        out.writeStringField("type", typeOf(body.getSchema()));
        for (Schema.Field field : COMMAND.getFields()) {
            if (field != BODY) {
                JsonRecordWriter.writeField(out, field, command.get(field.pos()));
            }
        }
        JsonRecordWriter.writeFields(out, body);
        out.writeEndObject();
    }

    private static List<String> keys(Schema body) {
        List<String> keys = new ArrayList<>(List.of("type"));
        COMMAND.getFields().stream()
                .map(Schema.Field::name)
                .filter(name -> !name.equals(BODY.name()))
                .forEach(keys::add);
        body.getFields().forEach(field -> keys.add(field.name()));
        return keys;
    }
}
