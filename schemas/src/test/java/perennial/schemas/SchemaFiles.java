package perennial.schemas;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.avro.Schema;

/** Writes schemas in the one form in which they are released: self-contained, with docs, without what Java adds. */
final class SchemaFiles {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private SchemaFiles() {}

    /**
     * Writes the schemas of a new release.
     *
     * @param arguments the folder that gets a file for each record
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Files.createDirectories(folder);
        for (Schema schema : Schemas.CURRENT) {
            Files.writeString(folder.resolve(schema.getName() + ".avsc"), text(schema));
        }
    }

    static String text(Schema schema) throws IOException {
        DefaultIndenter indent = new DefaultIndenter("  ", "\n");
        return MAPPER.writer(new DefaultPrettyPrinter()
                                .withObjectIndenter(indent)
                                .withArrayIndenter(indent))
                        .writeValueAsString(plain(MAPPER.readTree(schema.toString())))
                + "\n";
    }

    /** Without the property that says which class of Java holds a string. */
    private static JsonNode plain(JsonNode node) {
        if (node instanceof ArrayNode array) {
            ArrayNode plain = MAPPER.createArrayNode();
            array.forEach(element -> plain.add(plain(element)));
            return plain;
        }
        if (node instanceof ObjectNode object) {
            if (object.size() == 2 && object.has("avro.java.string")) {
                return object.get("type");
            }
            ObjectNode plain = MAPPER.createObjectNode();
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                plain.set(property.getKey(), plain(property.getValue()));
            }
            return plain;
        }
        return node;
    }
}
