package perennial.learning.engine;

import java.util.Arrays;

/** Images to patches and back, one image at a time: each kernel row of a patch is one stretch of its image. */
final class PatchLoops {

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

    static void patchesToImage(ConvolutionGeometry g, float[] patches, int patchesAt, float[] image, int imageAt) {
        int channels = g.inputChannels();
        int width = g.kernel() * channels;
        Arrays.fill(image, imageAt, imageAt + g.inputSize(), 0f);
        int at = patchesAt;
        for (int row = 0; row < g.outputRows(); row++) {
            for (int column = 0; column < g.outputColumns(); column++) {
                int left = column * g.stride() - g.padding();
                int skipped = Math.max(0, -left) * channels;
                int taken = Math.max(
                        0, Math.min(left + g.kernel(), g.inputColumns()) * channels - left * channels - skipped);
                for (int k = 0; k < g.kernel(); k++, at += width) {
                    int y = row * g.stride() - g.padding() + k;
                    if (y >= 0 && y < g.inputRows() && taken > 0) {
                        int to = imageAt + (y * g.inputColumns() + left) * channels + skipped;
                        VectorLoops.add(patches, at + skipped, image, to, taken);
                    }
                }
            }
        }
    }

    static void toChannelsLast(
            int channels, int positions, float[] source, int sourceAt, float[] target, int targetAt) {
        for (int channel = 0; channel < channels; channel++) {
            int from = sourceAt + channel * positions;
            for (int i = 0, at = targetAt + channel; i < positions; i++, at += channels) {
                target[at] = source[from + i];
            }
        }
    }
}
