package perennial.learning.plasticity;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;

/**
 * How far and in which direction one update moves the weight of each layer. Call {@link #beforeStep}, {@link #afterStep} and
 * {@link #afterUpdate} in the course of the update, then read. Costs a copy of the parameters, so it is used on reported
 * updates only.
 */
public final class UpdateGeometry {

    private final Engine engine;
    private final Buffer values;
    private final Buffer copy;
    private final Buffer scratch;
    private final LayerGeometry[] layers;

    public UpdateGeometry(Network network) {
        this.engine = network.engine();
        this.values = network.parameters().values();
        this.copy = network.parameters().allocateAlike();
        int largest = 0;
        for (Layer layer : network.layers()) {
            largest = Math.max(largest, layer.weight().length());
        }
        this.scratch = engine.allocate(largest);
        this.layers = network.layers().stream()
                .map(layer -> new LayerGeometry(
                        layer.weight().in(values),
                        layer.weight().in(network.gradients()),
                        layer.weight().in(copy),
                        scratch.view(0, layer.weight().length())))
                .toArray(LayerGeometry[]::new);
    }

    /** The gradient is there and not yet clipped, the parameters are as they were. */
    public void beforeStep() {
        engine.copy(values, copy);
        for (LayerGeometry layer : layers) {
            layer.gradientNorm = Math.sqrt(engine.sumOfSquares(layer.gradient));
            layer.normBefore = Math.sqrt(engine.sumOfSquares(layer.before));
        }
    }

    /** The optimiser has made its step, and nothing else has happened. */
    public void afterStep() {
        for (LayerGeometry layer : layers) {
            engine.copy(layer.weight, layer.difference);
            engine.addScaled(layer.before, -1f, layer.difference);
            layer.updateNorm = Math.sqrt(engine.sumOfSquares(layer.difference));
        }
    }

    /** The update is over. */
    public void afterUpdate() {
        for (LayerGeometry layer : layers) {
            layer.norm = Math.sqrt(engine.sumOfSquares(layer.weight));
            double cosine = engine.dot(layer.before, layer.weight) / (layer.normBefore * layer.norm);
            layer.angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
        }
    }

    /** Frobenius norm of the layer's weight after the update. */
    public double parameterNorm(int layer) {
        return layers[layer].norm;
    }

    /** Norm of the gradient of the layer's weight before clipping. */
    public double gradientNorm(int layer) {
        return layers[layer].gradientNorm;
    }

    /** Norm of the change that the optimiser made to the layer's weight. */
    public double updateNorm(int layer) {
        return layers[layer].updateNorm;
    }

    /** {@link #updateNorm} divided by the norm of the weight before the update; NaN for a weight of zeros. */
    public double relativeUpdate(int layer) {
        double norm = layers[layer].normBefore;
        return norm == 0 ? Double.NaN : layers[layer].updateNorm / norm;
    }

    /** Angle between the layer's weight before and after the whole update, in radians; exact to about 1e-8. */
    public double rotationAngle(int layer) {
        return layers[layer].angle;
    }

    /** Views of one layer, looked up once, and what was measured last. */
    private static final class LayerGeometry {
        final Buffer weight;
        final Buffer gradient;
        final Buffer before;
        final Buffer difference;
        double gradientNorm;
        double normBefore;
        double updateNorm;
        double norm;
        double angle;

        LayerGeometry(Buffer weight, Buffer gradient, Buffer before, Buffer difference) {
            this.weight = weight;
            this.gradient = gradient;
            this.before = before;
            this.difference = difference;
        }
    }
}
