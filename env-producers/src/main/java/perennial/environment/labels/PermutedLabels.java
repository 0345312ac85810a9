package perennial.environment.labels;

import org.apache.commons.rng.sampling.ArraySampler;

/** The true labels of all images are dealt out among them in random order, task 0 included. */
final class PermutedLabels extends ImageLabels {

    private final long seed;

    PermutedLabels(ImageSet images, long seed) {
        super(images);
        this.seed = seed;
        moveTo(0);
    }

    @Override
    public void moveTo(int task) {
        takeOwn();
        ArraySampler.shuffle(Purpose.LABEL_PERMUTATION.generator(seed, task), labels);
    }

    @Override
    public String note() {
        return "the labels of all images are dealt out anew among them";
    }
}
