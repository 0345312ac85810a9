package perennial.learning.engine;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Sums of squares in native memory by OpenBLAS: floats within a block, in double over the blocks. Several times faster than the
 * exact sum in Java, whose loop the JIT compiler of Java 17 does not vectorise. Not thread-safe; allocates nothing.
 */
final class NativeNorm {

    /** So short that the rounding of a block's sum stays at a float's own precision. */
    private static final int BLOCK = 4096;

    private final MovedPointer block = new MovedPointer();

    /** Sum of the squares to about six digits; not finite, or too small, where a block's leaves the range of floats. */
    double sumOfSquares(FloatPointer x, int count) {
        double sum = 0;
        for (int at = 0; at < count; at += BLOCK) {
            block.move(x, at);
            sum += openblas_nolapack.cblas_sdot(Math.min(BLOCK, count - at), block, 1, block, 1);
        }
        return sum;
    }
}
