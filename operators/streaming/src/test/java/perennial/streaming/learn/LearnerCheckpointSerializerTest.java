package perennial.streaming.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import perennial.learning.state.LearnerState;
import perennial.streaming.learn.LearnerCheckpoint.Origin;
import perennial.streaming.learn.LearnerCheckpoint.SourceCheckpoint;
import perennial.streaming.learn.LearnerCheckpoint.TrainedThrough;
import perennial.v1.ControlCommand;
import perennial.v1.SetRate;

class LearnerCheckpointSerializerTest {

    private static final Origin ORIGIN = new Origin(1, "hash", "0.1.0", "{\"seed\":7}");

    private static final LearnerCheckpoint CHECKPOINT = new LearnerCheckpoint(
            "nap",
            "größe",
            List.of(new TrainedThrough("größe", 0, 1L << 40), new TrainedThrough("größe", 2, 3)),
            new LearnerState().put("floats", new float[] {1, Float.NaN}).put("text", "x"),
            null,
            ControlCheckpoint.NONE,
            ORIGIN);

    /** The length, of no bytes. */
    private static final int SOURCE_BYTES = 4;

    private final LearnerCheckpointSerializer serialiser = new LearnerCheckpointSerializer();

    @Test
    void shouldBringACheckpointAcross() throws Exception {
        DataInputDeserializer in = new DataInputDeserializer(written());

        assertThat(serialiser.deserialize(in)).isEqualTo(CHECKPOINT);
        assertThat(in.available()).isZero();
    }

    @Test
    void shouldBringALearnersSourceAcross() throws Exception {
        LearnerCheckpoint fed = new LearnerCheckpoint(
                "nap",
                "s",
                List.of(),
                new LearnerState().put("text", "x"),
                new SourceCheckpoint(1L << 40, new byte[] {1, 2, 3}),
                ControlCheckpoint.NONE,
                ORIGIN);
        DataOutputSerializer out = new DataOutputSerializer(64);
        serialiser.serialize(fed, out);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());

        LearnerCheckpoint read = serialiser.deserialize(in);

        assertThat(read.state()).isEqualTo(fed.state());
        assertThat(read.source().tickets()).isEqualTo(1L << 40);
        assertThat(read.source().state()).containsExactly(1, 2, 3);
        assertThat(read.origin()).isEqualTo(ORIGIN);
        assertThat(in.available()).isZero();
    }

    @Test
    void shouldBringTheMemoryOfCommandsAcross() throws Exception {
        ControlCheckpoint control = new ControlCheckpoint(
                List.of("a", "größe"),
                List.of(new ControlCommand("größe", "nap", 7L, "", new SetRate(0.5))),
                12,
                new ControlCommand("b", "*", null, "why", new SetRate(0.25)));
        LearnerCheckpoint told = CHECKPOINT.with(control);
        DataOutputSerializer out = new DataOutputSerializer(64);
        serialiser.serialize(told, out);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());

        assertThat(serialiser.deserialize(in)).isEqualTo(told);
        assertThat(in.available()).isZero();
    }

    @Test
    void shouldCopyBytesToBytesAndObjectsNotAtAll() throws Exception {
        DataOutputSerializer copied = new DataOutputSerializer(64);

        serialiser.copy(new DataInputDeserializer(written()), copied);

        assertThat(copied.getCopyOfBuffer()).isEqualTo(written());
        assertThat(serialiser.copy(CHECKPOINT)).isSameAs(CHECKPOINT);
    }

    @Test
    void shouldSayThatANewerReleaseWroteTheState() throws Exception {
        byte[] bytes = written();
        bytes[0] = 2;

        assertThatThrownBy(() -> serialiser.deserialize(new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessage("a learner's checkpoint must be of a known version: version=2 newest=1; restore it with"
                        + " the release that wrote it or a newer one");
    }

    /** All bytes but those of a learner's own source, which checks them itself. */
    @Test
    void shouldNoticeAnyDamagedByte() throws Exception {
        byte[] bytes = written();
        for (int at = 0; at < bytes.length - SOURCE_BYTES; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assertThatThrownBy(() -> serialiser.deserialize(new DataInputDeserializer(damaged)))
                    .as("byte %d", at)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldNoticeThatBytesAreMissingWherever() throws Exception {
        byte[] bytes = written();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> serialiser.deserialize(new DataInputDeserializer(cut)))
                    .as("%d bytes", length)
                    .isInstanceOf(IOException.class);
        }
    }

    private byte[] written() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serialiser.serialize(CHECKPOINT, out);
        return out.getCopyOfBuffer();
    }
}
