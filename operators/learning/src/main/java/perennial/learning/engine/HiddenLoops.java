package perennial.learning.engine;

import java.util.Arrays;
import perennial.learning.network.Activation;
import perennial.learning.network.Normalisation;

/**
 * Normalisation, scale and offset, and nonlinearity of a hidden layer, forward and backward, for one sample at a time. A
 * sample is copied to arrays of its own and worked on there: it stays in the processor's first cache, and all loops run over one
 * index from 0, the only kind over several arrays that the JIT compiler of Java 17 vectorises. Scale and offset are laid out once
 * per batch, a value for each of a sample's values. Not thread-safe.
 *
 * <p>Backward, with n the normalised values and d their gradient, a bar meaning the mean over the sample's values: layer norm
 * (Ba et al. 2016) gives {@code inverseDeviation * (d - bar(d) - n bar(d n))}; RMS norm (Zhang and Sennrich 2019) the same without
 * bar(d).
 */
final class HiddenLoops {

    private float[] scales = new float[0];
    private float[] offsets = new float[0];
    private float[] scaleGradients = new float[0];
    private float[] offsetGradients = new float[0];
    private float[] x = new float[0];
    private float[] y = new float[0];
    private float[] dy = new float[0];
    private float[] n = new float[0];

    /** Makes room for samples of the shape. Must come first for every batch. */
    void begin(HiddenShape shape) {
        if (x.length < shape.size()) {
            int size = shape.size();
            scales = new float[size];
            offsets = new float[size];
            scaleGradients = new float[size];
            offsetGradients = new float[size];
            x = new float[size];
            y = new float[size];
            dy = new float[size];
            n = new float[size];
        }
        Arrays.fill(scaleGradients, 0, shape.size(), 0f);
        Arrays.fill(offsetGradients, 0, shape.size(), 0f);
    }

    /** Takes over the scale, one value per channel. */
    void setScale(HiddenShape shape, float[] scale, int at) {
        repeat(shape, scale, at, scales);
    }

    /** Takes over the offset, one value per channel. */
    void setOffset(HiddenShape shape, float[] offset, int at) {
        repeat(shape, offset, at, offsets);
    }

    private static void repeat(HiddenShape shape, float[] values, int at, float[] target) {
        for (int p = 0; p < shape.size(); p += shape.channels()) {
            System.arraycopy(values, at, target, p, shape.channels());
        }
    }

    void load(NativeFloats h, int at, int size) {
        h.get(at, x, 0, size);
    }

    /** Normalises the loaded sample, writes it to {@code normalised}, and returns 1 / deviation. */
    float normalise(HiddenShape shape, float[] normalised, int at) {
        int size = shape.size();
        float mean = shape.normalisation() == Normalisation.LAYER_NORM ? VectorLoops.sum(x, 0, size) / size : 0f;
        float meanSquare = VectorLoops.sumOfSquares(x, 0, size, mean) / size;
        float inverse = (float) (1 / Math.sqrt((double) meanSquare + shape.epsilon()));
        shiftAndScale(x, size, mean, inverse);
        System.arraycopy(x, 0, normalised, at, size);
        return inverse;
    }

    /** From the loaded, normalised sample to its outputs. */
    void activate(HiddenShape shape, boolean hasScale, boolean hasOffset, NativeFloats output, int at) {
        int size = shape.size();
        if (hasScale && hasOffset) {
            multiplyAndAdd(x, scales, offsets, size);
        } else if (hasScale) {
            multiply(x, scales, size);
        } else if (hasOffset) {
            add(x, offsets, size);
        }
        switch (shape.activation()) {
            case RELU -> ActivationLoops.relu(x, size);
            case LEAKY_RELU -> ActivationLoops.leakyRelu(x, size, shape.leakySlope());
            case TANH -> ActivationLoops.tanh(x, size);
            case CRELU -> {
                ActivationLoops.negatedRelu(x, y, size);
                ActivationLoops.relu(x, size);
                int channels = shape.channels();
                for (int p = 0; p < size; p += channels) {
                    output.put(at + 2 * p, x, p, channels);
                    output.put(at + 2 * p + channels, y, p, channels);
                }
            }
        }
        if (shape.activation() != Activation.CRELU) {
            output.put(at, x, 0, size);
        }
    }

    /** Loads the gradient of one sample's z = scale * n + offset from its outputs and their gradient. */
    void activateBackward(HiddenShape shape, NativeFloats output, int at, NativeFloats gradient, int gradientAt) {
        int size = shape.size();
        gather(shape, output, at, y, 0);
        gather(shape, gradient, gradientAt, dy, 0);
        switch (shape.activation()) {
            case RELU -> ActivationLoops.reluBackward(y, dy, x, size);
            case LEAKY_RELU -> ActivationLoops.leakyReluBackward(y, dy, x, size, shape.leakySlope());
            case TANH -> ActivationLoops.tanhBackward(y, dy, x, size);
            case CRELU -> {
                ActivationLoops.reluBackward(y, dy, x, size);
                gather(shape, output, at, y, shape.channels());
                gather(shape, gradient, gradientAt, dy, shape.channels());
                ActivationLoops.negatedReluBackward(y, dy, x, size);
            }
        }
    }

    /** Copies a sample's outputs, of CReLU the half of each position that begins at {@code half}. */
    private static void gather(HiddenShape shape, NativeFloats source, int at, float[] target, int half) {
        if (shape.activation() != Activation.CRELU) {
            source.get(at, target, 0, shape.size());
            return;
        }
        int channels = shape.channels();
        for (int p = 0; p < shape.size(); p += channels) {
            source.get(at + 2 * p + half, target, p, channels);
        }
    }

    /** Adds the loaded gradient to the offset's. */
    void addOffsetGradient(int size) {
        add(offsetGradients, x, size);
    }

    /** From the loaded gradient of z to that of what was normalised; adds to the scale's gradient on the way. */
    void normaliseBackward(HiddenShape shape, boolean hasScale, float[] normalised, int at, float inverse) {
        int size = shape.size();
        System.arraycopy(normalised, at, n, 0, size);
        if (hasScale) {
            addProduct(scaleGradients, x, n, size);
            multiply(x, scales, size);
        }
        float mean = shape.normalisation() == Normalisation.LAYER_NORM ? VectorLoops.sum(x, 0, size) / size : 0f;
        float slope = VectorLoops.sumOfProducts(x, 0, n, 0, size) / size;
        project(x, n, size, mean, slope, inverse);
    }

    void store(NativeFloats target, int at, int size) {
        target.put(at, x, 0, size);
    }

    /** Writes the scale's gradient, summed over the batch and all positions. */
    void storeScaleGradient(HiddenShape shape, float[] target, int at) {
        sumPositions(shape, scaleGradients, target, at);
    }

    /** Writes the offset's gradient, summed over the batch and all positions. */
    void storeOffsetGradient(HiddenShape shape, float[] target, int at) {
        sumPositions(shape, offsetGradients, target, at);
    }

    private static void sumPositions(HiddenShape shape, float[] values, float[] target, int at) {
        int channels = shape.channels();
        System.arraycopy(values, 0, target, at, channels);
        for (int p = channels; p < shape.size(); p += channels) {
            VectorLoops.add(values, p, target, at, channels);
        }
    }

    private static void shiftAndScale(float[] x, int count, float mean, float factor) {
        for (int i = 0; i < count; i++) {
            x[i] = (x[i] - mean) * factor;
        }
    }

    private static void multiplyAndAdd(float[] x, float[] factors, float[] summands, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = factors[i] * x[i] + summands[i];
        }
    }

    private static void multiply(float[] x, float[] factors, int count) {
        for (int i = 0; i < count; i++) {
            x[i] *= factors[i];
        }
    }

    private static void add(float[] x, float[] summands, int count) {
        for (int i = 0; i < count; i++) {
            x[i] += summands[i];
        }
    }

    private static void addProduct(float[] x, float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            x[i] += a[i] * b[i];
        }
    }

    private static void project(float[] d, float[] n, int count, float mean, float slope, float inverse) {
        for (int i = 0; i < count; i++) {
            d[i] = inverse * (d[i] - mean - n[i] * slope);
        }
    }
}
