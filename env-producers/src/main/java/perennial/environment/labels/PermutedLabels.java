package perennial.environment.labels;

import org.apache.commons.rng.sampling.ArraySampler;

/** The true labels of all images are dealt out among them in random order, task 0 included. */
final class PermutedLabels implements TaskContent {

    private final ImageSet images;
    private final long seed;
    private final int[] labels;

    PermutedLabels(ImageSet images, long seed) {
        this.images = images;
        this.seed = seed;
        this.labels = new int[images.count()];
        moveTo(0);
    }

    @Override
    public void moveTo(int task) {
        for (int i = 0; i < labels.length; i++) {
            labels[i] = images.label(i);
        }
        ArraySampler.shuffle(Purpose.LABEL_PERMUTATION.generator(seed, task), labels);
    }

    @Override
    public int classes() {
        return images.classes();
    }

    @Override
    public int label(int image) {
        return labels[image];
    }

    @Override
    public void copyImage(int image, byte[] target) {
        images.copyImage(image, target);
    }

    @Override
    public ResetKind kind() {
        return ResetKind.LABELS_REDRAWN;
    }

    @Override
    public String note() {
        return "the labels of all images are dealt out anew among them";
    }
}
