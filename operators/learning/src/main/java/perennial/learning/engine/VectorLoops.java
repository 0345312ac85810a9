package perennial.learning.engine;

/**
 * Loops over stretches of float arrays, each written so that the JIT compiler vectorises it or keeps several sums in flight.
 * The order of every sum is fixed. Arrays come with the index of their first value.
 */
final class VectorLoops {

    private VectorLoops() {}

    static void scale(float[] x, int at, int count, float factor) {
        for (int i = 0; i < count; i++) {
            x[at + i] *= factor;
        }
    }

    static void addScaled(float[] x, int xAt, float factor, float[] target, int at, int count) {
        if (xAt == at) {
            // Over one index the loop is vectorised, over two it is not.
            for (int i = at; i < at + count; i++) {
                target[i] += factor * x[i];
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            target[at + i] += factor * x[xAt + i];
        }
    }

    static void add(float[] x, int xAt, float[] target, int at, int count) {
        for (int i = 0; i < count; i++) {
            target[at + i] += x[xAt + i];
        }
    }

    static void decayTowards(float[] x, int at, int count, float rate, float value) {
        float pull = (1 - rate) * value;
        for (int i = 0; i < count; i++) {
            x[at + i] = rate * x[at + i] + pull;
        }
    }

    static double sumOfSquares(float[] x, int at, int count) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int i = 0;
        for (; i < count - 7; i += 8) {
            int p = at + i;
            double x0 = x[p];
            double x1 = x[p + 1];
            double x2 = x[p + 2];
            double x3 = x[p + 3];
            double x4 = x[p + 4];
            double x5 = x[p + 5];
            double x6 = x[p + 6];
            double x7 = x[p + 7];
            s0 += x0 * x0;
            s1 += x1 * x1;
            s2 += x2 * x2;
            s3 += x3 * x3;
            s4 += x4 * x4;
            s5 += x5 * x5;
            s6 += x6 * x6;
            s7 += x7 * x7;
        }
        for (; i < count; i++) {
            s0 += (double) x[at + i] * x[at + i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    static double sumOfAbsolutes(float[] x, int at, int count) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int i = 0;
        for (; i < count - 3; i += 4) {
            int p = at + i;
            s0 += Math.abs(x[p]);
            s1 += Math.abs(x[p + 1]);
            s2 += Math.abs(x[p + 2]);
            s3 += Math.abs(x[p + 3]);
        }
        for (; i < count; i++) {
            s0 += Math.abs(x[at + i]);
        }
        return (s0 + s1) + (s2 + s3);
    }

    static double dot(float[] x, int xAt, float[] y, int yAt, int count) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int i = 0;
        for (; i < count - 7; i += 8) {
            int p = xAt + i;
            int q = yAt + i;
            s0 += (double) x[p] * y[q];
            s1 += (double) x[p + 1] * y[q + 1];
            s2 += (double) x[p + 2] * y[q + 2];
            s3 += (double) x[p + 3] * y[q + 3];
            s4 += (double) x[p + 4] * y[q + 4];
            s5 += (double) x[p + 5] * y[q + 5];
            s6 += (double) x[p + 6] * y[q + 6];
            s7 += (double) x[p + 7] * y[q + 7];
        }
        for (; i < count; i++) {
            s0 += (double) x[xAt + i] * y[yAt + i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    /** Sum in eight float lanes: for a few thousand values of one sample, not for long vectors. */
    static float sum(float[] x, int at, int count) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int i = 0;
        for (; i < count - 7; i += 8) {
            int p = at + i;
            s0 += x[p];
            s1 += x[p + 1];
            s2 += x[p + 2];
            s3 += x[p + 3];
            s4 += x[p + 4];
            s5 += x[p + 5];
            s6 += x[p + 6];
            s7 += x[p + 7];
        }
        for (; i < count; i++) {
            s0 += x[at + i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    /** Sum of |x[i]| in eight float lanes. */
    static float sumOfSizes(float[] x, int at, int count) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int i = 0;
        for (; i < count - 7; i += 8) {
            int p = at + i;
            s0 += Math.abs(x[p]);
            s1 += Math.abs(x[p + 1]);
            s2 += Math.abs(x[p + 2]);
            s3 += Math.abs(x[p + 3]);
            s4 += Math.abs(x[p + 4]);
            s5 += Math.abs(x[p + 5]);
            s6 += Math.abs(x[p + 6]);
            s7 += Math.abs(x[p + 7]);
        }
        for (; i < count; i++) {
            s0 += Math.abs(x[at + i]);
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    /** Sum of (x[i] - centre)^2 in eight float lanes. */
    static float sumOfSquares(float[] x, int at, int count, float centre) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int i = 0;
        for (; i < count - 7; i += 8) {
            int p = at + i;
            float d0 = x[p] - centre;
            float d1 = x[p + 1] - centre;
            float d2 = x[p + 2] - centre;
            float d3 = x[p + 3] - centre;
            float d4 = x[p + 4] - centre;
            float d5 = x[p + 5] - centre;
            float d6 = x[p + 6] - centre;
            float d7 = x[p + 7] - centre;
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
            s4 += d4 * d4;
            s5 += d5 * d5;
            s6 += d6 * d6;
            s7 += d7 * d7;
        }
        for (; i < count; i++) {
            float d = x[at + i] - centre;
            s0 += d * d;
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    /** Sum of x[i] y[i] in eight float lanes. */
    static float sumOfProducts(float[] x, int xAt, float[] y, int yAt, int count) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int i = 0;
        for (; i < count - 7; i += 8) {
            int p = xAt + i;
            int q = yAt + i;
            s0 += x[p] * y[q];
            s1 += x[p + 1] * y[q + 1];
            s2 += x[p + 2] * y[q + 2];
            s3 += x[p + 3] * y[q + 3];
            s4 += x[p + 4] * y[q + 4];
            s5 += x[p + 5] * y[q + 5];
            s6 += x[p + 6] * y[q + 6];
            s7 += x[p + 7] * y[q + 7];
        }
        for (; i < count; i++) {
            s0 += x[xAt + i] * y[yAt + i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    /** Adds one position's outputs to the counts of outputs that are not 0, and to the sums of their absolute values. */
    static void addActivity(float[] y, int yAt, float[] counts, int countsAt, float[] sums, int sumsAt, int channels) {
        for (int i = 0; i < channels; i++) {
            float value = y[yAt + i];
            counts[countsAt + i] += value != 0 ? 1f : 0f;
            sums[sumsAt + i] += Math.abs(value);
        }
    }

    /** {@code base^exponent} by squaring: unlike the library's power it has the same bits everywhere and allocates nothing. */
    static double power(double base, long exponent) {
        double result = 1;
        double square = base;
        for (long rest = exponent; rest > 0; rest >>= 1) {
            if ((rest & 1) != 0) {
                result *= square;
            }
            square *= square;
        }
        return result;
    }
}
