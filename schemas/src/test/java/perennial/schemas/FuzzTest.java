package perennial.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.v1.ControlCommand;
import perennial.v1.EpisodeEnd;
import perennial.v1.Event;

/** Bytes that are no records: each is refused with a sentence, and none makes the reader ask for much memory. */
class FuzzTest {

    private static final long MOST_BYTES = 64L << 20;
    private static final int ROUNDS = 20_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final RecordCodec codec = new RecordCodec();
    private final EventDecoder events = new EventDecoder();
    private final CommandDecoder commands = new CommandDecoder();

    @Test
    void shouldRefuseOrReadRandomBytes() {
        Random random = new Random(1);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            check(bytes, codec::decode);
            check(bytes, events::decode);
            check(bytes, commands::decode);
            check(bytes, JsonRecords::parse);
        }
    }

    @Test
    void shouldRefuseOrReadARandomPayloadOfEveryRecord() {
        Random random = new Random(2);
        List<byte[]> samples = avro();
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes =
                    Arrays.copyOf(samples.get(random.nextInt(samples.size())), RecordCodec.HEADER + random.nextInt(64));
            for (int at = RecordCodec.HEADER; at < bytes.length; at++) {
                // Mostly small numbers, so that branches and lengths are often right.
                bytes[at] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(8));
            }
            check(bytes, codec::decode);
        }
    }

    @Test
    void shouldRefuseOrReadMutatedRecords() {
        Random random = new Random(3);
        List<byte[]> avro = avro();
        List<byte[]> json = json();
        for (int i = 0; i < ROUNDS; i++) {
            check(mutated(avro.get(random.nextInt(avro.size())), random), codec::decode);
            check(mutated(json.get(random.nextInt(json.size())), random), JsonRecords::parse);
            check(mutated(json.get(random.nextInt(6)), random), JsonRecords::parseEvent);
        }
    }

    /** In either of their forms: of a control topic they are all that is read. */
    @Test
    void shouldRefuseOrReadMutatedCommands() {
        Random random = new Random(5);
        List<SpecificRecord> samples = SampleRecords.all().values().stream()
                .filter(ControlCommand.class::isInstance)
                .toList();
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            SpecificRecord sample = samples.get(random.nextInt(samples.size()));
            read += check(mutated(codec.encode(sample), random), commands::decode) ? 1 : 0;
            read += check(mutated(JsonRecords.toJsonBytes(sample), random), commands::decode) ? 1 : 0;
        }

        // Some damages leave a command, of another rate or for another learner.
        assertThat(read).isBetween(ROUNDS / 100, 2 * ROUNDS - ROUNDS / 100);
    }

    @Test
    void shouldNotBelieveALengthAnywhereInARecord() {
        // Zig-zag varints of 2^31 - 1, 2^31 - 9, 2^40, -1 and -(2^31 - 1).
        byte[][] lengths = {
            {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F},
            {(byte) 0xEE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F},
            {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x40},
            {0x01},
            {(byte) 0xFD, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F},
        };
        for (byte[] sample : avro()) {
            for (int at = RecordCodec.HEADER; at < sample.length; at++) {
                for (byte[] length : lengths) {
                    byte[] bytes = Arrays.copyOf(sample, sample.length - 1 + length.length);
                    System.arraycopy(length, 0, bytes, at, length.length);
                    System.arraycopy(sample, at + 1, bytes, at + length.length, sample.length - at - 1);
                    check(bytes, codec::decode);
                }
            }
        }
    }

    @Test
    void shouldRefuseDeeplyNestedJson() {
        byte[] deep = ("{\"type\":\"report\",\"layers\":" + "[".repeat(1_000_000)).getBytes(StandardCharsets.US_ASCII);
        byte[] deepUnderNoKey = ("{\"x\":" + "[".repeat(1_000_000)).getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> JsonRecords.parse(deep)).isInstanceOf(UndecodableRecordException.class);
        assertThatThrownBy(() -> JsonRecords.parse(deepUnderNoKey)).isInstanceOf(UndecodableRecordException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-1e999999999", "1e-999999999", "123456789012345678901234567890"})
    void shouldNotWorkOutHugeNumbers(String number) {
        byte[] line = ("{\"type\":\"example\",\"stream\":\"s\",\"sequence\":0,\"features\":[" + number
                        + "],\"label\":0}")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] asSequence = ("{\"type\":\"labelReset\",\"stream\":\"s\",\"sequence\":" + number + ",\"task\":0}")
                .getBytes(StandardCharsets.US_ASCII);

        check(line, JsonRecords::parseEvent);

        assertThatThrownBy(() -> JsonRecords.parseEvent(asSequence))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("sequence must be an integer");
    }

    @Test
    void shouldRefuseOrReadMutatedFiles(@TempDir Path folder) throws IOException {
        Random random = new Random(4);
        Path whole = folder.resolve("whole.avro");
        try (EventFileWriter writer = EventFiles.create(whole, EventFiles.Format.AVRO)) {
            for (int i = 0; i < 50; i++) {
                writer.write(new Event("s", (long) i, 0, 0L, new EpisodeEnd((long) i, 1.0, 10L)));
            }
        }
        byte[] bytes = Files.readAllBytes(whole);
        Path file = folder.resolve("mutated.avro");
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            Files.write(file, mutated(bytes, random));
            refused += check(new byte[0], ignored -> readAll(file)) ? 0 : 1;
        }

        assertThat(refused).isGreaterThan(400);
    }

    private static void readAll(Path file) {
        try (EventFileReader reader = EventFiles.open(file)) {
            while (reader.next() != null) {
                // Only whether it can be read matters.
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether the bytes were read; anything but reading them or refusing them fails. */
    private boolean check(byte[] bytes, Consumer<byte[]> read) {
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean isRead = true;
        try {
            read.accept(bytes);
        } catch (UndecodableRecordException e) {
            isRead = false;
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2000);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
        return isRead;
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        byte[] mutated = bytes.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(4)) {
                case 0 -> mutated[at] = (byte) random.nextInt();
                case 1 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> mutated = Arrays.copyOf(mutated, Math.max(1, at));
                default -> {
                    byte[] longer = Arrays.copyOf(mutated, mutated.length + 1);
                    System.arraycopy(mutated, at, longer, at + 1, mutated.length - at);
                    mutated = longer;
                }
            }
        }
        return mutated;
    }

    private List<byte[]> avro() {
        List<byte[]> samples = new ArrayList<>();
        SampleRecords.all().values().forEach(sample -> samples.add(codec.encode(sample)));
        return samples;
    }

    /** Events first. */
    private static List<byte[]> json() {
        List<byte[]> samples = new ArrayList<>();
        SampleRecords.all().values().forEach(sample -> samples.add(JsonRecords.toJsonBytes(sample)));
        return samples;
    }
}
