package perennial.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.schemas.EventFileReader.FileRecord;
import perennial.v1.EpisodeEnd;
import perennial.v1.Event;

class EventFilesTest {

    @TempDir
    Path folder;

    private final EventDecoder decoder = new EventDecoder();

    @ParameterizedTest
    @EnumSource(EventFiles.Format.class)
    void shouldReadBackTheEventsThatItWrote(EventFiles.Format format) throws IOException {
        Path file = write("events", format, sampleEvents());

        List<Event> read = new ArrayList<>();
        List<Long> ordinals = new ArrayList<>();
        for (FileRecord record : readAll(file)) {
            read.add(decoder.decode(record.bytes()));
            ordinals.add(record.ordinal());
        }

        assertThat(read).isEqualTo(sampleEvents());
        assertThat(ordinals).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    }

    @ParameterizedTest
    @EnumSource(EventFiles.Format.class)
    void shouldWriteEqualFilesOfEqualEvents(EventFiles.Format format) throws IOException {
        Path one = write("one", format, sampleEvents());
        Path other = write("other", format, sampleEvents());

        assertThat(one).hasSameBinaryContentAs(other);
    }

    @ParameterizedTest
    @EnumSource(EventFiles.Format.class)
    void shouldReadManyEvents(EventFiles.Format format) throws IOException {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            events.add(new Event("s", (long) i, 0, 0L, new EpisodeEnd((long) i, i / 3.0, 10L)));
        }
        Path file = write("many", format, events);

        List<FileRecord> records = readAll(file);

        assertThat(records).hasSize(20_000);
        assertThat(records.get(19_999).ordinal()).isEqualTo(19_999);
        assertThat(decoder.decode(records.get(12_345).bytes())).isEqualTo(events.get(12_345));
    }

    @Test
    void shouldTellTheFormatByTheName() {
        assertThat(EventFiles.Format.of(Path.of("a", "events.AVRO"))).isEqualTo(EventFiles.Format.AVRO);
        assertThat(EventFiles.Format.of(Path.of("a", "events.jsonl"))).isEqualTo(EventFiles.Format.JSON_LINES);
    }

    @Test
    void shouldGiveTheVeryBytesOfEachLineAndCountBlankOnes() throws IOException {
        Path file = folder.resolve("lines");
        Files.writeString(file, "{\"a\":1}\n\n  \t\r\nno event \u00e4\r\n{\"b\"");

        List<FileRecord> records = readAll(file);

        assertThat(records).extracting(FileRecord::ordinal).containsExactly(0L, 3L, 4L);
        assertThat(records)
                .extracting(record -> new String(record.bytes(), StandardCharsets.UTF_8))
                .containsExactly("{\"a\":1}", "no event \u00e4", "{\"b\"");
    }

    @Test
    void shouldReadLinesLongerThanItsBuffer() throws IOException {
        Path file = folder.resolve("long");
        String line = "x".repeat(200_000);
        Files.writeString(file, line + "\n" + line + "y\n");

        assertThat(readAll(file)).extracting(record -> record.bytes().length).containsExactly(200_000, 200_001);
    }

    @Test
    void shouldReadAnEmptyFileAsNoEvents() throws IOException {
        Path file = Files.createFile(folder.resolve("empty"));

        assertThat(readAll(file)).isEmpty();
    }

    @Test
    void shouldReadAContainerOfAnotherVersion() throws IOException {
        // As a newer version might write it: one more field.
        String text = Event.getClassSchema()
                .toString()
                .replaceFirst("\\{\"name\":\"actor\"", "{\"name\":\"origin\",\"type\":\"string\",\"default\":\"\"},$0");
        Schema writer = new Schema.Parser().parse(text);
        GenericRecord end = new GenericData.Record(
                writer.getField("body").schema().getTypes().get(3));
        end.put("episode", 1L);
        end.put("return", 2.0);
        end.put("length", 3L);
        GenericRecord event = new GenericData.Record(writer);
        event.put("stream", "s");
        event.put("sequence", 4L);
        event.put("origin", "elsewhere");
        event.put("actor", 5);
        event.put("eventTime", 6L);
        event.put("body", end);
        Path file = container(writer, event);

        List<FileRecord> records = readAll(file);

        assertThat(records).hasSize(1);
        assertThat(decoder.decode(records.get(0).bytes()))
                .isEqualTo(new Event("s", 4L, 5, 6L, new EpisodeEnd(1L, 2.0, 3L)));
    }

    @Test
    void shouldRefuseAContainerOfOtherRecords() throws IOException {
        Schema weather = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"Weather\",\"fields\":[{\"name\":\"rain\",\"type\":\"int\"}]}");
        GenericRecord record = new GenericData.Record(weather);
        record.put("rain", 1);
        Path file = container(weather, record);

        assertThatThrownBy(() -> EventFiles.open(file))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("a file of events must hold events")
                .hasMessageContaining("record=Weather");
    }

    @Test
    void shouldSayThatAContainerIsCutOff() throws IOException {
        Path whole = write("whole", EventFiles.Format.AVRO, sampleEvents());
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = Files.write(folder.resolve("cut.avro"), java.util.Arrays.copyOf(bytes, bytes.length - 10));

        assertThatThrownBy(() -> readAll(cut))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("an Avro container must be whole")
                .hasMessageContaining("file=" + cut)
                .hasMessageContaining("records read=0");
    }

    @Test
    void shouldRefuseACompressionThatItDoesNotHave() throws IOException {
        Path whole = write("whole", EventFiles.Format.AVRO, sampleEvents());
        byte[] bytes = Files.readAllBytes(whole);
        String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("deflate", "deflatf");
        Path file = Files.write(folder.resolve("unknown.avro"), text.getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> EventFiles.open(file))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("deflatf");
    }

    @Test
    void shouldSayThatAFileIsNotThere() {
        assertThatThrownBy(() -> EventFiles.open(folder.resolve("nowhere"))).isInstanceOf(IOException.class);
    }

    private Path write(String name, EventFiles.Format format, List<Event> events) throws IOException {
        Path file = folder.resolve(name);
        try (EventFileWriter writer = EventFiles.create(file, format)) {
            for (Event event : events) {
                writer.write(event);
            }
        }
        return file;
    }

    private Path container(Schema schema, GenericRecord record) throws IOException {
        Path file = folder.resolve("container.avro");
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
            writer.create(schema, file.toFile());
            writer.append(record);
        }
        return file;
    }

    private static List<FileRecord> readAll(Path file) throws IOException {
        List<FileRecord> records = new ArrayList<>();
        try (EventFileReader reader = EventFiles.open(file)) {
            for (FileRecord record = reader.next(); record != null; record = reader.next()) {
                records.add(record);
            }
        }
        return records;
    }

    private static List<Event> sampleEvents() {
        return SampleRecords.all().values().stream()
                .filter(Event.class::isInstance)
                .map(Event.class::cast)
                .toList();
    }
}
