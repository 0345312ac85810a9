package perennial.environment.minatar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;

/** Expected values were drawn by NumPy 2.4.6: {@code RandomState(seed)}, {@code rand} and {@code randint}. */
class NumpyRandomTest {

    @Test
    void shouldDrawNumpysNumbers() {
        NumpyRandom random = new NumpyRandom(12345);

        assertThat(doubles(random, 3)).containsExactly(0.9296160928171479, 0.3163755545817859, 0.18391881167709445);
        assertThat(integers(random, 1, 9, 12)).containsExactly(7, 7, 6, 3, 6, 2, 7, 2, 4, 7, 2, 4);
        assertThat(random.nextInt(7, 8)).isEqualTo(7);
        assertThat(random.nextDouble()).isEqualTo(0.6535698708517353);
        assertThat(random.nextInt(0, Integer.MAX_VALUE)).isEqualTo(1063926992);
        assertThat(integers(random, 1, 6, 8)).containsExactly(3, 2, 4, 3, 2, 3, 4, 1);
        assertThat(random.nextDouble()).isEqualTo(0.5563973036754697);
    }

    @Test
    void shouldDrawNumpysNumbersFromTheSmallestAndTheLargestSeed() {
        assertThat(doubles(new NumpyRandom(0), 3))
                .containsExactly(0.5488135039273248, 0.7151893663724195, 0.6027633760716439);
        assertThat(doubles(new NumpyRandom(4294967295L), 3))
                .containsExactly(0.0976320289940138, 0.9123828453026218, 0.78903530185164);
    }

    @Test
    void shouldEqualNumpyOverManyMixedDraws() {
        NumpyRandom random = new NumpyRandom(2024);

        long hash = 0;
        for (int i = 0; i < 100_000; i++) {
            long value =
                    switch (i % 4) {
                        case 0 -> (long) (random.nextDouble() * 0x1p53);
                        case 1 -> random.nextInt(0, 2);
                        case 2 -> random.nextInt(1, 6);
                        default -> random.nextInt(0, 1 + i % 9);
                    };
            hash = hash * 31 + value;
        }

        assertThat(hash).isEqualTo(-2523731256047530846L);
    }

    @Test
    void shouldDrawNothingWhereOnlyOneNumberIsPossible() {
        NumpyRandom random = new NumpyRandom(5);
        NumpyRandom twin = new NumpyRandom(5);

        random.nextInt(3, 4);

        assertThat(random.nextInt()).isEqualTo(twin.nextInt());
    }

    @Test
    void shouldContinueFromASavedState() {
        NumpyRandom random = new NumpyRandom(77);
        doubles(random, 500);
        StateWriter state = new StateWriter("generator", 1);
        random.save(state);

        NumpyRandom restored = new NumpyRandom(0);
        restored.restore(new StateReader(state.finish(), "generator", 1));

        assertThat(doubles(restored, 1000)).containsExactly(doubles(random, 1000));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 4294967296L})
    void shouldRefuseSeedsThatNumpyRefuses(long seed) {
        assertThatThrownBy(() -> new NumpyRandom(seed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seed=" + seed);
    }

    private static double[] doubles(NumpyRandom random, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextDouble();
        }
        return values;
    }

    private static int[] integers(NumpyRandom random, int low, int high, int count) {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(low, high);
        }
        return values;
    }
}
