package perennial.environment.labels;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import perennial.environment.EnvironmentException;

/**
 * The binary formats of CIFAR-10 and CIFAR-100: images one after the other, each one or two bytes with its class and 3072 bytes
 * with its pixels, [3, 32, 32]. The training files are read in order, as far as count needs them; without them, the test file
 * is.
 *
 * @param name name of the data set
 * @param classes number of classes
 * @param labelBytes bytes before the pixels
 * @param labelByte which of them is the class
 * @param trainingFiles names of the training files
 * @param testFile name of the test file
 */
record CifarFiles(
        String name, int classes, int labelBytes, int labelByte, List<String> trainingFiles, String testFile) {

    static final CifarFiles CIFAR_10 = new CifarFiles(
            "CIFAR-10",
            10,
            1,
            0,
            List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"),
            "test_batch.bin");

    /** With the 100 fine classes. */
    static final CifarFiles CIFAR_100_FINE = new CifarFiles("CIFAR-100", 100, 2, 1, List.of("train.bin"), "test.bin");

    /** With the 20 coarse classes. */
    static final CifarFiles CIFAR_100_COARSE = new CifarFiles("CIFAR-100", 20, 2, 0, List.of("train.bin"), "test.bin");

    private static final int CHANNELS = 3;
    private static final int SIDE = 32;
    private static final int PIXELS = CHANNELS * SIDE * SIDE;

    ImageSet read(Path directory, int count) {
        List<Path> files = files(directory);
        try {
            int used = imagesUsed(files, count);
            ImageSet.checkSize(used, PIXELS, "directory=" + directory);
            byte[] pixels = new byte[used * PIXELS];
            int[] labels = new int[used];
            int done = 0;
            for (Path file : files) {
                done = readFile(file, pixels, labels, done);
            }
            return new ImageSet(CHANNELS, SIDE, SIDE, classes, pixels, labels);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "cannot read " + name + " files: directory=" + directory + " reason=" + e, e);
        }
    }

    private List<Path> files(Path directory) {
        List<Path> training = trainingFiles.stream().map(directory::resolve).toList();
        if (training.stream().anyMatch(Files::isRegularFile)) {
            return training;
        }
        Path test = directory.resolve(testFile);
        if (!Files.isRegularFile(test)) {
            throw new EnvironmentException("found no " + name + " files: directory=" + directory + "; it must hold "
                    + String.join(", ", trainingFiles) + ", or " + testFile + " (the binary version of the data set)");
        }
        return List.of(test);
    }

    /** How many images to read; checks the files as far as they are needed. */
    private int imagesUsed(List<Path> files, int count) throws IOException {
        long available = 0;
        for (Path file : files) {
            if (count > 0 && available >= count) {
                break;
            }
            if (!Files.isRegularFile(file)) {
                throw new EnvironmentException("a " + name + " file is missing: file=" + file + " count=" + count
                        + " imagesBefore=" + available
                        + "; add it, or set count to at most the number of images in the files before it");
            }
            long length = Files.size(file);
            if (length == 0 || length % (labelBytes + PIXELS) != 0) {
                throw new EnvironmentException("a " + name + " file must hold whole images of " + (labelBytes + PIXELS)
                        + " bytes: bytes=" + length + " file=" + file + "; it is truncated or damaged, fetch it again");
            }
            available += length / (labelBytes + PIXELS);
        }
        if (count > available) {
            throw new EnvironmentException("count must not exceed the images of the files: count=" + count + " images="
                    + available + " files=" + files + "; use a smaller count, or 0 for all images");
        }
        return (int) Math.min(count == 0 ? available : count, Integer.MAX_VALUE);
    }

    /** Reads images until the file or the place for them ends; returns how many images there are now. */
    private int readFile(Path file, byte[] pixels, int[] labels, int done) throws IOException {
        if (done == labels.length) {
            return done;
        }
        int image = done;
        byte[] before = new byte[labelBytes];
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            while (image < labels.length) {
                if (in.readNBytes(before, 0, labelBytes) == 0) {
                    break;
                }
                int label = before[labelByte] & 0xff;
                if (label >= classes) {
                    throw new EnvironmentException("a " + name + " label must lie in 0 to " + (classes - 1) + ": label="
                            + label + " image=" + (image - done) + " file=" + file
                            + "; is this the binary version of " + name + "?");
                }
                labels[image] = label;
                if (in.readNBytes(pixels, image * PIXELS, PIXELS) < PIXELS) {
                    throw new EnvironmentException("a " + name + " file ended early while it was read: image="
                            + (image - done) + " file=" + file);
                }
                image++;
            }
        }
        return image;
    }
}
