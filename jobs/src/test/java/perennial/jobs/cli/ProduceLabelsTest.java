package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.jobs.CommandRun;
import perennial.schemas.EventDecoder;
import perennial.schemas.EventFileReader;
import perennial.schemas.EventFileReader.FileRecord;
import perennial.schemas.EventFiles;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelledExample;

class ProduceLabelsTest {

    private static final String IMAGES = "labels.images={type: synthetic, rows: 4, columns: 4, classes: 6, count: 60}";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "labels.change={type: randomLabels}",
                "labels.change={type: labelPermutation}",
                "labels.change={type: partialRelabelling, fraction: 0.2}",
                "labels.change={type: classPermutation, composed: true}",
                "labels.change={type: pixelPermutation, composed: true}",
                "labels.change={type: classSubsets, sizes: [2, 1], reused: true}",
                "labels.change={type: targetMeans, means: [8, 0]}",
                "labels.pixels=centred"
            })
    void shouldWriteEveryStreamToAFileOfEitherKind(String assignment) throws Exception {
        assertThat(produce("events.avro", IMAGES, assignment).out())
                .isEqualTo(
                        "wrote 63 events of the stream s to " + folder.resolve("events.avro") + System.lineSeparator());
        assertThat(produce("events.jsonl", IMAGES, assignment).exitCode()).isZero();

        List<Event> events = events("events.avro");

        assertThat(events).hasSize(63).isEqualTo(events("events.jsonl"));
        assertThat(events.get(20).getBody()).isInstanceOf(LabelReset.class);
    }

    @Test
    void shouldWriteTargetValues() throws Exception {
        assertThat(produce("events.jsonl", "labels.images={type: bits}", "labels.change={type: slowBits}")
                        .exitCode())
                .isZero();

        for (Event event : events("events.jsonl")) {
            if (event.getBody() instanceof LabelledExample example) {
                assertThat((List<?>) example.getLabel()).hasSize(1);
            }
        }
    }

    @Test
    void shouldRefuseAStreamWithoutAnEnd() throws IOException {
        CommandRun run = produce("events.avro", "labels.resets=0");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("a file needs a stream with an end: stream=s resets=0; set resets");
        assertThat(folder.resolve("events.avro")).doesNotExist();
    }

    @Test
    void shouldSayWhenTheFileCannotBeWritten() throws IOException {
        CommandRun run = produce("no/folder/events.avro");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("the events cannot be written: file=").doesNotContain("\tat ");
    }

    @Test
    void shouldRefuseTasksThatNeedMoreClassesThanThereAre() throws IOException {
        CommandRun run = produce("events.avro", IMAGES, "labels.change={type: classSubsets, sizes: [5]}");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("the tasks must not need more classes than the images are of: sizes=[5] resets=3");
    }

    private CommandRun produce(String file, String... assignments) throws IOException {
        Path configuration = Files.writeString(
                folder.resolve("stream.yaml"), "labels: {stream: s, examplesPerTask: 20, resets: 3, seed: 5}\n");
        List<Object> words =
                new ArrayList<>(List.of("produce", "labels", "--config", configuration, "--to", folder.resolve(file)));
        for (String assignment : assignments) {
            words.addAll(List.of("--set", assignment));
        }
        return CommandRun.of(words.toArray());
    }

    private List<Event> events(String file) throws Exception {
        List<Event> events = new ArrayList<>();
        try (EventFileReader reader = EventFiles.open(folder.resolve(file))) {
            EventDecoder decoder = new EventDecoder();
            for (FileRecord record = reader.next(); record != null; record = reader.next()) {
                events.add(decoder.decode(record.bytes()));
            }
        }
        return events;
    }
}
