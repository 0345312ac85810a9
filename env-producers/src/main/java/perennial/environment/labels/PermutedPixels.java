package perennial.environment.labels;

/** Pixel i of an image is found at place p(i); p is the identity in task 0. */
final class PermutedPixels implements TaskContent {

    private final ImageSet images;
    private final Permutation permutation;
    private final boolean composed;

    PermutedPixels(ImageSet images, long seed, boolean composed) {
        this.images = images;
        this.permutation = new Permutation(images.imageSize(), Purpose.PIXEL_PERMUTATION, seed, composed);
        this.composed = composed;
    }

    @Override
    public void moveTo(int task) {
        permutation.moveTo(task);
    }

    @Override
    public int classes() {
        return images.classes();
    }

    @Override
    public int label(int image) {
        return images.label(image);
    }

    @Override
    public void copyImage(int image, byte[] target) {
        images.copyPermuted(image, permutation.values(), target);
    }

    @Override
    public ResetKind kind() {
        return ResetKind.PIXELS_PERMUTED;
    }

    @Override
    public String note() {
        return composed
                ? "the pixels are permuted, on top of the permutations before"
                : "the pixels of the true images are permuted";
    }
}
