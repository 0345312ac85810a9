package perennial.learning.plasticity;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;

/** A copy of the trained network that metrics may do with what they like, with the probe batch. Not thread-safe. */
public final class ProbeNetwork {

    private final Network trained;
    private final Network copy;
    private final Buffer inputs;
    private final Buffer outputGradient;
    private final float[] outputValues;
    private final float[] gradientValues;
    private int rows;

    /**
     * @param trained the network to be measured
     * @param copy one of the same shape, with room for the probe batch
     * @param probeSize inputs of the probe batch
     */
    public ProbeNetwork(Network trained, Network copy, int probeSize) {
        this.trained = trained;
        this.copy = copy;
        Engine engine = copy.engine();
        this.inputs = engine.allocate(Math.multiplyExact(probeSize, inputSize()));
        this.outputGradient = engine.allocate(Math.multiplyExact(probeSize, copy.outputs()));
        this.outputValues = new float[outputGradient.length()];
        this.gradientValues = new float[outputGradient.length()];
    }

    /**
     * Takes over the trained network's parameters and factors, and draws the probe batch.
     *
     * @return whether there was anything to draw
     */
    public boolean follow(ProbeBatch batch) {
        goBack();
        List<Layer> layers = copy.layers();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = trained.layers().get(i);
            layers.get(i).weightFactor(layer.weightFactor());
            layers.get(i).biasFactor(layer.biasFactor());
        }
        rows = batch.draw(inputs);
        return rows > 0;
    }

    /** Takes over the trained network's parameters again. */
    void goBack() {
        engine().copy(trained.parameters().values(), copy.parameters().values());
    }

    /** Sends the probe batch forward. */
    Buffer forward() {
        return copy.forward(inputs, rows);
    }

    /** Sends one input of the probe batch forward. */
    Buffer forward(int row) {
        return copy.forward(inputs.view(row * inputSize(), inputSize()), 1);
    }

    /** The outputs of the probe batch, on this side of the engine; overwritten by the next call. */
    float[] outputs() {
        forward().read(0, outputValues, 0, rows * copy.outputs());
        return outputValues;
    }

    Engine engine() {
        return copy.engine();
    }

    Network network() {
        return copy;
    }

    Buffer trainedValues() {
        return trained.parameters().values();
    }

    /** Inputs of the probe batch. */
    public int rows() {
        return rows;
    }

    Buffer inputs() {
        return inputs;
    }

    int inputSize() {
        return copy.layers().get(0).inputSize();
    }

    /** Room for the gradient with respect to the probe batch's outputs. */
    Buffer outputGradient() {
        return outputGradient;
    }

    /** As {@link #outputGradient}, on this side of the engine. */
    float[] gradientValues() {
        return gradientValues;
    }
}
