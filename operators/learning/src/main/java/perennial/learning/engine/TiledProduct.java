package perennial.learning.engine;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Matrix products in native memory by OpenBLAS. Its AVX-512 kernels have a form for small products that leaves out the packing of
 * the operands, and that a larger product gets too if it comes in tiles. Kernels without that form get the product whole. A
 * single row is multiplied by the operation for vectors. Tiles depend on the product's shape alone, so that the order of every
 * sum is fixed. Not thread-safe; allocates nothing.
 */
final class TiledProduct {

    /*
     * OpenBLAS 0.3.19 (kernel SkylakeX) takes its small form up to 10^6 multiplications, and where only the right matrix is
     * transposed up to 1024 values of the result; there it pays only where the sums are long. Within these limits the sizes below
     * keep the operands of a tile in the processor's second cache; they come from a search over the shapes of the usual
     * networks (docs/performance.md).
     */

    private static final int MOST_MULTIPLICATIONS = 1_000_000;
    private static final int MOST_VALUES_RIGHT_TRANSPOSED = 1024;
    private static final int LEAST_DEPTH_RIGHT_TRANSPOSED = 128;

    private final boolean tiles;
    private final MovedPointer left = new MovedPointer();
    private final MovedPointer right = new MovedPointer();
    private final MovedPointer target = new MovedPointer();

    /** @param kernel name of OpenBLAS's kernels */
    TiledProduct(String kernel) {
        this.tiles = kernel.equalsIgnoreCase("SkylakeX");
    }

    /** {@code c = alpha * op(a) * op(b) + beta * c}, as {@link Engine#matrixProduct} says. */
    void run(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            float alpha,
            FloatPointer a,
            FloatPointer b,
            float beta,
            FloatPointer c) {
        if (m == 1) {
            rowProduct(transposeB, n, k, alpha, a, b, beta, c);
            return;
        }
        int rows = m;
        int columns = n;
        int depth = k;
        if (tiles && isWorthTiles(transposeA, transposeB, m, n, k)) {
            if (transposeB) {
                depth = part(k, 4096, 16);
                columns = part(n, MOST_VALUES_RIGHT_TRANSPOSED / Math.min(m, 32), 16);
                int most = Math.min(MOST_VALUES_RIGHT_TRANSPOSED / columns, MOST_MULTIPLICATIONS / (columns * depth));
                rows = part(m, Math.max(most, 1), 8);
            } else if (transposeA) {
                depth = part(k, 256, 16);
                columns = part(n, depth > 64 ? 48 : 96, 16);
                rows = part(m, 400_000 / (columns * depth), 16);
            } else {
                depth = part(k, 320, 16);
                columns = part(n, 128, 16);
                rows = part(m, 530_000 / (columns * depth), 8);
            }
        }
        int leftWidth = transposeA ? m : k;
        int rightWidth = transposeB ? k : n;
        for (int l = 0; l < k; l += depth) {
            float keep = l == 0 ? beta : 1f;
            for (int j = 0; j < n; j += columns) {
                right.move(b, transposeB ? (long) j * rightWidth + l : (long) l * rightWidth + j);
                for (int i = 0; i < m; i += rows) {
                    left.move(a, transposeA ? (long) l * leftWidth + i : (long) i * leftWidth + l);
                    target.move(c, (long) i * n + j);
                    openblas_nolapack.cblas_sgemm(
                            openblas_nolapack.CblasRowMajor,
                            transposeA ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                            transposeB ? openblas_nolapack.CblasTrans : openblas_nolapack.CblasNoTrans,
                            Math.min(rows, m - i),
                            Math.min(columns, n - j),
                            Math.min(depth, k - l),
                            alpha,
                            left,
                            leftWidth,
                            right,
                            rightWidth,
                            keep,
                            target,
                            n);
                }
            }
        }
    }

    /** A row times a matrix: the products of acting and of power iterations, for which packing a matrix is mere loss. */
    private static void rowProduct(
            boolean transposeB, int n, int k, float alpha, FloatPointer a, FloatPointer b, float beta, FloatPointer c) {
        openblas_nolapack.cblas_sgemv(
                openblas_nolapack.CblasRowMajor,
                transposeB ? openblas_nolapack.CblasNoTrans : openblas_nolapack.CblasTrans,
                transposeB ? n : k,
                transposeB ? k : n,
                alpha,
                b,
                transposeB ? k : n,
                a,
                1,
                beta,
                c,
                1);
    }

    private static boolean isWorthTiles(boolean transposeA, boolean transposeB, int m, int n, int k) {
        boolean isTooLarge = (long) m * n * k > MOST_MULTIPLICATIONS;
        return !transposeA && transposeB
                ? k >= LEAST_DEPTH_RIGHT_TRANSPOSED && (isTooLarge || (long) m * n > MOST_VALUES_RIGHT_TRANSPOSED)
                : isTooLarge;
    }

    /** The size of equal parts of at most {@code most}, but for the last, rounded up to a multiple of {@code grain}. */
    private static int part(int whole, int most, int grain) {
        int count = (whole + most - 1) / most;
        int size = (whole + count - 1) / count;
        return Math.min(whole, (size + grain - 1) / grain * grain);
    }
}
