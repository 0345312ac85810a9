package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;

/** A file of which one record in a hundred is no good: the rest is learned from, and each bad one is kept with its bytes and reason. */
class GarbageITCase {

    private static final int RECORDS = 20_000;
    private static final int SIZE = 4;

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    /** A bad record, and the reason under which it must be found. */
    private record Bad(String reason, byte[] bytes) {}

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final List<Bad> bad = new ArrayList<>();
    private long sequence;
    private long good;

    @Test
    void shouldLearnFromTheRestAndKeepEveryBadRecord() throws IOException {
        for (int i = 0; i < RECORDS; i++) {
            if (i % 100 == 57) {
                writeBad((i / 100) % 10);
            } else {
                writeGood();
            }
        }
        Path events = Files.write(folder.resolve("events.jsonl"), file.toByteArray());
        Path configuration = Files.writeString(
                folder.resolve("learners.yaml"), "learners:\n" + learner("first") + learner("second"));

        CommandRun run = CommandRun.of(
                "train",
                "--config",
                configuration,
                "--events",
                events,
                "--metrics",
                folder.resolve("metrics.jsonl"),
                "--dead-letters",
                folder.resolve("dead-letters.jsonl"),
                "--state",
                folder.resolve("state"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("records that could not be used: " + bad.size());
        assertDeadLetters();
        assertEverythingElseWasLearned();
    }

    private void assertDeadLetters() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("dead-letters.jsonl"));
        assertThat(lines).hasSameSizeAs(bad);
        for (int i = 0; i < lines.size(); i++) {
            JsonNode letter = JSON.readTree(lines.get(i));
            assertThat(letter.get("reason").asText())
                    .as(lines.get(i))
                    .isEqualTo(bad.get(i).reason());
            assertThat(Base64.getDecoder().decode(letter.get("value").asText()))
                    .as(lines.get(i))
                    .isEqualTo(bad.get(i).bytes());
            assertThat(letter.get("error").asText()).isNotBlank();
            assertThat(letter.get("topic").asText()).isEqualTo("events.jsonl");
        }
    }

    private void assertEverythingElseWasLearned() throws IOException {
        TreeMap<String, JsonNode> last = new TreeMap<>();
        for (String line : Files.readAllLines(folder.resolve("metrics.jsonl"))) {
            JsonNode record = JSON.readTree(line);
            if (record.get("type").asText().equals("taskSummary")) {
                last.put(record.get("learner").asText(), record);
            }
        }
        assertThat(last.keySet()).containsExactly("first", "second");
        last.values().forEach(summary -> {
            assertThat(summary.get("records").asLong()).isEqualTo(good);
            assertThat(summary.get("divergences").asLong()).isZero();
        });
    }

    private void writeGood() {
        good++;
        write(example("s", sequence++, SIZE, "0.5", "1"));
    }

    private void writeBad(int kind) {
        switch (kind) {
            case 0 -> reject("undecodable", new byte[] {(byte) 0xc3, 1, 2, 3, (byte) 0xff, 0});
            case 1 -> reject("undecodable", "{\"type\":\"example\",\"stream\":\"s\"".getBytes(StandardCharsets.UTF_8));
            case 2 -> reject("wrongSize", example("s", sequence++, SIZE + 1, "0.5", "1"));
            case 3 -> reject("notFinite", example("s", sequence++, SIZE, "NaN", "1"));
            case 4 -> reject("labelOutOfRange", example("s", sequence++, SIZE, "0.5", "3"));
            case 5 -> reject("labelOutOfRange", example("s", sequence++, SIZE, "0.5", "-1"));
            case 6 -> reject("unknownStream", example("nobody", 0, SIZE, "0.5", "1"));
            case 7 -> reject("sequenceRepeated", example("s", sequence - 1, SIZE, "0.5", "1"));
            case 8 -> {
                // Two records are lost: the next one tells, and is used.
                sequence += 2;
                good++;
                reject("sequenceGap", example("s", sequence++, SIZE, "0.5", "1"));
            }
            default -> reject("wrongKind", example("s", sequence++, SIZE, "0.5", "[0.5]"));
        }
    }

    private void reject(String reason, byte[] bytes) {
        bad.add(new Bad(reason, bytes));
        write(bytes);
    }

    private void write(byte[] line) {
        file.writeBytes(line);
        file.write('\n');
    }

    private static byte[] example(String stream, long sequence, int size, String value, String label) {
        List<String> features = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            features.add(i == 0 ? value : "0." + (sequence + i) % 10);
        }
        return ("{\"type\":\"example\",\"stream\":\"" + stream + "\",\"sequence\":" + sequence + ",\"features\":"
                        + features + ",\"label\":" + label + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String learner(String name) {
        return "  - name: " + name + "\n"
                + "    streams: [s]\n"
                + "    task: {type: classification, input: [" + SIZE + "], classes: 3}\n"
                + "    network: {type: mlp, hidden: [8], normalisation: layernorm}\n"
                + "    method: {type: nap}\n"
                + "    batch: {size: 16}\n";
    }
}
