package perennial.learning.engine;

import perennial.learning.network.Normalisation;

/**
 * Normalisation, scale and offset, and nonlinearity of a hidden layer, forward and backward, for one sample at a time: its
 * values stay in the processor's first cache from loop to loop.
 *
 * <p>Backward, with n the normalised values and d their gradient, a bar meaning the mean over the sample's values: layer norm
 * (Ba et al. 2016) gives {@code inverseDeviation * (d - bar(d) - n bar(d n))}; RMS norm (Zhang and Sennrich 2019) the same without
 * bar(d).
 */
final class HiddenLoops {

    private HiddenLoops() {}

    /** Normalises one sample and returns 1 / deviation. */
    static float normalise(HiddenShape shape, float[] h, int hAt, float[] n, int nAt) {
        int size = shape.size();
        float mean = shape.normalisation() == Normalisation.LAYER_NORM ? VectorLoops.sum(h, hAt, size) / size : 0f;
        float meanSquare = VectorLoops.sumOfSquares(h, hAt, size, mean) / size;
        float inverse = (float) (1 / Math.sqrt((double) meanSquare + shape.epsilon()));
        for (int i = 0; i < size; i++) {
            n[nAt + i] = (h[hAt + i] - mean) * inverse;
        }
        return inverse;
    }

    /** {@code z = scale * n + offset} over the channels of one position; scale and offset may be null. */
    static void affine(
            float[] n,
            int nAt,
            float[] scale,
            int scaleAt,
            float[] offset,
            int offsetAt,
            float[] z,
            int zAt,
            int count) {
        if (scale != null && offset != null) {
            // One index for z and distances for the rest: four separate sums of indices keep the JIT from vectorising.
            int toN = nAt - zAt;
            int toScale = scaleAt - zAt;
            int toOffset = offsetAt - zAt;
            for (int i = zAt; i < zAt + count; i++) {
                z[i] = scale[i + toScale] * n[i + toN] + offset[i + toOffset];
            }
        } else if (scale != null) {
            multiply(n, nAt, scale, scaleAt, z, zAt, count);
        } else if (offset != null) {
            for (int i = 0; i < count; i++) {
                z[zAt + i] = n[nAt + i] + offset[offsetAt + i];
            }
        } else {
            System.arraycopy(n, nAt, z, zAt, count);
        }
    }

    static void multiply(float[] x, int xAt, float[] y, int yAt, float[] product, int at, int count) {
        for (int i = 0; i < count; i++) {
            product[at + i] = x[xAt + i] * y[yAt + i];
        }
    }

    static void addProduct(float[] x, int xAt, float[] y, int yAt, float[] target, int at, int count) {
        for (int i = 0; i < count; i++) {
            target[at + i] += x[xAt + i] * y[yAt + i];
        }
    }

    /** From one sample's normalised values to its outputs. */
    static void affineAndActivate(
            HiddenShape shape,
            float[] n,
            int nAt,
            float[] scale,
            int scaleAt,
            float[] offset,
            int offsetAt,
            float[] y,
            int yAt) {
        int channels = shape.channels();
        int outputChannels = shape.outputChannels();
        for (int p = 0; p < shape.positions(); p++) {
            affine(n, nAt + p * channels, scale, scaleAt, offset, offsetAt, y, yAt + p * outputChannels, channels);
        }
        int size = shape.size();
        switch (shape.activation()) {
            case RELU -> ActivationLoops.relu(y, yAt, size);
            case LEAKY_RELU -> ActivationLoops.leakyRelu(y, yAt, size, shape.leakySlope());
            case TANH -> ActivationLoops.tanh(y, yAt, size);
            case CRELU -> {
                for (int at = yAt; at < yAt + shape.outputSize(); at += outputChannels) {
                    ActivationLoops.negatedRelu(y, at, y, at + channels, channels);
                    ActivationLoops.relu(y, at, channels);
                }
            }
        }
    }

    /** From the gradient of one sample's outputs to the gradient of z = scale * n + offset. */
    static void activateSampleBackward(
            HiddenShape shape, float[] y, int yAt, float[] dy, int dyAt, float[] dz, int dzAt) {
        int size = shape.size();
        switch (shape.activation()) {
            case RELU -> ActivationLoops.reluBackward(y, yAt, dy, dyAt, dz, dzAt, size);
            case LEAKY_RELU -> ActivationLoops.leakyReluBackward(y, yAt, dy, dyAt, dz, dzAt, size, shape.leakySlope());
            case TANH -> ActivationLoops.tanhBackward(y, yAt, dy, dyAt, dz, dzAt, size);
            case CRELU -> {
                int channels = shape.channels();
                for (int p = 0; p < size; p += channels) {
                    int at = yAt + 2 * p;
                    int gradientAt = dyAt + 2 * p;
                    ActivationLoops.reluBackward(y, at, dy, gradientAt, dz, dzAt + p, channels);
                    ActivationLoops.negatedReluBackward(
                            y, at + channels, dy, gradientAt + channels, dz, dzAt + p, channels);
                }
            }
        }
    }

    /** Adds one position's outputs to the counts of outputs that are not 0, and to the sums of their absolute values. */
    static void addActivity(float[] y, int yAt, float[] counts, int countsAt, float[] sums, int sumsAt, int channels) {
        for (int i = 0; i < channels; i++) {
            float value = y[yAt + i];
            counts[countsAt + i] += value != 0 ? 1f : 0f;
            sums[sumsAt + i] += Math.abs(value);
        }
    }

    /** From the gradient of one sample's normalised values to the gradient of what was normalised, in place. */
    static void normaliseBackward(HiddenShape shape, float[] n, int nAt, float inverse, float[] d, int dAt) {
        int size = shape.size();
        float mean = shape.normalisation() == Normalisation.LAYER_NORM ? VectorLoops.sum(d, dAt, size) / size : 0f;
        float slope = VectorLoops.sumOfProducts(d, dAt, n, nAt, size) / size;
        for (int i = 0; i < size; i++) {
            d[dAt + i] = inverse * (d[dAt + i] - mean - n[nAt + i] * slope);
        }
    }
}
