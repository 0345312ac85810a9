package perennial.jobs.config;

import java.io.Serializable;
import java.nio.file.Path;
import perennial.environment.labels.LabelStreamSpec;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;

/** A stream of labelled images whose task changes again and again, for a producer. */
public record LabelsSection(
        @Option(description = "name of the stream; the key of its records")
        String stream,

        @Option(description = "where the images come from", defaultValue = "synthetic")
        ImagesSection images,

        @Option(description = "what a label reset changes", defaultValue = "randomLabels")
        ChangeSection change,

        @Option(description = "seed of everything that is drawn", defaultValue = "0")
        long seed,

        @Option(
                description = "number of label resets; 0 for a stream without end",
                defaultValue = "0",
                range = "[0, 2147483647]")
        long resets,

        @Option(description = "examples from one label reset to the next", range = "[1, inf)")
        long examplesPerTask,

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
        // What the producer refuses is said here, with the place in the file.
        new LabelStreamSpec(stream, images.spec(), change.spec(), seed, resets, examplesPerTask, examplesPerSecond);
    }

    /** The stream as the producer takes it. */
    public LabelStreamSpec spec() {
        return new LabelStreamSpec(
                stream, images.spec(), change.spec(), seed, resets, examplesPerTask, examplesPerSecond);
    }

    /** Where the images come from. */
    public sealed interface ImagesSection extends Serializable {

        /** The images as the producer takes them. */
        Images spec();

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
        }

        /** CIFAR-10. */
        @Type(name = "cifar10", description = "the binary files of CIFAR-10")
        record Cifar10(@Inline Folder folder) implements ImagesSection {
            @Override
            public Images spec() {
                return new Images.Cifar10(Path.of(folder.directory), folder.count);
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
    }
}
