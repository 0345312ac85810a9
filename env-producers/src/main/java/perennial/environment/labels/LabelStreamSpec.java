package perennial.environment.labels;

import java.nio.file.Path;

/**
 * A stream of labelled images whose task changes again and again. Equal specs give equal streams.
 *
 * <p>The stream is {@code resets} tasks of {@code examplesPerTask} examples, each followed by a label reset: task 0, reset to task
 * 1, task 1, reset to task 2, and so on, so that the last reset closes the last task. Every pass over the images is in a new
 * random order.
 *
 * @param stream name of the stream
 * @param images where the images come from
 * @param change what a label reset changes
 * @param seed seed of everything that is drawn
 * @param resets number of label resets; 0 for a stream without end
 * @param examplesPerTask examples from one label reset to the next
 * @param examplesPerSecond rate limit; 0 for as fast as possible
 */
public record LabelStreamSpec(
        String stream,
        Images images,
        Change change,
        long seed,
        long resets,
        long examplesPerTask,
        double examplesPerSecond) {

    public LabelStreamSpec {
        if (stream.isBlank()) {
            throw new IllegalArgumentException("a stream needs a name: stream=" + stream);
        }
        if (resets < 0 || examplesPerTask < 1 || examplesPerTask == Long.MAX_VALUE || !(examplesPerSecond >= 0)) {
            throw new IllegalArgumentException(
                    "resets and examplesPerSecond must be 0 or more, and examplesPerTask at least 1: resets=" + resets
                            + " examplesPerTask=" + examplesPerTask + " examplesPerSecond=" + examplesPerSecond);
        }
        // The number of a task is an int in every record, and the last sequence a long.
        if (resets > Integer.MAX_VALUE || resets > (Long.MAX_VALUE - 1) / Math.addExact(examplesPerTask, 1)) {
            throw new IllegalArgumentException("resets must be at most " + Integer.MAX_VALUE
                    + ", and all records countable by a long: resets=" + resets + " examplesPerTask="
                    + examplesPerTask);
        }
    }

    /** Number of records of the stream, examples and label resets; 0 for a stream without end. */
    public long length() {
        return resets * (examplesPerTask + 1);
    }

    /** Where images come from. {@code count} is how many are used, the first ones; 0 for all. */
    public sealed interface Images {

        int count();

        /**
         * Images whose pixels are 0 but for a random part with uniformly drawn values, and uniformly drawn classes.
         *
         * @param channels channels of an image
         * @param rows rows of an image
         * @param columns columns of an image
         * @param classes number of classes
         * @param count number of images
         * @param litFraction part of the pixels that are not 0
         */
        record Synthetic(int channels, int rows, int columns, int classes, int count, double litFraction)
                implements Images {
            public Synthetic {
                if (channels < 1 || rows < 1 || columns < 1 || classes < 2 || count < 1) {
                    throw new IllegalArgumentException(
                            "synthetic images need channels, rows, columns and count of at least 1 and 2 classes: channels="
                                    + channels + " rows=" + rows + " columns=" + columns + " classes=" + classes
                                    + " count=" + count);
                }
                if (!(litFraction >= 0 && litFraction <= 1)) {
                    throw new IllegalArgumentException("litFraction must lie in [0, 1]: litFraction=" + litFraction);
                }
            }
        }

        /**
         * The IDX files of MNIST and its kin, gzipped or not.
         *
         * @param directory folder that holds an images file (idx3) and a labels file (idx1)
         * @param count number of images used; 0 for all
         */
        record Idx(Path directory, int count) implements Images {
            public Idx {
                requireCount(count);
            }
        }

        /**
         * CIFAR-10's binary files.
         *
         * @param directory folder that holds data_batch_1.bin and so on, or test_batch.bin
         * @param count number of images used; 0 for all
         */
        record Cifar10(Path directory, int count) implements Images {
            public Cifar10 {
                requireCount(count);
            }
        }

        private static void requireCount(int count) {
            if (count < 0) {
                throw new IllegalArgumentException("count must be 0, for all images, or more: count=" + count);
            }
        }
    }

    /** What a label reset changes. */
    public sealed interface Change {

        /** Every image gets a new class, drawn uniformly (NaP, section 5.1). */
        record RandomLabels() implements Change {}

        /**
         * All images of class i get class p(i), p a random permutation (NaP, section 5.1).
         *
         * @param composed whether the permutation is applied to the current labels rather than to the true ones
         */
        record ClassPermutation(boolean composed) implements Change {}

        /**
         * The pixels of all images are permuted in one random way.
         *
         * @param composed whether the permutation is applied to the current images (Dohare et al.) rather than to the true ones
         *     (Kumar et al.)
         */
        record PixelPermutation(boolean composed) implements Change {}

        /**
         * A part of the images, drawn anew each time, get new uniformly drawn classes (Lyle et al. 2024).
         *
         * @param fraction part of the images
         */
        record PartialRelabelling(double fraction) implements Change {
            public PartialRelabelling {
                if (!(fraction > 0 && fraction <= 1)) {
                    throw new IllegalArgumentException("fraction must lie in (0, 1]: fraction=" + fraction);
                }
            }
        }
    }
}
