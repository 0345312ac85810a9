package perennial.learning.network;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.ConvolutionGeometry;
import perennial.learning.engine.Engine;

/**
 * A convolution as a matrix product of patches: weight [out, kernel row, kernel column, in].
 *
 * @param patches the batch's patches, kept from the way forward for the way back
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
        engine.imagesToPatches(geometry, batch, input, patches);
        engine.matrixProduct(
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

    @Override
    public void weightGradient(int batch, Buffer input, float factor, Buffer outputGradient, Buffer weightGradient) {
        engine.matrixProduct(
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

    @Override
    public void inputGradient(int batch, float factor, Buffer outputGradient, Buffer inputGradient) {
        engine.matrixProduct(
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
        engine.patchesToImages(geometry, batch, patchGradients, inputGradient);
    }
}
