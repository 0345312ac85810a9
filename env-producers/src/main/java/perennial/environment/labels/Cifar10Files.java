package perennial.environment.labels;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perennial.environment.EnvironmentException;

/**
 * CIFAR-10's binary format: images one after the other, each a byte with its class and 3072 bytes with its pixels, [3, 32,
 * 32]. The training files data_batch_1.bin to data_batch_5.bin are read in order, as far as count needs them; without them,
 * test_batch.bin is.
 */
final class Cifar10Files {

    private static final int CHANNELS = 3;
    private static final int SIDE = 32;
    private static final int CLASSES = 10;
    private static final int PIXELS = CHANNELS * SIDE * SIDE;
    private static final int TRAINING_FILES = 5;

    private Cifar10Files() {}

    static ImageSet read(Path directory, int count) {
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
            return new ImageSet(CHANNELS, SIDE, SIDE, CLASSES, pixels, labels);
        } catch (IOException e) {
            throw new EnvironmentException("cannot read CIFAR-10 files: directory=" + directory + " reason=" + e, e);
        }
    }

    private static List<Path> files(Path directory) {
        List<Path> training = new ArrayList<>();
        boolean anyTraining = false;
        for (int i = 1; i <= TRAINING_FILES; i++) {
            Path file = directory.resolve("data_batch_" + i + ".bin");
            training.add(file);
            anyTraining |= Files.isRegularFile(file);
        }
        if (anyTraining) {
            return training;
        }
        Path test = directory.resolve("test_batch.bin");
        if (!Files.isRegularFile(test)) {
            throw new EnvironmentException("found no CIFAR-10 files: directory=" + directory
                    + "; it must hold data_batch_1.bin to data_batch_5.bin, or test_batch.bin (the binary version of"
                    + " the data set)");
        }
        return List.of(test);
    }

    /** How many images to read; checks the files as far as they are needed. */
    private static int imagesUsed(List<Path> files, int count) throws IOException {
        long available = 0;
        for (Path file : files) {
            if (count > 0 && available >= count) {
                break;
            }
            if (!Files.isRegularFile(file)) {
                throw new EnvironmentException("a CIFAR-10 file is missing: file=" + file + " count=" + count
                        + " imagesBefore=" + available
                        + "; add it, or set count to at most the number of images in the files before it");
            }
            long length = Files.size(file);
            if (length == 0 || length % (1 + PIXELS) != 0) {
                throw new EnvironmentException("a CIFAR-10 file must hold whole images of " + (1 + PIXELS)
                        + " bytes: bytes=" + length + " file=" + file + "; it is truncated or damaged, fetch it again");
            }
            available += length / (1 + PIXELS);
        }
        if (count > available) {
            throw new EnvironmentException("count must not exceed the images of the files: count=" + count + " images="
                    + available + " files=" + files + "; use a smaller count, or 0 for all images");
        }
        return (int) Math.min(count == 0 ? available : count, Integer.MAX_VALUE);
    }

    /** Reads images until the file or the place for them ends; returns how many images there are now. */
    private static int readFile(Path file, byte[] pixels, int[] labels, int done) throws IOException {
        if (done == labels.length) {
            return done;
        }
        int image = done;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            while (image < labels.length) {
                int label = in.read();
                if (label < 0) {
                    break;
                }
                if (label >= CLASSES) {
                    throw new EnvironmentException("a CIFAR-10 label must lie in 0 to " + (CLASSES - 1) + ": label="
                            + label + " image=" + (image - done) + " file=" + file
                            + "; is this the binary version of CIFAR-10?");
                }
                labels[image] = label;
                if (in.readNBytes(pixels, image * PIXELS, PIXELS) < PIXELS) {
                    throw new EnvironmentException(
                            "a CIFAR-10 file ended early while it was read: image=" + (image - done) + " file=" + file);
                }
                image++;
            }
        }
        return image;
    }
}
