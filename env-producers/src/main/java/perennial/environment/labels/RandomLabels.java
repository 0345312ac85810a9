package perennial.environment.labels;

import org.apache.commons.rng.UniformRandomProvider;

/** Every image has a class drawn for this task, task 0 included. */
final class RandomLabels implements TaskContent {

    private final ImageSet images;
    private final long seed;
    private final int[] labels;

    RandomLabels(ImageSet images, long seed) {
        this.images = images;
        this.seed = seed;
        this.labels = new int[images.count()];
        moveTo(0);
    }

    @Override
    public void moveTo(int task) {
        UniformRandomProvider random = Purpose.RANDOM_LABELS.generator(seed, task);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(images.classes());
        }
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
        return "every image has a new class, drawn uniformly";
    }
}
