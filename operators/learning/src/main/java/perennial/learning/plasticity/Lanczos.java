package perennial.learning.plasticity;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;

/**
 * The outermost eigenvalues of a symmetric operator that is only known by its products with vectors (Golub and Van Loan, Matrix
 * Computations, 10.1). Each step costs a product, as one of power iteration does, and the k-th estimate is at least as good as that of
 * k power iterations, since it is the best of all vectors that those pass through. Vectors are not made orthogonal again: that leads to
 * copies of outer eigenvalues, and leaves their values. Not thread-safe.
 */
final class Lanczos {

    /** Residuals of this share of the operator's size are rounding in float. */
    private static final double ROUNDING = 1e-6;

    /** A symmetric operator. */
    interface Operator {

        /**
         * Applies it.
         *
         * @param vector Not modified.
         * @param product Modified.
         */
        void apply(Buffer vector, Buffer product);
    }

    private final Engine engine;
    private final int steps;
    private Buffer previous;
    private Buffer current;
    private Buffer next;
    private double greatest = Double.NaN;
    private double least = Double.NaN;

    /**
     * @param length values of a vector
     * @param steps products to make at most
     */
    Lanczos(Engine engine, int length, int steps) {
        this.engine = engine;
        this.steps = steps;
        this.previous = engine.allocate(length);
        this.current = engine.allocate(length);
        this.next = engine.allocate(length);
    }

    /** Estimates the eigenvalues, from a normal vector that {@code generator} draws. */
    void run(Operator operator, UniformRandomProvider generator) {
        engine.fill(previous, 0f);
        begin(generator);
        double[] diagonal = new double[steps];
        double[] beside = new double[steps];
        double size = 0;
        int count = 0;
        while (count < steps) {
            operator.apply(current, next);
            diagonal[count] = engine.dot(current, next);
            engine.addScaled(current, (float) -diagonal[count], next);
            if (count > 0) {
                engine.addScaled(previous, (float) -beside[count - 1], next);
            }
            beside[count] = Math.sqrt(engine.sumOfSquares(next));
            size = Math.max(size, Math.abs(diagonal[count]) + beside[count]);
            count++;
            if (!(beside[count - 1] > ROUNDING * size)) {
                break;
            }
            engine.scale(next, (float) (1 / beside[count - 1]));
            Buffer oldest = previous;
            previous = current;
            current = next;
            next = oldest;
        }
        double[] values =
                SymmetricEigenvalues.ofTridiagonal(Arrays.copyOf(diagonal, count), Arrays.copyOf(beside, count), count);
        greatest = values[0];
        least = values[count - 1];
    }

    private void begin(UniformRandomProvider generator) {
        ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(generator);
        float[] drawn = new float[current.length()];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = (float) gaussian.sample();
        }
        current.set(drawn);
        engine.scale(current, (float) (1 / Math.sqrt(engine.sumOfSquares(current))));
    }

    /** The greatest eigenvalue. */
    double greatest() {
        return greatest;
    }

    /** The least eigenvalue, which may be negative. */
    double least() {
        return least;
    }
}
