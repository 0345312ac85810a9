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

    static void momentum(
            float[] w, int wAt, float[] g, int gAt, float[] v, int vAt, int count, float rate, float momentum) {
        for (int i = 0; i < count; i++) {
            float velocity = momentum * v[vAt + i] + g[gAt + i];
            v[vAt + i] = velocity;
            w[wAt + i] -= rate * velocity;
        }
    }

    static void nesterov(
            float[] w, int wAt, float[] g, int gAt, float[] v, int vAt, int count, float rate, float momentum) {
        for (int i = 0; i < count; i++) {
            float gradient = g[gAt + i];
            float velocity = momentum * v[vAt + i] + gradient;
            v[vAt + i] = velocity;
            w[wAt + i] -= rate * (gradient + momentum * velocity);
        }
    }

    /**
     * {@code w = keep w - stepSize * m / (sqrt(correction * v) + epsilon)} with the moments brought up to date first.
     *
     * @param keep 1 - rate * weight decay
     * @param stepSize rate / (1 - beta1^t)
     * @param correction 1 / (1 - beta2^t)
     */
    static void adam(
            float[] w,
            int wAt,
            float[] g,
            int gAt,
            float[] m,
            int mAt,
            float[] v,
            int vAt,
            int count,
            float beta1,
            float beta1Rest,
            float beta2,
            float beta2Rest,
            float stepSize,
            float correction,
            float epsilon,
            float keep) {
        for (int i = 0; i < count; i++) {
            float gradient = g[gAt + i];
            float first = beta1 * m[mAt + i] + beta1Rest * gradient;
            float second = beta2 * v[vAt + i] + beta2Rest * gradient * gradient;
            m[mAt + i] = first;
            v[vAt + i] = second;
            w[wAt + i] = keep * w[wAt + i] - stepSize * first / ((float) Math.sqrt(correction * second) + epsilon);
        }
    }

    static void rmsProp(
            float[] w,
            int wAt,
            float[] g,
            int gAt,
            float[] s,
            int sAt,
            int count,
            float rate,
            float decay,
            float epsilon) {
        float rest = 1 - decay;
        for (int i = 0; i < count; i++) {
            float gradient = g[gAt + i];
            float square = decay * s[sAt + i] + rest * gradient * gradient;
            s[sAt + i] = square;
            w[wAt + i] -= rate * gradient / ((float) Math.sqrt(square) + epsilon);
        }
    }

    static void centredRmsProp(
            float[] w,
            int wAt,
            float[] g,
            int gAt,
            float[] s,
            int sAt,
            float[] a,
            int aAt,
            int count,
            float rate,
            float decay,
            float epsilon) {
        float rest = 1 - decay;
        for (int i = 0; i < count; i++) {
            float gradient = g[gAt + i];
            float square = decay * s[sAt + i] + rest * gradient * gradient;
            float mean = decay * a[aAt + i] + rest * gradient;
            s[sAt + i] = square;
            a[aAt + i] = mean;
            // Rounding can take the difference below 0 where the gradient hardly varies; max keeps NaN.
            float variance = Math.max(square - mean * mean, 0f);
            w[wAt + i] -= rate * gradient / ((float) Math.sqrt(variance) + epsilon);
        }
    }
}
