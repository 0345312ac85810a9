package perennial.jobs.config;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import perennial.environment.labels.LabelStreamSpec;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;
import perennial.environment.labels.LabelStreamSpec.Pixels;

/** A stream of labelled images, or of bits with a target value, whose task changes again and again, for a producer. */
public record LabelsSection(
        @Option(description = "name of the stream; the key of its records")
        String stream,

        @Option(description = "where the images, or bits in their place, come from", defaultValue = "synthetic")
        ImagesSection images,

        @Option(
                description =
                        "how the values of an input are published; bytes: as they are, 0 to 255; centred: as floats from"
                                + " -1 to 1, (x / 255 - 0.5) / 0.5",
                defaultValue = "bytes")
        Pixels pixels,

        @Option(description = "what a label reset changes", defaultValue = "randomLabels")
        ChangeSection change,

        @Option(description = "seed of everything that is drawn", defaultValue = "0")
        long seed,

        @Option(
                description = "number of label resets; 0 for a stream without end",
                defaultValue = "0",
                range = "[0, 2147483647]")
        long resets,

        @Option(
                description =
                        "examples from one label reset to the next: updates times batch.size; 0 where epochsPerTask says"
                                + " it",
                defaultValue = "0",
                range = "[0, inf)")
        long examplesPerTask,

        @Option(
                description =
                        "the same as passes over all images, whose number must be written as images.count; 0 where"
                                + " examplesPerTask says it",
                defaultValue = "0",
                range = "[0, 2147483647]")
        int epochsPerTask,

        @Option(
                description = "most examples per second; 0 for as many as possible",
                defaultValue = "0",
                range = "[0, inf)")
        double examplesPerSecond)
        implements Serializable {

    public LabelsSection {
        if (!stream.matches("[A-Za-z0-9._-]{1,249}")) {
            throw new IllegalArgumentException(
                    "a stream's name has 1 to 249 letters, digits, dots, underscores and minuses: stream=" + stream);
        }
        if (examplesPerTask == 0 == (epochsPerTask == 0)) {
            throw new IllegalArgumentException("one of examplesPerTask and epochsPerTask is needed, and not both:"
                    + " examplesPerTask=" + examplesPerTask + " epochsPerTask=" + epochsPerTask);
        }
        if (epochsPerTask > 0 && (images.count() == 0 || change instanceof ChangeSection.ClassSubsets)) {
            throw new IllegalArgumentException(
                    "epochsPerTask needs tasks that show the same images, and their number: write"
                            + " images.count, or examplesPerTask instead");
        }
        // What the producer refuses is said here, with the place in the file.
        spec(stream, images, pixels, change, seed, resets, examplesPerTask, epochsPerTask, examplesPerSecond);
    }

    /** The stream as the producer takes it. */
    public LabelStreamSpec spec() {
        return spec(stream, images, pixels, change, seed, resets, examplesPerTask, epochsPerTask, examplesPerSecond);
    }

    private static LabelStreamSpec spec(
            String stream,
            ImagesSection images,
            Pixels pixels,
            ChangeSection change,
            long seed,
            long resets,
            long examplesPerTask,
            int epochsPerTask,
            double examplesPerSecond) {
        return new LabelStreamSpec(
                stream,
                images.spec(),
                pixels,
                change.spec(),
                seed,
                resets,
                epochsPerTask > 0 ? (long) epochsPerTask * images.count() : examplesPerTask,
                examplesPerSecond);
    }

    /** Where the images come from. */
    public sealed interface ImagesSection extends Serializable {

        /** The images as the producer takes them. */
        Images spec();

        /** How many images there are; 0 where only the files know. */
        default int count() {
            return 0;
        }

        /** Images that are drawn, not read. */
        @Type(name = "synthetic", description = "images that are drawn: a random part of the pixels is lit")
        record Synthetic(
                @Option(description = "channels of an image", defaultValue = "1", range = "[1, 1024]")
                int channels,

                @Option(description = "rows of an image, in pixels", defaultValue = "28", range = "[1, 4096]")
                int rows,

                @Option(description = "columns of an image, in pixels", defaultValue = "28", range = "[1, 4096]")
                int columns,

                @Option(description = "number of classes", defaultValue = "10", range = "[2, 65536]")
                int classes,

                @Option(description = "number of images", defaultValue = "1280", range = "[1, 100000000]")
                int count,

                @Option(description = "part of the pixels that are lit", defaultValue = "0.15", range = "[0, 1]")
                double litFraction)
                implements ImagesSection {
            @Override
            public Images spec() {
                return new Images.Synthetic(channels, rows, columns, classes, count, litFraction);
            }
        }

        /** Which of the images in a folder are used. */
        record Folder(
                @Option(description = "folder of the files") String directory,

                @Option(
                        description = "number of images used, the first ones; 0 for all",
                        defaultValue = "0",
                        range = "[0, 2147483647]")
                int count) {
            public Folder {
                // Refuses what no path can hold.
                Path.of(directory);
            }
        }

        /** MNIST and its kin. */
        @Type(name = "idx", description = "an images file (idx3) and a labels file (idx1) of MNIST and its kin")
        record Idx(@Inline Folder folder) implements ImagesSection {
            @Override
            public Images spec() {
                return new Images.Idx(Path.of(folder.directory), folder.count);
            }

            @Override
            public int count() {
                return folder.count;
            }
        }

        /** CIFAR-10. */
        @Type(name = "cifar10", description = "the binary files of CIFAR-10")
        record Cifar10(@Inline Folder folder) implements ImagesSection {
            @Override
            public Images spec() {
                return new Images.Cifar10(Path.of(folder.directory), folder.count);
            }

            @Override
            public int count() {
                return folder.count;
            }
        }

        /** CIFAR-100. */
        @Type(name = "cifar100", description = "the binary files of CIFAR-100")
        record Cifar100(
                @Inline Folder folder,

                @Option(
                        description = "which of an image's two classes is its label: one of 100, or of 20",
                        defaultValue = "fine")
                Classes classes)
                implements ImagesSection {
            @Override
            public Images spec() {
                return new Images.Cifar100(Path.of(folder.directory), folder.count, classes == Classes.COARSE);
            }

            @Override
            public int count() {
                return folder.count;
            }
        }

        /** The two classes of an image of CIFAR-100. */
        enum Classes {
            FINE,
            COARSE
        }

        /** Bits with a target value. */
        @Type(
                name = "bits",
                description =
                        "no images but vectors of bits with a target value, said by a fixed random network of threshold"
                                + " units: slowly changing regression (Dohare et al. 2024)")
        record Bits(
                @Option(
                        description = "bits that stay for a task, the first ones",
                        defaultValue = "15",
                        range = "[1, 4096]")
                int slow,

                @Option(description = "bits drawn for each example", defaultValue = "5", range = "[0, 64]")
                int fast,

                @Option(description = "units of the network", defaultValue = "100", range = "[1, 65536]")
                int units,

                @Option(
                        description = "part of a unit's inputs that must agree with its weights for it to be on, about",
                        defaultValue = "0.7",
                        range = "[0, 1]")
                double beta)
                implements ImagesSection {
            @Override
            public Images spec() {
                return new Images.Bits(slow, fast, units, beta);
            }
        }
    }

    /** What a label reset changes. */
    public sealed interface ChangeSection extends Serializable {

        /** The change as the producer takes it. */
        Change spec();

        /** On what a permutation is applied. */
        record Composition(
                @Option(
                        description =
                                "whether a permutation is applied to what the last one left rather than to the original",
                        defaultValue = "false")
                boolean composed) {}

        /** New labels for all. */
        @Type(name = "randomLabels", description = "every image gets a new class, drawn uniformly")
        record RandomLabels() implements ChangeSection {
            @Override
            public Change spec() {
                return new Change.RandomLabels();
            }
        }

        /** Classes permuted. */
        @Type(name = "classPermutation", description = "the classes are permuted: all images of one class get another")
        record ClassPermutation(@Inline Composition composition) implements ChangeSection {
            @Override
            public Change spec() {
                return new Change.ClassPermutation(composition.composed);
            }
        }

        /** Pixels permuted. */
        @Type(name = "pixelPermutation", description = "the pixels of all images are permuted in one random way")
        record PixelPermutation(@Inline Composition composition) implements ChangeSection {
            @Override
            public Change spec() {
                return new Change.PixelPermutation(composition.composed);
            }
        }

        /** New labels for some. */
        @Type(
                name = "partialRelabelling",
                description = "a part of the images, drawn anew each time, get new classes, drawn uniformly")
        record PartialRelabelling(
                @Option(description = "part of the images", range = "(0, 1]")
                double fraction) implements ChangeSection {
            @Override
            public Change spec() {
                return new Change.PartialRelabelling(fraction);
            }
        }

        /** Labels dealt out. */
        @Type(
                name = "labelPermutation",
                description =
                        "the labels of all images are dealt out anew among them, so that classes keep their sizes")
        record LabelPermutation() implements ChangeSection {
            @Override
            public Change spec() {
                return new Change.LabelPermutation();
            }
        }

        /** Other classes. */
        @Type(
                name = "classSubsets",
                description = "each task shows the images of some classes only, others than the last")
        record ClassSubsets(
                @Option(
                        description = "numbers of classes of the tasks, taken in turn: [5, 1] for 5+1, [2] for pairs",
                        range = "[1, 65536]")
                List<Integer> sizes,

                @Option(
                        description =
                                "whether classes come again, in another order, once too few are left; otherwise resets"
                                        + " must be so few that they suffice",
                        defaultValue = "false")
                boolean reused,

                @Option(
                        description =
                                "whether the classes of a task are numbered from 0; otherwise each keeps its number",
                        defaultValue = "false")
                boolean renumbered)
                implements ChangeSection {
            public ClassSubsets {
                new Change.ClassSubsets(sizes, reused, renumbered);
            }

            @Override
            public Change.ClassSubsets spec() {
                return new Change.ClassSubsets(sizes, reused, renumbered);
            }
        }

        /** Target values. */
        @Type(
                name = "targetMeans",
                description =
                        "every image has a target value in place of a class, drawn anew around the mean of the task")
        record TargetMeans(
                @Option(
                        description = "means of the tasks, taken in turn, as in [10, 0]",
                        range = "[-1000000000, 1000000000]")
                List<Double> means,

                @Option(
                        description = "standard deviation around the mean",
                        defaultValue = "1.0",
                        range = "[0, 1000000000]")
                double deviation)
                implements ChangeSection {
            public TargetMeans {
                new Change.TargetMeans(means, deviation);
            }

            @Override
            public Change spec() {
                return new Change.TargetMeans(means, deviation);
            }
        }

        /** Other slow bits. */
        @Type(name = "slowBits", description = "the slow bits change, of images of type bits")
        record SlowBits(
                @Option(
                        description = "whether exactly one of them is flipped; otherwise all are drawn anew",
                        defaultValue = "false")
                boolean flipOne)
                implements ChangeSection {
            @Override
            public Change spec() {
                return new Change.SlowBits(flipOne);
            }
        }
    }
}
