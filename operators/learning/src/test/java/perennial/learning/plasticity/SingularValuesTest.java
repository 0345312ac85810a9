package perennial.learning.plasticity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ejml.simple.SimpleMatrix;

class SingularValuesTest {

    @Property(tries = 200)
    void shouldBeThoseOfEjml(
            @ForAll @IntRange(min = 1, max = 40) int rows,
            @ForAll @IntRange(min = 1, max = 40) int columns,
            @ForAll @IntRange(min = 0, max = 40) int rank,
            @ForAll long seed) {
        float[] matrix = matrix(rows, columns, rank, seed);

        double[] values = SingularValues.of(matrix, rows, columns);

        double[] expected = ofEjml(matrix, rows, columns);
        assertThat(values).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(values[i]).as("value %d", i).isCloseTo(expected[i], within(1e-6 * expected[0]));
        }
    }

    @Example
    void shouldSeeTheZerosOfADeficientMatrix() {
        // Rank 2 in floats that are exact, so that all other singular values are 0.
        float[] matrix = new float[60 * 30];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = (i / 30) % 7 * (i % 30 % 5) + (i / 30) % 3;
        }

        double[] values = SingularValues.of(matrix, 60, 30);

        assertThat(values[1]).isPositive();
        assertThat(Arrays.copyOfRange(values, 2, 30)).containsOnly(0);
    }

    @Example
    void shouldReadADiagonalMatrix() {
        assertThat(SingularValues.of(new float[] {0, 3, 0, 0, 0, -4}, 2, 3))
                .containsExactly(new double[] {4, 3}, within(1e-14));
        assertThat(SingularValues.of(new float[6], 3, 2)).containsExactly(0, 0);
    }

    @Property(tries = 100)
    void shouldFindTheEigenvaluesOfIndefiniteMatricesAsEjmlDoes(
            @ForAll @IntRange(min = 1, max = 40) int n, @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double value = random.nextInt(3) == 0 ? 0 : random.nextDouble(-1, 1);
                matrix[i * n + j] = value;
                matrix[j * n + i] = value;
            }
        }
        SimpleMatrix copy = new SimpleMatrix(n, n, true, matrix.clone());

        double[] values = SymmetricEigenvalues.of(matrix, n);

        double[] expected = copy.eig().getEigenvalues().stream()
                .mapToDouble(value -> -value.getReal())
                .sorted()
                .map(value -> -value)
                .toArray();
        for (int i = 0; i < n; i++) {
            assertThat(values[i]).as("value %d", i).isCloseTo(expected[i], within(1e-10));
        }
    }

    /** A random matrix of at most that rank, with singular values over many sizes. */
    private static float[] matrix(int rows, int columns, int rank, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] sum = new double[rows * columns];
        for (int k = 0; k < rank; k++) {
            double size = Math.exp(random.nextDouble(-8, 3));
            double[] left = random.doubles(rows, -1, 1).toArray();
            double[] right = random.doubles(columns, -1, 1).toArray();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += size * left[i / columns] * right[i % columns];
            }
        }
        float[] matrix = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            matrix[i] = (float) sum[i];
        }
        return matrix;
    }

    static double[] ofEjml(float[] matrix, int rows, int columns) {
        SimpleMatrix doubles = new SimpleMatrix(rows, columns);
        for (int i = 0; i < matrix.length; i++) {
            doubles.set(i / columns, i % columns, matrix[i]);
        }
        double[] values = doubles.svd(true).getSingularValues();
        return Arrays.copyOf(values, Math.min(rows, columns));
    }
}
