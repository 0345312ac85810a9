package perennial.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import perennial.v1.Event;
import perennial.v1.LabelledExample;

class RecordCodecTest {

    private final RecordCodec codec = new RecordCodec();

    @Test
    void shouldReadBackWhatItWrote() {
        Event event =
                new Event("images", 7L, 0, 0L, new LabelledExample(ByteBuffer.wrap(new byte[] {1, 2, (byte) 255}), 3));

        Event read = codec.decodeEvent(codec.encode(event));

        assertThat(read).isEqualTo(event);
    }
}
