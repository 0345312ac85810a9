package perennial.learning.engine;

/**
 * Nonlinearities and their derivatives as loops without branches, so that the JIT compiler vectorises them and NaN passes
 * through. Derivatives are taken from the outputs.
 */
final class ActivationLoops {

    /** 2^127: two factors of it lift every positive float, the smallest included, above 1, and leave 0 and NaN as they are. */
    private static final float LIFT = 0x1p127f;

    private ActivationLoops() {}

    /** 1 for positive x, 0 for 0, NaN for NaN; x is not negative. */
    private static float isPositive(float x) {
        return Math.min(x * LIFT * LIFT, 1f);
    }

    static void relu(float[] x, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = Math.max(x[i], 0f);
        }
    }

    static void negatedRelu(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = Math.max(-x[i], 0f);
        }
    }

    static void leakyRelu(float[] x, int count, float slope) {
        for (int i = 0; i < count; i++) {
            x[i] = Math.max(x[i], 0f) + slope * Math.min(x[i], 0f);
        }
    }

    /**
     * tanh x = 2t / (1 + t^2) with t = tanh(x/2), three times over, from Lambert's continued fraction for tanh(x/8). The
     * fraction, cut off at x^7, is exact to a float's precision where |x/8| is at most 9/8; beyond 9 tanh is 1.
     */
    static void tanh(float[] x, int count) {
        for (int i = 0; i < count; i++) {
            float u = Math.max(-9f, Math.min(9f, x[i])) * 0.125f;
            float s = u * u;
            float t = u * (10395f + s * (1260f + s * 21f)) / (10395f + s * (4725f + s * (210f + s)));
            t = 2f * t / (1f + t * t);
            t = 2f * t / (1f + t * t);
            x[i] = 2f * t / (1f + t * t);
        }
    }

    static void reluBackward(float[] y, float[] dy, float[] dx, int count) {
        for (int i = 0; i < count; i++) {
            dx[i] = dy[i] * isPositive(y[i]);
        }
    }

    /** As {@link #reluBackward} for the negated half of CReLU, whose gradient comes on top of the first half's. */
    static void negatedReluBackward(float[] y, float[] dy, float[] dx, int count) {
        for (int i = 0; i < count; i++) {
            dx[i] -= dy[i] * isPositive(y[i]);
        }
    }

    static void leakyReluBackward(float[] y, float[] dy, float[] dx, int count, float slope) {
        for (int i = 0; i < count; i++) {
            float positive = isPositive(Math.max(y[i], 0f));
            dx[i] = dy[i] * (positive + (1f - positive) * slope);
        }
    }

    static void tanhBackward(float[] y, float[] dy, float[] dx, int count) {
        for (int i = 0; i < count; i++) {
            dx[i] = dy[i] * (1f - y[i] * y[i]);
        }
    }
}
