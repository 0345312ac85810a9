package perennial.learning.engine;

/**
 * Sizes of one convolution. Images and feature maps are stored row, column, channel ("channels last"), so that the values of a
 * pixel stand together.
 *
 * @param inputChannels channels of an input image
 * @param inputRows rows of an input image
 * @param inputColumns columns of an input image
 * @param outputChannels channels of an output map
 * @param kernel side of the square kernel, in pixels
 * @param stride step between patches, in pixels
 * @param padding zeros added on each side, in pixels
 */
public record ConvolutionGeometry(
        int inputChannels, int inputRows, int inputColumns, int outputChannels, int kernel, int stride, int padding) {

    public ConvolutionGeometry {
        if (inputRows + 2 * padding < kernel || inputColumns + 2 * padding < kernel) {
            throw new IllegalArgumentException("a convolution's kernel must fit into its padded input: rows="
                    + inputRows + " columns=" + inputColumns + " padding=" + padding + " kernel=" + kernel);
        }
    }

    public int outputRows() {
        return (inputRows + 2 * padding - kernel) / stride + 1;
    }

    public int outputColumns() {
        return (inputColumns + 2 * padding - kernel) / stride + 1;
    }

    /** Positions of an output map: rows times columns. */
    public int positions() {
        return outputRows() * outputColumns();
    }

    /** Values of one patch, and columns of the weight matrix. A patch is stored kernel row, kernel column, channel. */
    public int patchSize() {
        return kernel * kernel * inputChannels;
    }

    /** Values of all patches of one image. */
    public int patchesSize() {
        return positions() * patchSize();
    }

    /** Values of the weight: a row of a patch's size per output channel. */
    public int weightSize() {
        return outputChannels() * patchSize();
    }

    /** Values of one input image. */
    public int inputSize() {
        return inputRows * inputColumns * inputChannels;
    }

    /** Values of one output map. */
    public int outputSize() {
        return positions() * outputChannels;
    }
}
