package perennial.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever kernels run here: tiles are only a matter of speed. */
class TiledProductTest {

    @BeforeAll
    static void loadOpenBlas() {
        BlasKernel.load();
    }

    @ParameterizedTest
    @CsvSource({
        "32, 128, 1024",
        "2048, 16, 36",
        "16, 36, 2048",
        "33, 130, 321",
        "129, 49, 257",
        "31, 33, 4097",
        "1, 1100, 1000",
        "3, 3, 120000",
        "5, 9000, 30",
        "9000, 5, 30"
    })
    void shouldGiveTheWholeProductInTiles(int m, int n, int k) {
        SplittableRandom random = new SplittableRandom(m + 31L * n + 997L * k);
        try (FloatPointer a = uniform(m * k, random);
                FloatPointer b = uniform(k * n, random);
                FloatPointer before = uniform(m * n, random);
                FloatPointer whole = new FloatPointer((long) m * n);
                FloatPointer tiled = new FloatPointer((long) m * n)) {
            for (int variant = 0; variant < 8; variant++) {
                boolean transposeA = (variant & 1) != 0;
                boolean transposeB = (variant & 2) != 0;
                float beta = (variant & 4) != 0 ? 0.5f : 0f;
                whole.put(values(before, m * n));
                tiled.put(values(before, m * n));

                new TiledProduct("Haswell").run(transposeA, transposeB, m, n, k, 0.5f, a, b, beta, whole);
                new TiledProduct("SkylakeX").run(transposeA, transposeB, m, n, k, 0.5f, a, b, beta, tiled);

                assertThat(greatestDifference(values(tiled, m * n), values(whole, m * n)))
                        .as("variant %s", variant)
                        .isCloseTo(0, within(2e-6 * Math.sqrt(k)));
            }
        }
    }

    private static double greatestDifference(float[] x, float[] y) {
        double greatest = 0;
        for (int i = 0; i < x.length; i++) {
            greatest = Math.max(greatest, Math.abs(x[i] - y[i]));
        }
        return greatest;
    }

    private static FloatPointer uniform(int count, SplittableRandom random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return new FloatPointer(values);
    }

    private static float[] values(FloatPointer pointer, int count) {
        float[] values = new float[count];
        pointer.get(values);
        return values;
    }
}
