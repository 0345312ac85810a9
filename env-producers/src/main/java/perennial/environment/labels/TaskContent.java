package perennial.environment.labels;

import perennial.environment.labels.LabelStreamSpec.Change;

/**
 * What images and classes look like in one task. {@link #moveTo} reaches any task; changes that build on each other replay
 * the changes of the tasks between, which are cheap: none of them touches a pixel.
 */
sealed interface TaskContent
        permits RandomLabels, PermutedClasses, PermutedPixels, Relabelled, PermutedLabels, DrawnTargets {

    /** Makes {@code task} the current one. */
    void moveTo(int task);

    /** Number of classes, every label being less; 0 where images have target values. */
    int classes();

    /** Class of an image in the current task. */
    int label(int image);

    /** Target value of an image in the current task. */
    default float target(int image) {
        throw new IllegalStateException("the images have classes, not target values: image=" + image);
    }

    /** Copies an image as it looks in the current task; {@code target} is modified. */
    void copyImage(int image, byte[] target);

    /** What the start of a task changes. */
    ResetKind kind();

    /** The same in words. */
    String note();

    static TaskContent of(Change change, ImageSet images, long seed) {
        if (change instanceof Change.RandomLabels) {
            return new RandomLabels(images, seed);
        }
        if (change instanceof Change.ClassPermutation classes) {
            return new PermutedClasses(images, seed, classes.composed());
        }
        if (change instanceof Change.PixelPermutation pixels) {
            return new PermutedPixels(images, seed, pixels.composed());
        }
        if (change instanceof Change.PartialRelabelling some) {
            return new Relabelled(images, seed, some.fraction());
        }
        if (change instanceof Change.LabelPermutation) {
            return new PermutedLabels(images, seed);
        }
        if (change instanceof Change.TargetMeans means) {
            return new DrawnTargets(images, seed, means);
        }
        throw new IllegalArgumentException("a change of all images is needed: change=" + change);
    }
}
