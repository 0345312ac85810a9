package perennial.environment.labels;

/** Class i is called p(i); p is the identity in task 0. */
final class PermutedClasses implements TaskContent {

    private final ImageSet images;
    private final Permutation permutation;
    private final boolean composed;

    PermutedClasses(ImageSet images, long seed, boolean composed) {
        this.images = images;
        this.permutation = new Permutation(images.classes(), Purpose.CLASS_PERMUTATION, seed, composed);
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
        return permutation.of(images.label(image));
    }

    @Override
    public void copyImage(int image, byte[] target) {
        images.copyImage(image, target);
    }

    @Override
    public ResetKind kind() {
        return ResetKind.CLASSES_PERMUTED;
    }

    @Override
    public String note() {
        return composed
                ? "the classes are permuted, on top of the permutations before"
                : "the true classes are permuted";
    }
}
