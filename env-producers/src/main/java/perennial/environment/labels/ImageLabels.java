package perennial.environment.labels;

/** A task whose images are always the same, each with a class that the task gives it. */
abstract sealed class ImageLabels implements TaskContent permits RandomLabels, PermutedLabels, Relabelled {

    final ImageSet images;

    /** The class of each image in the current task. */
    final int[] labels;

    ImageLabels(ImageSet images) {
        this.images = images;
        this.labels = new int[images.count()];
    }

    /** Gives every image the class that it came with. */
    final void takeOwn() {
        for (int i = 0; i < labels.length; i++) {
            labels[i] = images.label(i);
        }
    }

    @Override
    public final int classes() {
        return images.classes();
    }

    @Override
    public final int label(int image) {
        return labels[image];
    }

    @Override
    public final void copyImage(int image, byte[] target) {
        images.copyImage(image, target);
    }

    @Override
    public final ResetKind kind() {
        return ResetKind.LABELS_REDRAWN;
    }
}
