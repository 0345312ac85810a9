package perennial.environment.labels;

import org.apache.commons.rng.UniformRandomProvider;

/** The classes are the true ones in task 0; each later task draws new ones for a part of the images. */
final class Relabelled implements TaskContent {

    private final ImageSet images;
    private final long seed;
    private final int redrawn;
    private final int[] labels;
    private int current;

    Relabelled(ImageSet images, long seed, double fraction) {
        this.images = images;
        this.seed = seed;
        this.redrawn = (int) Math.max(1, Math.round(fraction * images.count()));
        this.labels = new int[images.count()];
        restart();
    }

    @Override
    public void moveTo(int task) {
        if (task < current) {
            restart();
        }
        while (current < task) {
            current++;
            redraw(Purpose.PARTIAL_RELABELLING.generator(seed, current));
        }
    }

    private void restart() {
        current = 0;
        for (int i = 0; i < labels.length; i++) {
            labels[i] = images.label(i);
        }
    }

    /** Selection sampling (Knuth, algorithm S): exactly {@link #redrawn} images, each set equally likely. */
    private void redraw(UniformRandomProvider random) {
        int missing = redrawn;
        for (int i = 0; missing > 0; i++) {
            if (random.nextInt(labels.length - i) < missing) {
                labels[i] = random.nextInt(images.classes());
                missing--;
            }
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
        return redrawn + " of " + labels.length + " images have a new class, drawn uniformly";
    }
}
