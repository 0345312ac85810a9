package perennial.schemas;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * Writes what is kept of a version for good: its schemas, the bytes of a record of every shape, and the hashes of these
 * files. Files of a version that is out must never be written again.
 */
final class ReleaseFiles {

    static final String NEWEST = Schemas.RELEASES.get(Schemas.RELEASES.size() - 1);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ReleaseFiles() {}

    /**
     * Writes the files of the newest version of {@link Schemas#RELEASES}.
     *
     * @param arguments the folder of the module
     */
    public static void main(String[] arguments) throws IOException {
        Path resources = Path.of(arguments[0], "src", "main", "resources", "perennial", "schemas", "released", NEWEST);
        Path testResources = Path.of(arguments[0], "src", "test", "resources", "perennial", "schemas");
        Path golden = testResources.resolve("golden").resolve(NEWEST);
        Files.createDirectories(resources);
        Files.createDirectories(golden);
        Map<String, String> hashes = new TreeMap<>();
        for (Schema schema : Schemas.CURRENT) {
            byte[] text = schemaText(schema).getBytes(StandardCharsets.UTF_8);
            write(resources.resolve(schema.getName() + ".avsc"), text, hashes);
        }
        RecordCodec codec = new RecordCodec();
        for (Map.Entry<String, SpecificRecord> sample : SampleRecords.all().entrySet()) {
            write(golden.resolve(sample.getKey() + ".bin"), codec.encode(sample.getValue()), hashes);
            write(golden.resolve(sample.getKey() + ".json"), JsonRecords.toJsonBytes(sample.getValue()), hashes);
        }
        StringBuilder list = new StringBuilder();
        hashes.forEach(
                (file, hash) -> list.append(hash).append("  ").append(file).append('\n'));
        Files.writeString(testResources.resolve("released-" + NEWEST + ".sha256"), list);
    }

    private static void write(Path file, byte[] bytes, Map<String, String> hashes) throws IOException {
        Files.write(file, bytes);
        hashes.put(file.getFileName().toString(), sha256(bytes));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A schema in the form in which it is kept: self-contained, with docs, without what is only of Java. */
    static String schemaText(Schema schema) throws IOException {
        DefaultIndenter indent = new DefaultIndenter("  ", "\n");
        return MAPPER.writer(new DefaultPrettyPrinter()
                                .withObjectIndenter(indent)
                                .withArrayIndenter(indent))
                        .writeValueAsString(withoutJava(MAPPER.readTree(schema.toString())))
                + "\n";
    }

    private static JsonNode withoutJava(JsonNode node) {
        if (node instanceof ArrayNode array) {
            ArrayNode copy = MAPPER.createArrayNode();
            array.forEach(element -> copy.add(withoutJava(element)));
            return copy;
        }
        if (node instanceof ObjectNode object) {
            if (object.size() == 2 && object.has("avro.java.string")) {
                return object.get("type");
            }
            ObjectNode copy = MAPPER.createObjectNode();
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                copy.set(property.getKey(), withoutJava(property.getValue()));
            }
            return copy;
        }
        return node;
    }
}
