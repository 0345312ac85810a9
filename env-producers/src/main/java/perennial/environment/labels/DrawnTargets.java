package perennial.environment.labels;

import org.apache.commons.rng.sampling.distribution.SharedStateContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import perennial.environment.labels.LabelStreamSpec.Change;

/** Every image has a target value drawn for this task, task 0 included: a mean, the task's, and normal noise. */
final class DrawnTargets implements TaskContent {

    private final ImageSet images;
    private final long seed;
    private final Change.TargetMeans means;
    private final float[] targets;

    DrawnTargets(ImageSet images, long seed, Change.TargetMeans means) {
        this.images = images;
        this.seed = seed;
        this.means = means;
        this.targets = new float[images.count()];
        moveTo(0);
    }

    @Override
    public void moveTo(int task) {
        SharedStateContinuousSampler normal =
                ZigguratSampler.NormalizedGaussian.of(Purpose.TARGET_VALUES.generator(seed, task));
        for (int i = 0; i < targets.length; i++) {
            targets[i] = (float) (means.mean(task) + means.deviation() * normal.sample());
        }
    }

    @Override
    public int classes() {
        return 0;
    }

    @Override
    public int label(int image) {
        throw new IllegalStateException("the images have target values, not classes: image=" + image);
    }

    @Override
    public float target(int image) {
        return targets[image];
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
        return "every image has a new target value, with the means " + means.means() + " in turn";
    }
}
