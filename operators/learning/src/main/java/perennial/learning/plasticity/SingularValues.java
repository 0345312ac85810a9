package perennial.learning.plasticity;

/**
 * Singular values of a matrix of floats, as roots of the eigenvalues of the smaller of its two Gram matrices in double. The square root
 * makes values below about 1e-7 of the largest one uncertain; those are 0 here. The ranks that are computed from them ask for
 * 1e-2.
 */
final class SingularValues {

    /** Eigenvalues of the Gram matrix below this share of the largest, per row of it, are rounding. */
    private static final double ROUNDING = 4 * Math.ulp(1.0);

    private SingularValues() {}

    /**
     * All {@code min(rows, columns)} singular values, greatest first.
     *
     * @param matrix row by row. Not modified.
     */
    static double[] of(float[] matrix, int rows, int columns) {
        int n = Math.min(rows, columns);
        double[] values = SymmetricEigenvalues.of(gram(matrix, rows, columns), n);
        double least = n == 0 ? 0 : values[0] * ROUNDING * n;
        for (int i = 0; i < n; i++) {
            values[i] = values[i] <= least ? 0 : Math.sqrt(values[i]);
        }
        return values;
    }

    private static double[] gram(float[] matrix, int rows, int columns) {
        boolean isWide = rows <= columns;
        int n = isWide ? rows : columns;
        int length = isWide ? columns : rows;
        int vectorStep = isWide ? columns : 1;
        int step = isWide ? 1 : columns;
        double[] gram = new double[Math.multiplyExact(n, n)];
        double[] vector = new double[n];
        // One outer product after the other: these loops are vectorised, sums over products in a row are not.
        for (int k = 0; k < length; k++) {
            for (int i = 0; i < n; i++) {
                vector[i] = matrix[i * vectorStep + k * step];
            }
            for (int i = 0; i < n; i++) {
                double factor = vector[i];
                if (factor != 0) {
                    int row = i * n;
                    for (int j = 0; j <= i; j++) {
                        gram[row + j] += factor * vector[j];
                    }
                }
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                gram[j * n + i] = gram[i * n + j];
            }
        }
        return gram;
    }
}
