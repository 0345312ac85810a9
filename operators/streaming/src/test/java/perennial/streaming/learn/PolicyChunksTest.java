package perennial.streaming.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import perennial.schemas.RecordCodec;
import perennial.v1.PolicySnapshot;

class PolicyChunksTest {

    @Test
    void shouldCutWeightsIntoChunksThatMakeThemUpAgain() {
        byte[] tensors = new byte[2 * PolicyChunks.CHUNK_BYTES + 17];
        new Random(1).nextBytes(tensors);

        List<PolicySnapshot> chunks = chunks(tensors);

        assertThat(chunks).extracting(PolicySnapshot::getChunk).containsExactly(0, 1, 2);
        assertThat(chunks).extracting(PolicySnapshot::getChunks).containsOnly(3);
        assertThat(chunks).extracting(c -> c.getTensors().remaining()).containsExactly(524288, 524288, 17);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (PolicySnapshot chunk : chunks) {
            // Through the codec, as they travel.
            PolicySnapshot travelled = (PolicySnapshot) new RecordCodec().decode(new RecordCodec().encode(chunk));
            byte[] part = new byte[travelled.getTensors().remaining()];
            travelled.getTensors().get(part);
            whole.writeBytes(part);
        }
        assertThat(whole.toByteArray()).isEqualTo(tensors);
    }

    @Test
    void shouldMakeOneChunkOfWhatFitsExactly() {
        assertThat(chunks(new byte[PolicyChunks.CHUNK_BYTES])).hasSize(1);
        assertThat(chunks(new byte[PolicyChunks.CHUNK_BYTES + 1])).hasSize(2);
    }

    private static List<PolicySnapshot> chunks(byte[] tensors) {
        List<PolicySnapshot> chunks = new ArrayList<>();
        new PolicyChunks("nap", "s", 5, List.of(), tensors).forEach(chunks::add);
        return chunks;
    }
}
