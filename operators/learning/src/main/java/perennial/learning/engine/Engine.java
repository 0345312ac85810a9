package perennial.learning.engine;

/**
 * The arithmetic that learning is written in: fused operations on {@link Buffer}s. Every algorithm is written once,
 * against this interface; one contract test holds every engine to the same numbers.
 *
 * <p>Matrices are row-major. Operations work in place on the buffers they are given and allocate nothing in steady
 * state. Buffers of different engines do not mix, and an output never overlaps an input unless said. One engine serves one
 * learner: not thread-safe. {@link #close()} frees all its buffers.
 *
 * <p>Sums are taken in a fixed order: the same inputs give the same bits, on the same engine and {@link #kernel()}.
 */
public interface Engine extends AutoCloseable {

    /** The name that configuration chooses it by: {@code cpu} or {@code nd4j}. */
    String name();

    /**
     * Name and matrix-product kernel, such as {@code cpu/Haswell}: two runs with equal kernels have equal bits. Stands in
     * every report and in the state.
     */
    String kernel();

    /** A new buffer of zeros. */
    Buffer allocate(int length);

    // ---- Vectors ----

    /** {@code x[i] = value}. */
    void fill(Buffer x, float value);

    /** {@code target[i] = source[i]}. Lengths are equal. */
    void copy(Buffer source, Buffer target);

    /** {@code x[i] *= factor}. */
    void scale(Buffer x, float factor);

    /** {@code target[i] += factor * x[i]}. */
    void addScaled(Buffer x, float factor, Buffer target);

    /** {@code x[i] = rate * x[i] + (1 - rate) * value}. */
    void decayTowards(Buffer x, float rate, float value);

    /** Sum of {@code x[i]^2}, summed in double: finite exactly if every value is. */
    double sumOfSquares(Buffer x);

    /**
     * The Euclidean norm to at least five digits; finite exactly if every value is. For scales and checks: where norms are
     * subtracted or compared closely {@link #sumOfSquares} is the one to take.
     */
    double norm(Buffer x);

    /** Sum of the absolute values of {@code x}, summed in double. */
    double sumOfAbsolutes(Buffer x);

    /** Sum of {@code x[i] * y[i]}, summed in double. */
    double dot(Buffer x, Buffer y);

    // ---- Matrices ----

    /**
     * {@code c = alpha * op(a) * op(b) + beta * c}, where {@code op} transposes if asked.
     *
     * @param m rows of op(a) and c
     * @param n columns of op(b) and c
     * @param k columns of op(a) and rows of op(b)
     * @param c Modified; with beta 0 it is written without being read
     */
    void matrixProduct(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            float alpha,
            Buffer a,
            Buffer b,
            float beta,
            Buffer c);

    /** Adds {@code row} to each of {@code rows} rows of {@code matrix}. */
    void addToRows(int rows, int columns, Buffer row, Buffer matrix);

    /** {@code sums[j]} = sum of column {@code j} over {@code rows} rows of {@code matrix}. */
    void sumRows(int rows, int columns, Buffer matrix, Buffer sums);

    /** {@code sums[i]} = sum of the absolute values of row {@code i} of {@code matrix}. */
    void absoluteRowSums(int rows, int columns, Buffer matrix, Buffer sums);

    /**
     * Weight normalisation (Salimans and Kingma 2016): {@code target[i] = gain[i] * matrix[i] / norm(matrix[i])} for each row i.
     *
     * @param inverseNorms one per row, 1 / norm, kept for the way back. Modified.
     */
    void normaliseRows(int rows, int columns, Buffer matrix, Buffer gain, Buffer inverseNorms, Buffer target);

    /**
     * The way back through {@link #normaliseRows}, row by row: {@code gainGradient = (G . V) / |V|} and {@code G = gain / |V| * (G -
     * gainGradient * V / |V|)}.
     *
     * @param inverseNorms what {@link #normaliseRows} wrote. Not modified.
     * @param gradient G, with respect to the normalised matrix, and afterwards with respect to {@code matrix}. Modified.
     * @param gainGradient one per row. Modified.
     */
    void normaliseRowsBackward(
            int rows,
            int columns,
            Buffer matrix,
            Buffer gain,
            Buffer inverseNorms,
            Buffer gradient,
            Buffer gainGradient);

    // ---- Convolutions ----

    /** From channel, row, column to row, column, channel for each of {@code batch} images. {@code positions} = rows x columns. */
    void toChannelsLast(int batch, int channels, int positions, Buffer channelsFirst, Buffer channelsLast);

    /**
     * Lays out the patches of {@code batch} images as rows of a matrix of {@code batch * positions} rows and {@code
     * patchSize} columns; padding gives zeros.
     */
    void imagesToPatches(ConvolutionGeometry geometry, int batch, Buffer images, Buffer patches);

    /** The transpose of {@link #imagesToPatches}: writes into each pixel the sum of its copies in {@code patches}. */
    void patchesToImages(ConvolutionGeometry geometry, int batch, Buffer patches, Buffer images);

    /**
     * Values of scratch that {@link #convolve} and the ways back need for up to {@code batch} images: the patches of as many as are
     * worked on at a time.
     */
    default int convolutionScratch(ConvolutionGeometry geometry, int batch) {
        return Math.multiplyExact(batch, geometry.patchesSize());
    }

    /**
     * A convolution: {@code output = factor * patches * weight'} with the {@link #imagesToPatches patches} of {@code images}.
     *
     * @param weight a row of {@code patchSize} values per output channel. Not modified.
     * @param patches scratch of {@link #convolutionScratch} values. Modified; to be left alone until {@link
     *     #convolveWeightGradient}
     * @param output Modified: row, column, channel
     */
    default void convolve(
            ConvolutionGeometry geometry,
            int batch,
            float factor,
            Buffer images,
            Buffer weight,
            Buffer patches,
            Buffer output) {
        imagesToPatches(geometry, batch, images, patches);
        matrixProduct(
                false,
                true,
                batch * geometry.positions(),
                geometry.outputChannels(),
                geometry.patchSize(),
                factor,
                patches,
                weight,
                0f,
                output);
    }

    /**
     * The way back through the {@link #convolve} before it to the weight: {@code weightGradient = factor * outputGradient' * patches}.
     *
     * @param images what was convolved. Not modified.
     * @param patches what {@link #convolve} had for scratch. Modified.
     * @param weightGradient Modified.
     */
    default void convolveWeightGradient(
            ConvolutionGeometry geometry,
            int batch,
            float factor,
            Buffer images,
            Buffer outputGradient,
            Buffer patches,
            Buffer weightGradient) {
        matrixProduct(
                true,
                false,
                geometry.outputChannels(),
                geometry.patchSize(),
                batch * geometry.positions(),
                factor,
                outputGradient,
                patches,
                0f,
                weightGradient);
    }

    /**
     * The way back through {@link #convolve} to the images.
     *
     * @param patchGradients scratch of {@link #convolutionScratch} values. Modified.
     * @param imageGradient Modified.
     */
    default void convolveBackward(
            ConvolutionGeometry geometry,
            int batch,
            float factor,
            Buffer outputGradient,
            Buffer weight,
            Buffer patchGradients,
            Buffer imageGradient) {
        matrixProduct(
                false,
                false,
                batch * geometry.positions(),
                geometry.patchSize(),
                geometry.outputChannels(),
                factor,
                outputGradient,
                weight,
                0f,
                patchGradients);
        patchesToImages(geometry, batch, patchGradients, imageGradient);
    }

    // ---- Hidden layers ----

    /**
     * From the linear map's output {@code h} to the layer's output: {@code n = normalise(h)}, {@code z = scale * n +
     * offset}, {@code output = activation(z)}.
     *
     * @param linear h, {@code batch * shape.size()} values. Not modified.
     * @param scale one per channel, or null where there is none
     * @param offset one per channel: the normaliser's offset, or the bias where nothing normalises; null where there is none
     * @param normalised n, kept for the way back; unused (may be null) where nothing normalises
     * @param inverseDeviations one per sample, 1/sqrt(variance or mean square + epsilon), kept for the way back; unused
     *     (may be null) where nothing normalises
     * @param output {@code batch * shape.outputSize()} values. Modified. CReLU: the channels of a position first as they are,
     *     then negated.
     */
    void activate(
            HiddenShape shape,
            int batch,
            Buffer linear,
            Buffer scale,
            Buffer offset,
            Buffer normalised,
            Buffer inverseDeviations,
            Buffer output);

    /**
     * The way back through {@link #activate}.
     *
     * @param output what {@link #activate} wrote. Not modified.
     * @param outputGradient gradient of the loss with respect to {@code output}. Not modified.
     * @param scaleGradient Modified: gradient per channel; null where there is no scale
     * @param offsetGradient Modified: gradient per channel; null where there is no offset
     * @param linearGradient Modified: gradient with respect to {@code linear}
     */
    void activateBackward(
            HiddenShape shape,
            int batch,
            Buffer scale,
            Buffer normalised,
            Buffer inverseDeviations,
            Buffer output,
            Buffer outputGradient,
            Buffer scaleGradient,
            Buffer offsetGradient,
            Buffer linearGradient);

    /**
     * Per channel over all samples and positions: how many outputs are not 0, and the sum of their absolute values.
     *
     * @param activeCounts one per channel. Modified.
     * @param absoluteSums one per channel. Modified.
     */
    void unitActivity(int batch, int positions, int channels, Buffer output, Buffer activeCounts, Buffer absoluteSums);

    // ---- Losses ----

    /**
     * Mean over the batch of the cross-entropy between softmax(logits) and the labels.
     *
     * @param labels one class per sample
     * @param gradient Modified: (softmax - one-hot) / batch; may be the same buffer as {@code logits}
     */
    double softmaxCrossEntropy(int batch, int classes, Buffer logits, int[] labels, Buffer gradient);

    /**
     * Mean over batch and outputs of the squared difference.
     *
     * @param gradient Modified: 2 (prediction - target) / (batch * outputs)
     */
    double meanSquaredError(int batch, int outputs, Buffer predictions, Buffer targets, Buffer gradient);

    // ---- Optimisers. Each updates its moments and subtracts its step from the weights. ----

    /** {@code v = momentum * v + g}; {@code w -= rate * v}, or with Nesterov {@code w -= rate * (g + momentum * v)}. */
    void momentumStep(Buffer weights, Buffer gradient, Buffer velocity, float rate, float momentum, boolean nesterov);

    /**
     * Adam with decoupled weight decay: {@code m = beta1 m + (1-beta1) g}, {@code v = beta2 v + (1-beta2) g^2}, {@code w -=
     * rate * weightDecay * w + rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)}.
     *
     * @param step t, counted from 1; the corrections are computed in double
     */
    void adamStep(
            Buffer weights,
            Buffer gradient,
            Buffer firstMoment,
            Buffer secondMoment,
            long step,
            double rate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay);

    /**
     * {@link #adamStep} with steps counted for each weight. Instead of a count t each weight has the corrections 1 - beta^t as running
     * means of ones: {@code c1 = beta1 c1 + (1-beta1)}, {@code c2 = beta2 c2 + (1-beta2)}, then {@code w -= rate * weightDecay * w +
     * rate * (m / c1) / (sqrt(v / c2) + epsilon)}.
     *
     * @param firstCorrection c1; 0 for a weight before its first step. Modified.
     * @param secondCorrection c2; 0 for a weight before its first step. Modified.
     */
    void adamStepCountedApart(
            Buffer weights,
            Buffer gradient,
            Buffer firstMoment,
            Buffer secondMoment,
            Buffer firstCorrection,
            Buffer secondCorrection,
            double rate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay);

    /**
     * {@code s = decay s + (1-decay) g^2}; centred also {@code a = decay a + (1-decay) g}; {@code w -= rate * g / (sqrt(s - a^2) +
     * epsilon)}.
     *
     * @param gradientMean a; null where it is not centred
     */
    void rmsPropStep(
            Buffer weights,
            Buffer gradient,
            Buffer squareMean,
            Buffer gradientMean,
            float rate,
            float decay,
            float epsilon);

    /**
     * The direction of a step along an eligibility trace whose parts are brought to one size: {@code v = decay v + (1-decay) (error
     * z)^2}; {@code direction = z / sqrt(v / (1 - decay^t) + epsilon)}.
     *
     * @param trace z. Not modified.
     * @param squareMean v. Modified.
     * @param error the temporal-difference error
     * @param step t, counted from 1; the correction is computed in double
     * @param direction Modified.
     */
    void adaptTrace(
            Buffer trace, Buffer squareMean, double error, long step, double decay, double epsilon, Buffer direction);

    @Override
    void close();
}
