package perennial.learning.plasticity;

import java.util.Arrays;

/**
 * Eigenvalues of a symmetric matrix, without its vectors: Householder's reduction to a tridiagonal matrix, then bisection on the
 * number of eigenvalues below a point (Golub and Van Loan, Matrix Computations, 8.3.1 and 8.4.1). Each eigenvalue has an error of
 * a few units of rounding of the largest one.
 */
final class SymmetricEigenvalues {

    private SymmetricEigenvalues() {}

    /**
     * All eigenvalues, greatest first.
     *
     * @param matrix {@code n * n} values, both halves. Modified.
     */
    static double[] of(double[] matrix, int n) {
        double[] diagonal = new double[n];
        double[] beside = new double[n];
        double[] v = new double[n];
        double[] w = new double[n];
        for (int k = 0; k < n; k++) {
            diagonal[k] = matrix[k * n + k];
            if (k < n - 1) {
                beside[k] = reduce(matrix, n, k, v, w);
            }
        }
        return ofTridiagonal(diagonal, beside, n);
    }

    /** Turns column k below the diagonal into a multiple of the first unit vector, which it returns. */
    private static double reduce(double[] matrix, int n, int k, double[] v, double[] w) {
        double squares = 0;
        for (int i = k + 1; i < n; i++) {
            v[i] = matrix[i * n + k];
            squares += v[i] * v[i];
        }
        double first = v[k + 1];
        if (squares == first * first) {
            return first;
        }
        // The sign that adds up, since the other would cancel.
        double alpha = -Math.copySign(Math.sqrt(squares), first);
        v[k + 1] -= alpha;
        double beta = 2 / (squares - first * first + v[k + 1] * v[k + 1]);

        double projection = 0;
        for (int i = k + 1; i < n; i++) {
            double sum = 0;
            for (int j = k + 1; j < n; j++) {
                sum += matrix[i * n + j] * v[j];
            }
            w[i] = beta * sum;
            projection += w[i] * v[i];
        }
        for (int i = k + 1; i < n; i++) {
            w[i] -= beta / 2 * projection * v[i];
        }
        for (int i = k + 1; i < n; i++) {
            double vi = v[i];
            double wi = w[i];
            int row = i * n;
            for (int j = k + 1; j < n; j++) {
                matrix[row + j] -= vi * w[j] + wi * v[j];
            }
        }
        return alpha;
    }

    /**
     * All eigenvalues of a symmetric tridiagonal matrix, greatest first.
     *
     * @param diagonal its {@code n} values on the diagonal. Not modified.
     * @param beside its {@code n - 1} values beside the diagonal. Not modified.
     */
    static double[] ofTridiagonal(double[] diagonal, double[] beside, int n) {
        double[] squares = new double[n];
        double bound = 0;
        for (int i = 0; i < n; i++) {
            squares[i] = i == 0 ? 0 : beside[i - 1] * beside[i - 1];
            double radius = (i == 0 ? 0 : Math.abs(beside[i - 1])) + (i == n - 1 ? 0 : Math.abs(beside[i]));
            bound = Math.max(bound, Math.abs(diagonal[i]) + radius);
        }
        double[] values = new double[n];
        if (!Double.isFinite(bound)) {
            Arrays.fill(values, Double.NaN);
            return values;
        }
        for (int i = 0; i < n; i++) {
            values[i] = bisect(diagonal, squares, n, n - 1 - i, bound);
        }
        return values;
    }

    /** The eigenvalue that has {@code smaller} eigenvalues before it. */
    private static double bisect(double[] diagonal, double[] squares, int n, int smaller, double bound) {
        double low = -bound;
        double high = bound;
        double tolerance = Math.ulp(bound);
        while (high - low > tolerance) {
            double middle = low + (high - low) / 2;
            if (countBelow(diagonal, squares, n, middle) > smaller) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return low + (high - low) / 2;
    }

    /** Number of eigenvalues below {@code x}: that of the negative pivots of the matrix less x. */
    private static int countBelow(double[] diagonal, double[] squares, int n, double x) {
        int count = 0;
        double pivot = 1;
        for (int i = 0; i < n; i++) {
            pivot = diagonal[i] - x - squares[i] / pivot;
            if (pivot == 0) {
                // A pivot of 0 counts as a tiny positive one.
                pivot = Double.MIN_NORMAL;
            }
            count += pivot < 0 ? 1 : 0;
        }
        return count;
    }
}
