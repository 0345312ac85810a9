package perennial.learning.engine;

/** Losses and their gradients. */
final class LossLoops {

    private LossLoops() {}

    /**
     * Cross-entropy of one sample. The largest logit is taken off first, so that nothing overflows.
     *
     * @param dx Modified: (softmax - one-hot) * share; may be {@code x}
     */
    static double softmaxCrossEntropy(float[] x, int xAt, int classes, int label, float[] dx, int dxAt, double share) {
        float largest = x[xAt];
        for (int i = 1; i < classes; i++) {
            largest = Math.max(largest, x[xAt + i]);
        }
        double distance = (double) largest - x[xAt + label];
        double sum = 0;
        for (int i = 0; i < classes; i++) {
            double exponential = Math.exp((double) x[xAt + i] - largest);
            dx[dxAt + i] = (float) exponential;
            sum += exponential;
        }
        float factor = (float) (share / sum);
        VectorLoops.scale(dx, dxAt, classes, factor);
        dx[dxAt + label] -= (float) share;
        return Math.log(sum) + distance;
    }

    /**
     * Sum of the squared differences.
     *
     * @param dx Modified: factor * (x - t)
     */
    static double squaredError(float[] x, int xAt, float[] t, int tAt, int count, float[] dx, int dxAt, float factor) {
        for (int i = 0; i < count; i++) {
            dx[dxAt + i] = x[xAt + i] - t[tAt + i];
        }
        double sum = VectorLoops.dot(dx, dxAt, dx, dxAt, count);
        VectorLoops.scale(dx, dxAt, count, factor);
        return sum;
    }
}
