package perennial.environment.labels;

import java.nio.file.Path;
import java.util.List;

/**
 * A stream of labelled images, or of other inputs with a target value, whose task changes again and again. Equal specs give
 * equal streams.
 *
 * <p>The stream is {@code resets} tasks of {@code examplesPerTask} examples, each followed by a label reset: task 0, reset to task
 * 1, task 1, reset to task 2, and so on, so that the last reset closes the last task. Every pass over the images is in a new
 * random order.
 *
 * @param stream name of the stream
 * @param images where the images, or other inputs, come from
 * @param pixels how the stream says the values of an input
 * @param change what a label reset changes
 * @param seed seed of everything that is drawn
 * @param resets number of label resets; 0 for a stream without end
 * @param examplesPerTask examples from one label reset to the next
 * @param examplesPerSecond rate limit; 0 for as fast as possible
 */
public record LabelStreamSpec(
        String stream,
        Images images,
        Pixels pixels,
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
        if (images instanceof Images.Bits != change instanceof Change.SlowBits) {
            throw new IllegalArgumentException(
                    "images of type bits go with a change of type slowBits, and with no other:" + " images=" + images
                            + " change=" + change);
        }
    }

    /** A stream whose pixels are bytes as they are. */
    public LabelStreamSpec(
            String stream,
            Images images,
            Change change,
            long seed,
            long resets,
            long examplesPerTask,
            double examplesPerSecond) {
        this(stream, images, Pixels.BYTES, change, seed, resets, examplesPerTask, examplesPerSecond);
    }

    /** How a stream says the values of an input. */
    public enum Pixels {
        /** As they are, 0 to 255. */
        BYTES,
        /** As floats from -1 to 1: (x - 0.5) / 0.5, where x is the value over 255 (UPGD, Elsayed and Mahmood 2024). */
        CENTRED
    }

    /** Number of records of the stream, examples and label resets; 0 for a stream without end. */
    public long length() {
        return resets * (examplesPerTask + 1);
    }

    /** Where images, or other inputs, come from. */
    public sealed interface Images {

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

        /**
         * CIFAR-100's binary files.
         *
         * @param directory folder that holds train.bin or test.bin
         * @param count number of images used, the first ones; 0 for all
         * @param coarse whether the classes are the 20 coarse ones rather than the 100 fine ones
         */
        record Cifar100(Path directory, int count, boolean coarse) implements Images {
            public Cifar100 {
                requireCount(count);
            }
        }

        /**
         * No images but vectors of bits, each with a target value: the slowly changing regression problem of Dohare et al.
         * (2024). The first bits are slow, those of a task; the others are drawn for each example.
         *
         * <p>The target is said by a fixed network with one layer of linear threshold units, all of whose weights and biases
         * are drawn from {-1, 1}: with m bits, unit i is on where w_i x + b_i &gt; beta (m + 1) - S_i, S_i = (m - sum(w_i) +
         * b_i) / 2, as the authors' program has it.
         *
         * @param slow bits that stay for a task
         * @param fast bits drawn for each example, at most 64
         * @param units units of the target's network
         * @param beta part of its inputs that a unit needs to be on, about
         */
        record Bits(int slow, int fast, int units, double beta) implements Images {

            /** As many as one draw of a long gives. */
            static final int MOST_FAST = Long.SIZE;

            static final int MOST_SLOW = 1 << 12;
            static final int MOST_UNITS = 1 << 16;

            public Bits {
                if (slow < 1 || slow > MOST_SLOW || fast < 0 || fast > MOST_FAST || units < 1 || units > MOST_UNITS) {
                    throw new IllegalArgumentException("bits need 1 to " + MOST_SLOW + " slow ones, 0 to " + MOST_FAST
                            + " fast ones and 1 to " + MOST_UNITS + " units: slow=" + slow + " fast=" + fast + " units="
                            + units);
                }
                if (!(beta >= 0 && beta <= 1)) {
                    throw new IllegalArgumentException("beta must lie in [0, 1]: beta=" + beta);
                }
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

        /**
         * The labels of all images are dealt out anew among them, task 0 included: every class keeps its number of images (Kumar
         * et al. 2023, as programmed).
         */
        record LabelPermutation() implements Change {}

        /**
         * Each task shows the images of some classes only. Passes begin anew with each task.
         *
         * @param sizes numbers of classes, taken in turn: (5, 1) for 5+1 (Kumar et al. 2023), (2) for pairs (Dohare et al. 2024)
         * @param reused whether classes may come again: one random order of all classes follows another. Otherwise the stream
         *     must end before it runs out of classes.
         * @param renumbered whether the classes of a task are numbered from 0, so that each task is about the same outputs
         */
        record ClassSubsets(List<Integer> sizes, boolean reused, boolean renumbered) implements Change {
            public ClassSubsets {
                sizes = List.copyOf(sizes);
                if (sizes.isEmpty() || sizes.stream().anyMatch(size -> size < 1)) {
                    throw new IllegalArgumentException(
                            "sizes must be numbers of classes, each at least 1: sizes=" + sizes);
                }
            }

            /** Number of classes of a task. */
            int size(int task) {
                return sizes.get(task % sizes.size());
            }

            /** The largest number of classes that a task has. */
            public int largestSize() {
                return sizes.stream().mapToInt(Integer::intValue).max().orElseThrow();
            }
        }

        /**
         * Every image has a target value rather than a class, drawn anew for each task: the task's mean plus normal noise (Lyle
         * et al. 2024).
         *
         * @param means means of the tasks, taken in turn
         * @param deviation standard deviation of the noise
         */
        record TargetMeans(List<Double> means, double deviation) implements Change {

            /** So that every target is a finite float, and the noise not lost in it. */
            private static final double LARGEST = 1e9;

            public TargetMeans {
                means = List.copyOf(means);
                if (means.isEmpty() || !means.stream().allMatch(mean -> Math.abs(mean) <= LARGEST)) {
                    throw new IllegalArgumentException(
                            "means must be finite numbers, at least one, of a size up to 1e9: means=" + means);
                }
                if (!(deviation >= 0 && deviation <= LARGEST)) {
                    throw new IllegalArgumentException("deviation must lie in [0, 1e9]: deviation=" + deviation);
                }
            }

            double mean(int task) {
                return means.get(task % means.size());
            }
        }

        /**
         * The slow bits of {@link Images.Bits} change.
         *
         * @param flipOne whether exactly one of them changes; otherwise all are drawn anew
         */
        record SlowBits(boolean flipOne) implements Change {}
    }
}
