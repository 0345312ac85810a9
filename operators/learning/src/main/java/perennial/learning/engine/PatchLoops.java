package perennial.learning.engine;

import java.util.Arrays;

/** Images to patches and back, one image at a time: each kernel row of a patch is one stretch of its image. */
final class PatchLoops {

    private static final int TRANSPOSED_POSITIONS = 256;

    private PatchLoops() {}

    static void imageToPatches(ConvolutionGeometry g, float[] image, int imageAt, float[] patches, int patchesAt) {
        if (g.padding() == 0) {
            unpaddedImageToPatches(g, image, imageAt, patches, patchesAt);
            return;
        }
        int channels = g.inputChannels();
        int width = g.kernel() * channels;
        int at = patchesAt;
        for (int row = 0; row < g.outputRows(); row++) {
            for (int column = 0; column < g.outputColumns(); column++) {
                int left = column * g.stride() - g.padding();
                int skipped = Math.max(0, -left) * channels;
                int taken = Math.max(
                        0, Math.min(left + g.kernel(), g.inputColumns()) * channels - left * channels - skipped);
                for (int k = 0; k < g.kernel(); k++, at += width) {
                    int y = row * g.stride() - g.padding() + k;
                    if (y < 0 || y >= g.inputRows() || taken == 0) {
                        Arrays.fill(patches, at, at + width, 0f);
                        continue;
                    }
                    int from = imageAt + (y * g.inputColumns() + left) * channels + skipped;
                    Arrays.fill(patches, at, at + skipped, 0f);
                    System.arraycopy(image, from, patches, at + skipped, taken);
                    Arrays.fill(patches, at + skipped + taken, at + width, 0f);
                }
            }
        }
    }

    private static void unpaddedImageToPatches(
            ConvolutionGeometry g, float[] image, int imageAt, float[] patches, int patchesAt) {
        int channels = g.inputChannels();
        int kernel = g.kernel();
        int width = kernel * channels;
        int step = g.stride() * channels;
        int imageWidth = g.inputColumns() * channels;
        int rows = g.outputRows();
        int columns = g.outputColumns();
        int at = patchesAt;
        for (int row = 0; row < rows; row++) {
            int from = imageAt + row * g.stride() * imageWidth;
            for (int column = 0; column < columns; column++, from += step) {
                for (int k = 0; k < kernel; k++, at += width) {
                    System.arraycopy(image, from + k * imageWidth, patches, at, width);
                }
            }
        }
    }

    /**
     * Sums the patches of one image, which are first in {@code patches}.
     *
     * @param image Modified: the sums, from 0 on
     * @param summand scratch of the image's size. Modified.
     */
    static void patchesToImage(ConvolutionGeometry g, float[] patches, float[] image, float[] summand) {
        int channels = g.inputChannels();
        int width = g.kernel() * channels;
        Arrays.fill(image, 0, g.inputSize(), 0f);
        int at = 0;
        for (int row = 0; row < g.outputRows(); row++) {
            for (int column = 0; column < g.outputColumns(); column++) {
                int left = column * g.stride() - g.padding();
                int skipped = Math.max(0, -left) * channels;
                int taken = Math.max(
                        0, Math.min(left + g.kernel(), g.inputColumns()) * channels - left * channels - skipped);
                for (int k = 0; k < g.kernel(); k++, at += width) {
                    int y = row * g.stride() - g.padding() + k;
                    if (y >= 0 && y < g.inputRows() && taken > 0) {
                        int to = (y * g.inputColumns() + left) * channels + skipped;
                        // Over one index the sum is vectorised, over two it is not.
                        System.arraycopy(patches, at + skipped, summand, to, taken);
                        add(summand, image, to, to + taken);
                    }
                }
            }
        }
    }

    private static void add(float[] x, float[] sum, int from, int to) {
        for (int i = from; i < to; i++) {
            sum[i] += x[i];
        }
    }

    static void toChannelsLast(
            int channels, int positions, float[] source, int sourceAt, float[] target, int targetAt) {
        // Block by block, so that what one channel leaves half filled is still in the first cache when the next one
        // comes.
        for (int begin = 0; begin < positions; begin += TRANSPOSED_POSITIONS) {
            int end = Math.min(positions, begin + TRANSPOSED_POSITIONS);
            for (int channel = 0; channel < channels; channel++) {
                int from = sourceAt + channel * positions;
                int at = targetAt + begin * channels + channel;
                for (int i = begin; i < end; i++, at += channels) {
                    target[at] = source[from + i];
                }
            }
        }
    }
}
