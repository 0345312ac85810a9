package perennial.environment.labels;

import org.apache.commons.rng.UniformRandomProvider;

/** Every image has a class drawn for this task, task 0 included. */
final class RandomLabels extends ImageLabels {

    private final long seed;

    RandomLabels(ImageSet images, long seed) {
        super(images);
        this.seed = seed;
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
    public String note() {
        return "every image has a new class, drawn uniformly";
    }
}
