package perennial.streaming.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import perennial.learning.state.LearnerState;
import perennial.streaming.learn.LearnerCheckpoint.SourceCheckpoint;
import perennial.streaming.learn.LearnerCheckpoint.TrainedThrough;

class LearnerCheckpointSerializerTest {

    private static final LearnerCheckpoint CHECKPOINT = new LearnerCheckpoint(
            "nap",
            "größe",
            List.of(new TrainedThrough("größe", 0, 1L << 40), new TrainedThrough("größe", 2, 3)),
            new LearnerState().put("floats", new float[] {1, Float.NaN}).put("text", "x"),
            null);

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
                "nap", "s", List.of(), new LearnerState().put("text", "x"), new SourceCheckpoint(1L << 40, new byte[] {
                    1, 2, 3
                }));
        DataOutputSerializer out = new DataOutputSerializer(64);
        serialiser.serialize(fed, out);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());

        LearnerCheckpoint read = serialiser.deserialize(in);

        assertThat(read.state()).isEqualTo(fed.state());
        assertThat(read.source().tickets()).isEqualTo(1L << 40);
        assertThat(read.source().state()).containsExactly(1, 2, 3);
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
        bytes[0] = 3;

        assertThatThrownBy(() -> serialiser.deserialize(new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessage("a learner's checkpoint must be of a known version: version=3 newest=2; restore it with"
                        + " the release that wrote it or a newer one");
    }

    @Test
    void shouldFindAStateThatIsDamaged() throws Exception {
        byte[] bytes = written();
        bytes[bytes.length - 12] ^= 1;

        assertThatThrownBy(() -> serialiser.deserialize(new DataInputDeserializer(bytes)))
                .isInstanceOf(DamagedStateException.class)
                .hasMessageContainingAll("the state is damaged", "learner=nap", "the checkpoint before");
    }

    private byte[] written() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serialiser.serialize(CHECKPOINT, out);
        return out.getCopyOfBuffer();
    }
}
