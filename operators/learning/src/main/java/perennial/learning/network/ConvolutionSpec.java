package perennial.learning.network;

import java.io.Serializable;

/**
 * One convolutional layer.
 *
 * @param channels output channels
 * @param kernel side of the square kernel, in pixels
 * @param stride step between patches, in pixels
 * @param padding zeros added on each side, in pixels
 */
public record ConvolutionSpec(int channels, int kernel, int stride, int padding) implements Serializable {

    public ConvolutionSpec {
        if (channels < 1 || kernel < 1 || stride < 1 || padding < 0) {
            throw new IllegalArgumentException(
                    "a convolution needs channels, kernel and stride of at least 1 and padding of at least 0: channels="
                            + channels + " kernel=" + kernel + " stride=" + stride + " padding=" + padding);
        }
    }
}
