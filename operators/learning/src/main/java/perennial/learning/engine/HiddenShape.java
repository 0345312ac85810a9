package perennial.learning.engine;

import perennial.learning.network.Activation;
import perennial.learning.network.Normalisation;

/**
 * What happens between a hidden layer's linear map and its output, and to how many values. A linear layer has one position
 * and as many channels as units; a convolution has a position per pixel. Statistics are taken over all positions
 * and channels of a sample; scale, offset and bias belong to a channel.
 *
 * @param positions pixels of the feature map; 1 for a linear layer
 * @param channels channels of the feature map, or units of a linear layer
 * @param normalisation what normalises
 * @param epsilon added to the variance or mean square before the root is taken
 * @param activation the nonlinearity
 * @param leakySlope slope of the leaky ReLU for negative inputs
 */
public record HiddenShape(
        int positions,
        int channels,
        Normalisation normalisation,
        float epsilon,
        Activation activation,
        float leakySlope) {

    /** Values of one sample before the nonlinearity. */
    public int size() {
        return positions * channels;
    }

    /** Channels after the nonlinearity. */
    public int outputChannels() {
        return channels * activation.widening();
    }

    /** Values of one sample after the nonlinearity. */
    public int outputSize() {
        return positions * outputChannels();
    }
}
