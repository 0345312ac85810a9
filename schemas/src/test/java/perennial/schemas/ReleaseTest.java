package perennial.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds every version to what earlier ones wrote and can read. */
class ReleaseTest {

    private final RecordCodec codec = new RecordCodec();

    static Stream<Arguments> releasedRecords() {
        return Schemas.RELEASES.stream().flatMap(version -> Schemas.CURRENT.stream()
                .filter(schema -> Schemas.released(version, schema.getName()) != null)
                .map(schema -> Arguments.of(version, schema.getName())));
    }

    static Stream<Arguments> goldenRecords() {
        return Schemas.RELEASES.stream().flatMap(version -> hashes(version).keySet().stream()
                .filter(file -> file.endsWith(".bin"))
                .map(file -> Arguments.of(version, file.substring(0, file.length() - ".bin".length()))));
    }

    @ParameterizedTest
    @MethodSource("goldenRecords")
    void shouldReadWhatAReleasedVersionWroteInAvro(String version, String sample) {
        SpecificRecord record = codec.decode(resource("golden/" + version + "/" + sample + ".bin"));

        assertThat(record).isEqualTo(SampleRecords.all().get(sample));
    }

    @ParameterizedTest
    @MethodSource("goldenRecords")
    void shouldReadWhatAReleasedVersionWroteInJson(String version, String sample) {
        SpecificRecord record = JsonRecords.parse(resource("golden/" + version + "/" + sample + ".json"));

        assertThat(record).isEqualTo(SampleRecords.all().get(sample));
    }

    @Test
    void shouldWriteTheBytesOfTheNewestRelease() {
        SampleRecords.all().forEach((name, sample) -> {
            String file = "golden/" + ReleaseFiles.NEWEST + "/" + name;
            assertThat(codec.encode(sample)).as(file).isEqualTo(resource(file + ".bin"));
            assertThat(JsonRecords.toJsonBytes(sample)).as(file).isEqualTo(resource(file + ".json"));
        });
    }

    @Test
    void shouldKeepASampleOfEveryRecord() {
        assertThat(SampleRecords.all().values().stream().map(SpecificRecord::getSchema))
                .containsAll(Schemas.CURRENT);
    }

    @Test
    void shouldHaveReleasedTheSchemasThatItWrites() throws IOException {
        for (Schema schema : Schemas.CURRENT) {
            String file = "released/" + ReleaseFiles.NEWEST + "/" + schema.getName() + ".avsc";
            assertThat(new String(resource(file), StandardCharsets.UTF_8))
                    .as("a changed schema belongs to a new version: add it to Schemas.RELEASES and run ReleaseFiles: "
                            + file)
                    .isEqualTo(ReleaseFiles.schemaText(schema));
        }
    }

    @Test
    void shouldKeepTheFilesOfReleasedVersionsAsTheyWere() {
        for (String version : Schemas.RELEASES) {
            Map<String, String> found = new TreeMap<>();
            for (String file : hashes(version).keySet()) {
                String folder = file.endsWith(".avsc") ? "released/" : "golden/";
                found.put(file, ReleaseFiles.sha256(resource(folder + version + "/" + file)));
            }

            assertThat(found).isEqualTo(hashes(version));
        }
    }

    @ParameterizedTest
    @MethodSource("releasedRecords")
    void shouldBeReadableByEveryReleasedVersionAndReadAll(String version, String record) {
        Schema released = Schemas.released(version, record);
        Schema current = current(record);

        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(current, released)
                        .getType())
                .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(released, current)
                        .getType())
                .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    @ParameterizedTest
    @MethodSource("releasedRecords")
    void shouldGiveEveryAddedFieldADefault(String version, String record) {
        Map<String, Schema> released = new TreeMap<>();
        collect(Schemas.released(version, record), released);
        Map<String, Schema> current = new TreeMap<>();
        collect(current(record), current);

        for (Map.Entry<String, Schema> type : released.entrySet()) {
            Schema now = current.get(type.getKey());
            assertThat(now).as("a type keeps its name: " + type.getKey()).isNotNull();
            if (now.getType() == Schema.Type.RECORD) {
                assertThat(now.getFields())
                        .filteredOn(field -> type.getValue().getField(field.name()) == null)
                        .allMatch(Schema.Field::hasDefaultValue, "has a default");
            } else {
                assertThat(now.getEnumSymbols())
                        .startsWith(type.getValue().getEnumSymbols().toArray(String[]::new));
            }
        }
    }

    @Test
    void shouldSayWhatEveryTypeAndFieldIs() {
        Map<String, Schema> types = new TreeMap<>();
        Schemas.CURRENT.forEach(schema -> collect(schema, types));

        List<String> silent = new ArrayList<>();
        types.forEach((name, type) -> {
            if (type.getDoc() == null || type.getDoc().isBlank()) {
                silent.add(name);
            }
            if (type.getType() == Schema.Type.RECORD) {
                type.getFields().stream()
                        .filter(field -> field.doc() == null || field.doc().isBlank())
                        .forEach(field -> silent.add(name + "." + field.name()));
            }
        });

        assertThat(types).hasSize(30);
        assertThat(silent).isEmpty();
    }

    @Test
    void shouldGiveEveryEnumerationADefaultForSymbolsOfNewerVersions() {
        Map<String, Schema> types = new TreeMap<>();
        Schemas.CURRENT.forEach(schema -> collect(schema, types));

        assertThat(types.values())
                .filteredOn(type -> type.getType() == Schema.Type.ENUM)
                .hasSize(6)
                .allMatch(type -> "OTHER".equals(type.getEnumDefault()));
    }

    @Test
    void shouldLeaveTheKeyOfTheTypeToJson() {
        assertThat(Schemas.CURRENT).allMatch(schema -> schema.getField("type") == null);
    }

    private static Schema current(String record) {
        return Schemas.CURRENT.stream()
                .filter(schema -> schema.getName().equals(record))
                .findFirst()
                .orElseThrow();
    }

    private static void collect(Schema schema, Map<String, Schema> types) {
        switch (schema.getType()) {
            case RECORD -> {
                types.put(schema.getFullName(), schema);
                schema.getFields().forEach(field -> collect(field.schema(), types));
            }
            case ENUM -> types.put(schema.getFullName(), schema);
            case ARRAY -> collect(schema.getElementType(), types);
            case UNION -> schema.getTypes().forEach(type -> collect(type, types));
            default -> {}
        }
    }

    /** The files kept of a version, with their hashes. */
    private static Map<String, String> hashes(String version) {
        Map<String, String> hashes = new TreeMap<>();
        new String(resource("released-" + version + ".sha256"), StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> hashes.put(line.substring(66), line.substring(0, 64)));
        return hashes;
    }

    private static byte[] resource(String name) {
        try (InputStream in = Schemas.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
