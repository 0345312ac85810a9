package perennial.learning.network;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.ConvolutionGeometry;
import perennial.learning.engine.Engine;

/**
 * A convolution as a matrix product of patches: weight [out, kernel row, kernel column, in].
 *
 * @param patches scratch of the engine, kept from the way forward for the way back
 * @param patchGradients scratch, shared by all convolutions of a network
 */
record ConvolutionMap(Engine engine, Buffer weight, ConvolutionGeometry geometry, Buffer patches, Buffer patchGradients)
        implements LinearMap {

    @Override
    public int inputSize() {
        return geometry.inputSize();
    }

    @Override
    public int outputSize() {
        return geometry.outputSize();
    }

    @Override
    public void forward(int batch, Buffer input, float factor, Buffer output) {
        engine.convolve(geometry, batch, factor, input, weight, patches, output);
    }

    @Override
    public void weightGradient(int batch, Buffer input, float factor, Buffer outputGradient, Buffer weightGradient) {
        engine.convolveWeightGradient(geometry, batch, factor, input, outputGradient, patches, weightGradient);
    }

    @Override
    public void inputGradient(int batch, float factor, Buffer outputGradient, Buffer inputGradient) {
        engine.convolveBackward(geometry, batch, factor, outputGradient, weight, patchGradients, inputGradient);
    }
}
