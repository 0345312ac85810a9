package perennial.learning.network;

import java.io.Serializable;
import java.util.List;

/**
 * Shape of a network: convolutions, then hidden linear layers, then a linear output layer.
 *
 * <p>Every hidden layer is linear map, normalisation, nonlinearity, in that order (NaP, section 3.1: the normalisation
 * stands before the nonlinearity, so that a dead unit still gets gradient through its neighbours). A hidden layer has a
 * bias only where it has no normalisation; the output layer always has one.
 *
 * @param convolutions the convolutional layers, input side first; empty for a multi-layer perceptron
 * @param hidden widths of the hidden linear layers, input side first
 * @param activation nonlinearity after every hidden layer
 * @param leakySlope slope of {@link Activation#LEAKY_RELU} for negative inputs; unused by the others
 * @param normalisation normalisation before every nonlinearity
 * @param normalisationEpsilon added to the variance or mean square before the root is taken
 * @param initialiser how weights (and biases) are drawn
 */
public record NetworkSpec(
        List<ConvolutionSpec> convolutions,
        List<Integer> hidden,
        Activation activation,
        double leakySlope,
        Normalisation normalisation,
        double normalisationEpsilon,
        Initialiser initialiser)
        implements Serializable {

    public NetworkSpec {
        convolutions = List.copyOf(convolutions);
        hidden = List.copyOf(hidden);
        for (int width : hidden) {
            if (width < 1) {
                throw new IllegalArgumentException("a hidden layer needs at least one unit: hidden=" + hidden);
            }
        }
        if (!(normalisationEpsilon >= 0) || Double.isInfinite(normalisationEpsilon)) {
            throw new IllegalArgumentException(
                    "normalisationEpsilon must be 0 or more and finite: normalisationEpsilon=" + normalisationEpsilon);
        }
        if (!(leakySlope >= 0) || leakySlope >= 1) {
            throw new IllegalArgumentException("leakySlope must lie in [0, 1): leakySlope=" + leakySlope);
        }
    }
}
