package perennial.learning.network;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.ConvolutionGeometry;
import perennial.learning.engine.Engine;

/** A matrix: weight [out, in]. */
record DenseMap(Engine engine, Buffer weight, int inputSize, int outputSize) implements LinearMap {

    @Override
    public ConvolutionGeometry geometry() {
        return null;
    }

    @Override
    public void forward(int batch, Buffer input, float factor, Buffer output) {
        engine.matrixProduct(false, true, batch, outputSize, inputSize, factor, input, weight, 0f, output);
    }

    @Override
    public void weightGradient(int batch, Buffer input, float factor, Buffer outputGradient, Buffer weightGradient) {
        engine.matrixProduct(
                true, false, outputSize, inputSize, batch, factor, outputGradient, input, 0f, weightGradient);
    }

    @Override
    public void inputGradient(int batch, float factor, Buffer outputGradient, Buffer inputGradient) {
        engine.matrixProduct(
                false, false, batch, inputSize, outputSize, factor, outputGradient, weight, 0f, inputGradient);
    }
}
