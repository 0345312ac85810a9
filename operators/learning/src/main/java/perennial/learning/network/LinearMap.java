package perennial.learning.network;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.ConvolutionGeometry;

/** The linear part of a layer: h = factor * W a, forwards and backwards. Buffers may be longer than the batch needs. */
sealed interface LinearMap permits DenseMap, ConvolutionMap {

    /** Values of one input sample. */
    int inputSize();

    /** Values of one output sample. */
    int outputSize();

    /** Sizes of the convolution, or null for a dense map. */
    ConvolutionGeometry geometry();

    /** Writes h into {@code output}; keeps what the way back needs of {@code input}. */
    void forward(int batch, Buffer input, float factor, Buffer output);

    /** Writes the gradient with respect to W, given that with respect to h. {@code input} is what went forward. */
    void weightGradient(int batch, Buffer input, float factor, Buffer outputGradient, Buffer weightGradient);

    /** Writes the gradient with respect to the input, given that with respect to h. */
    void inputGradient(int batch, float factor, Buffer outputGradient, Buffer inputGradient);
}
