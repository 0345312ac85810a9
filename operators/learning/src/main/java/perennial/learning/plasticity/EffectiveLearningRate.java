package perennial.learning.plasticity;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Layer;
import perennial.learning.network.Network;
import perennial.learning.optimise.Optimiser;

/**
 * The learning rate as a scale-invariant weight feels it (NaP, definition 1): rate / norm^2 for descent and momentum, rate /
 * norm for optimisers whose steps do not grow with the gradient.
 */
public final class EffectiveLearningRate {

    private final Engine engine;
    private final boolean isScaleFree;
    private final Buffer[] weights;

    /** Over the normalised weights of {@code network} together; over all its weights where none is normalised. */
    public EffectiveLearningRate(Network network, Optimiser optimiser) {
        this.engine = network.engine();
        this.isScaleFree = optimiser.isScaleFree();
        boolean anyNormalised = network.layers().stream().anyMatch(Layer::isNormalised);
        this.weights = network.layers().stream()
                .filter(layer -> layer.isNormalised() || !anyNormalised)
                .map(layer -> layer.weight().in(network.parameters().values()))
                .toArray(Buffer[]::new);
    }

    /** The effective learning rate of all these weights together, at their present norm. */
    public double ofNetwork(double rate) {
        double squares = 0;
        for (Buffer weight : weights) {
            squares += engine.sumOfSquares(weight);
        }
        return ofWeight(rate, Math.sqrt(squares));
    }

    /** The effective learning rate of a weight of that norm. */
    public double ofWeight(double rate, double norm) {
        return isScaleFree ? rate / norm : rate / (norm * norm);
    }
}
