package perennial.environment.labels;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.ArraySampler;
import org.apache.commons.rng.sampling.distribution.SharedStateContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import perennial.environment.labels.LabelStreamSpec.Change;

/**
 * What images and classes look like in one task. {@link #moveTo} reaches any task; changes that build on each other replay
 * the changes of the tasks between, which are cheap: none of them touches a pixel.
 */
sealed interface TaskContent {

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
            return permutation.values[images.label(image)];
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
            images.copyPermuted(image, permutation.values, target);
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

    /** The random permutation of a task: the identity in task 0, then one draw, or the product of all draws so far. */
    final class Permutation {

        private final Purpose purpose;
        private final long seed;
        private final boolean composed;
        private final int[] drawn;
        private final int[] values;
        private int current;

        Permutation(int size, Purpose purpose, long seed, boolean composed) {
            this.purpose = purpose;
            this.seed = seed;
            this.composed = composed;
            this.drawn = new int[size];
            this.values = new int[size];
            Arrays.setAll(values, i -> i);
        }

        void moveTo(int task) {
            if (!composed || task < current) {
                current = 0;
                fillWithIdentity(values);
            }
            if (!composed && task > 0) {
                ArraySampler.shuffle(purpose.generator(seed, task), values);
                current = task;
            }
            while (current < task) {
                current++;
                compose();
            }
        }

        /** Applies one more draw to the current permutation. */
        private void compose() {
            fillWithIdentity(drawn);
            ArraySampler.shuffle(purpose.generator(seed, current), drawn);
            for (int i = 0; i < values.length; i++) {
                values[i] = drawn[values[i]];
            }
        }

        private static void fillWithIdentity(int[] target) {
            for (int i = 0; i < target.length; i++) {
                target[i] = i;
            }
        }
    }
}
