package perennial.environment.labels;

import perennial.environment.EnvironmentException;

/**
 * Images of one size with their true classes, held in memory. Immutable, and so safe to share between threads.
 */
public final class ImageSet {

    /** More pixels than this, in bytes, are refused before anything is allocated. */
    static final long MOST_BYTES = 1L << 30;

    /** More images than this are refused before anything is allocated. */
    static final int MOST_IMAGES = 1 << 24;

    private final int channels;
    private final int rows;
    private final int columns;
    private final int classes;
    private final byte[] pixels;
    private final int[] labels;

    /**
     * @param pixels the images one after the other, each [channels, rows, columns]. Owned by the set from now on.
     * @param labels the classes, from 0. Owned by the set from now on.
     */
    ImageSet(int channels, int rows, int columns, int classes, byte[] pixels, int[] labels) {
        if (labels.length == 0 || pixels.length != (long) labels.length * channels * rows * columns) {
            throw new IllegalArgumentException("pixels must be those of all images: images=" + labels.length
                    + " channels=" + channels + " rows=" + rows + " columns=" + columns + " bytes=" + pixels.length);
        }
        this.channels = channels;
        this.rows = rows;
        this.columns = columns;
        this.classes = classes;
        this.pixels = pixels;
        this.labels = labels;
    }

    /**
     * Reads or draws images.
     *
     * @param seed seed of synthetic images; of no meaning to images from files
     * @throws EnvironmentException if a file is missing, malformed or too large; the message says which and how
     */
    public static ImageSet load(LabelStreamSpec.Images images, long seed) {
        if (images instanceof LabelStreamSpec.Images.Synthetic synthetic) {
            return SyntheticImages.draw(synthetic, seed);
        }
        if (images instanceof LabelStreamSpec.Images.Idx idx) {
            return IdxFiles.read(idx.directory(), idx.count());
        }
        if (images instanceof LabelStreamSpec.Images.Cifar10 cifar) {
            return CifarFiles.CIFAR_10.read(cifar.directory(), cifar.count());
        }
        if (images instanceof LabelStreamSpec.Images.Cifar100 cifar) {
            return (cifar.coarse() ? CifarFiles.CIFAR_100_COARSE : CifarFiles.CIFAR_100_FINE)
                    .read(cifar.directory(), cifar.count());
        }
        throw new IllegalArgumentException("these inputs are no images: images=" + images);
    }

    /** Refuses what is too much to hold in memory. */
    static void checkSize(long count, long bytesPerImage, String origin) {
        // Divided rather than multiplied: both numbers may come from a malformed file.
        if (count > MOST_IMAGES || count > MOST_BYTES / bytesPerImage) {
            throw new EnvironmentException("a stream holds at most " + MOST_IMAGES + " images and " + MOST_BYTES
                    + " bytes of pixels: " + origin + " images=" + count + " bytesPerImage=" + bytesPerImage
                    + "; set count to use fewer of the images");
        }
    }

    /** Number of images. */
    public int count() {
        return labels.length;
    }

    public int channels() {
        return channels;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** Number of classes: every label is less. */
    public int classes() {
        return classes;
    }

    /** Number of pixels of an image, channels times rows times columns; one byte each. */
    public int imageSize() {
        return channels * rows * columns;
    }

    /** True class of an image. */
    public int label(int image) {
        return labels[image];
    }

    /**
     * Copies an image, channel by channel, row by row.
     *
     * @param target Modified: its first {@link #imageSize()} values.
     */
    public void copyImage(int image, byte[] target) {
        int size = imageSize();
        System.arraycopy(pixels, image * size, target, 0, size);
    }

    /**
     * Copies an image with its pixels in other places: pixel i goes to {@code places[i]}.
     *
     * @param places a permutation of the places within an image. Not modified.
     * @param target Modified: its first {@link #imageSize()} values.
     */
    void copyPermuted(int image, int[] places, byte[] target) {
        int offset = image * places.length;
        for (int i = 0; i < places.length; i++) {
            target[places[i]] = pixels[offset + i];
        }
    }
}
