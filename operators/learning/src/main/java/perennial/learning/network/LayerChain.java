package perennial.learning.network;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;

/** Layers of which each takes the output of the one before; with no layers at all it passes on its input. */
final class LayerChain {

    private final Engine engine;
    private final Layer[] layers;
    private final Buffer layerGradient;
    private final Buffer linearGradient;

    /**
     * @param layerGradient room for the gradient of any output within the chain; shared with other chains
     * @param linearGradient room for the gradient of any linear map's output; shared with other chains
     */
    LayerChain(Engine engine, List<Layer> layers, Buffer layerGradient, Buffer linearGradient) {
        this.engine = engine;
        this.layers = layers.toArray(new Layer[0]);
        this.layerGradient = layerGradient;
        this.linearGradient = linearGradient;
    }

    /** The last layer's output; its own buffer, or {@code input}. */
    Buffer forward(int batch, Buffer input) {
        Buffer activations = input;
        for (Layer layer : layers) {
            layer.forward(batch, activations);
            activations = layer.output();
        }
        return activations;
    }

    boolean isEmpty() {
        return layers.length == 0;
    }

    /** What {@link #forward} gave for {@code input}. */
    Buffer output(Buffer input) {
        return layers.length == 0 ? input : layers[layers.length - 1].output();
    }

    /**
     * Writes the gradients of the layers' parameters.
     *
     * @param input what went forward. Not modified.
     * @param outputGradient gradient with respect to the last layer's output. Not modified.
     * @param inputGradient Modified: gradient with respect to the input; null where nobody asks for it
     */
    void backward(int batch, Buffer input, Buffer outputGradient, Buffer inputGradient) {
        Buffer gradient = outputGradient;
        for (int i = layers.length - 1; i >= 0; i--) {
            Buffer layerInput = i == 0 ? input : layers[i - 1].output();
            Buffer linear = layers[i].parameterGradients(batch, layerInput, gradient, linearGradient);
            Buffer target = i == 0 ? inputGradient : layerGradient;
            if (target != null) {
                layers[i].inputGradient(batch, linear, target);
            }
            gradient = target;
        }
        if (layers.length == 0 && inputGradient != null) {
            engine.copy(outputGradient, inputGradient);
        }
    }
}
