package perennial.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StateReaderTest {

    @Test
    void shouldReadWhatWasWritten() {
        byte[] state = new StateWriter("thing", 3)
                .put(1)
                .put(-2L)
                .put(0.1)
                .put(true)
                .put("Größe")
                .put(new byte[] {1, 2})
                .put(new int[] {5, 6, 7}, 2)
                .finish();

        StateReader reader = new StateReader(state, "thing", 4);

        assertThat(reader.version()).isEqualTo(3);
        assertThat(reader.integer()).isEqualTo(1);
        assertThat(reader.longInteger()).isEqualTo(-2L);
        assertThat(reader.real()).isEqualTo(0.1);
        assertThat(reader.flag()).isTrue();
        assertThat(reader.string()).isEqualTo("Größe");
        assertThat(reader.byteArray()).containsExactly(1, 2);
        assertThat(reader.integers()).containsExactly(5, 6);
        reader.finish();
    }

    @Property(tries = 200)
    void shouldRefuseDamagedBytes(
            @ForAll @Size(max = 1000) byte[] content,
            @ForAll @IntRange(max = 1_000_000) int place,
            @ForAll @IntRange(max = 7) int bit) {
        byte[] state = new StateWriter("thing", 1).put(content).finish();
        state[place % state.length] ^= (byte) (1 << bit);

        assertThatThrownBy(() -> new StateReader(state, "thing", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 50)
    void shouldRefuseBytesThatEndTooEarly(@ForAll @IntRange(max = 39) int length) {
        byte[] state = new StateWriter("thing", 1).put(new byte[20]).finish();

        assertThatThrownBy(() -> new StateReader(Arrays.copyOf(state, length), "thing", 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseANewerVersion() {
        byte[] state = new StateWriter("thing", 2).finish();

        assertThatThrownBy(() -> new StateReader(state, "thing", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("newest=1 found=2");
    }

    @Test
    void shouldRefuseToReadMoreThanThereIs() {
        byte[] state = new StateWriter("thing", 1).put(100).finish();

        assertThatThrownBy(() -> new StateReader(state, "thing", 1).byteArray())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wanted=100 left=0");
        assertThatThrownBy(() -> new StateReader(state, "thing", 1).longInteger())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wanted=8 left=4");
    }

    @Test
    void shouldRefuseToLeaveSomethingUnread() {
        byte[] state = new StateWriter("thing", 1).put(100).finish();

        assertThatThrownBy(() -> new StateReader(state, "thing", 1).finish())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("left=4");
    }
}
