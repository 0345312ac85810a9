package perennial.environment.labels;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import perennial.environment.EnvironmentException;

/**
 * The IDX format of MNIST and its kin: an images file (magic number 2051, then number of images, rows and columns as
 * big-endian 32-bit integers, then the pixels) and a labels file (magic number 2049, number of labels, the labels).
 * Compression is recognised by the content of a file, not by its name.
 */
final class IdxFiles {

    private static final int IMAGES_MAGIC = 2051;
    private static final int LABELS_MAGIC = 2049;
    private static final int IMAGES_HEADER_BYTES = 16;
    private static final int LABELS_HEADER_BYTES = 8;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int GZIP_MAGIC = 0x1f8b;

    private static final Pattern IMAGES_NAME = Pattern.compile("(.*)images([-.])idx3-ubyte(?:\\.gz)?");

    private IdxFiles() {}

    static ImageSet read(Path directory, int count) {
        Path imagesFile = findImages(directory);
        Path labelsFile = findLabels(imagesFile);
        try (DataInputStream images = open(imagesFile);
                DataInputStream labels = open(labelsFile)) {
            return read(imagesFile, images, labelsFile, labels, count);
        } catch (IOException e) {
            throw new EnvironmentException(
                    "cannot read IDX files: images=" + imagesFile + " labels=" + labelsFile + " reason=" + e, e);
        }
    }

    private static ImageSet read(
            Path imagesFile, DataInputStream images, Path labelsFile, DataInputStream labels, int count)
            throws IOException {
        expectMagic(imagesFile, images, IMAGES_MAGIC, "images");
        int available = size(imagesFile, images, "images");
        int rows = size(imagesFile, images, "rows");
        int columns = size(imagesFile, images, "columns");
        expectMagic(labelsFile, labels, LABELS_MAGIC, "labels");
        int labelled = size(labelsFile, labels, "labels");
        if (labelled != available) {
            throw new EnvironmentException("there must be one label for each image: images=" + available + " labels="
                    + labelled + " imagesFile=" + imagesFile + " labelsFile=" + labelsFile);
        }
        if (count > available) {
            throw new EnvironmentException("count must not exceed the images of the file: count=" + count + " images="
                    + available + " file=" + imagesFile + "; use a smaller count, or 0 for all images");
        }
        int used = count == 0 ? available : count;
        ImageSet.checkSize(used, (long) rows * columns, "file=" + imagesFile);
        expectLength(imagesFile, IMAGES_HEADER_BYTES, available, (long) rows * columns);
        expectLength(labelsFile, LABELS_HEADER_BYTES, available, 1);

        byte[] pixels = readBytes(imagesFile, images, used * rows * columns);
        byte[] classBytes = readBytes(labelsFile, labels, used);
        if (used == available) {
            expectEnd(imagesFile, images);
            expectEnd(labelsFile, labels);
        }
        int[] classOfImage = new int[used];
        int largest = 0;
        for (int i = 0; i < used; i++) {
            classOfImage[i] = classBytes[i] & 0xff;
            largest = Math.max(largest, classOfImage[i]);
        }
        // A few images may lack the last classes, so the labels of the images that are not used count as well.
        for (int i = used; i < available; i++) {
            int unused = labels.read();
            if (unused < 0) {
                throw truncated(labelsFile);
            }
            largest = Math.max(largest, unused);
        }
        if (largest == 0) {
            throw new EnvironmentException(
                    "the labels must name two classes or more: all labels are 0, file=" + labelsFile);
        }
        return new ImageSet(1, rows, columns, largest + 1, pixels, classOfImage);
    }

    private static Path findImages(Path directory) {
        List<Path> found = imagesFiles(directory);
        if (found.isEmpty()) {
            throw new EnvironmentException("found no IDX images file: directory=" + directory
                    + "; it must hold a file such as train-images-idx3-ubyte or train-images-idx3-ubyte.gz,"
                    + " and the labels file that belongs to it");
        }
        List<Path> training =
                found.stream().filter(file -> name(file).contains("train")).collect(Collectors.toList());
        List<Path> candidates = training.isEmpty() ? found : training;
        // The same file with and without compression is no choice; two data sets are one that only the caller can make.
        if (candidates.stream().map(IdxFiles::nameWithoutGz).distinct().count() > 1) {
            throw new EnvironmentException("found several IDX images files and cannot tell which is meant: files="
                    + candidates + "; give a directory that holds one of them");
        }
        return candidates.get(0);
    }

    private static List<Path> imagesFiles(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new EnvironmentException("the folder of the IDX files must exist: directory=" + directory);
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> IMAGES_NAME.matcher(name(file)).matches())
                    .sorted()
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new EnvironmentException("cannot list the folder of the IDX files: directory=" + directory, e);
        }
    }

    private static Path findLabels(Path imagesFile) {
        Matcher matcher = IMAGES_NAME.matcher(name(imagesFile));
        if (!matcher.matches()) {
            throw new IllegalStateException("not an images file: file=" + imagesFile);
        }
        String plainName = matcher.group(1) + "labels" + matcher.group(2) + "idx1-ubyte";
        Path plain = imagesFile.resolveSibling(plainName);
        Path zipped = imagesFile.resolveSibling(plainName + ".gz");
        if (!Files.exists(plain) && !Files.exists(zipped)) {
            throw new EnvironmentException("the labels file must lie beside the images file: images=" + imagesFile
                    + " expected=" + plain + " or " + zipped);
        }
        return Files.exists(plain) ? plain : zipped;
    }

    private static DataInputStream open(Path file) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        if (!isZipped(file)) {
            return new DataInputStream(raw);
        }
        try {
            return new DataInputStream(new BufferedInputStream(new GZIPInputStream(raw, BUFFER_BYTES), BUFFER_BYTES));
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    private static boolean isZipped(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return (in.read() << 8 | in.read()) == GZIP_MAGIC;
        }
    }

    private static void expectMagic(Path file, DataInputStream in, int expected, String content) throws IOException {
        int magic = readInt(file, in);
        if (magic != expected) {
            throw new EnvironmentException("an IDX file of " + content + " must begin with the magic number " + expected
                    + ": magic=" + magic + " file=" + file);
        }
    }

    private static int size(Path file, DataInputStream in, String what) throws IOException {
        int size = readInt(file, in);
        if (size < 1) {
            throw new EnvironmentException(
                    "an IDX file must hold at least one of each of its sizes: " + what + "=" + size + " file=" + file);
        }
        return size;
    }

    private static int readInt(Path file, DataInputStream in) throws IOException {
        try {
            return in.readInt();
        } catch (EOFException e) {
            throw truncated(file);
        }
    }

    /** Checks the length of a file that is not compressed before anything of its size is allocated. */
    private static void expectLength(Path file, int headerBytes, long count, long bytesEach) throws IOException {
        if (isZipped(file)) {
            return;
        }
        long actual = Files.size(file);
        if (bytesEach > (Long.MAX_VALUE - headerBytes) / count || actual != headerBytes + count * bytesEach) {
            throw new EnvironmentException("an IDX file must be as long as its header says: header=" + count
                    + " times " + bytesEach + " bytes actualBytes=" + actual + " file=" + file
                    + "; it is truncated or damaged, fetch it again");
        }
    }

    /** Reads bit by bit, so that a header that promises too much costs no more memory than the file holds. */
    private static byte[] readBytes(Path file, InputStream in, int length) throws IOException {
        byte[] bytes;
        try {
            bytes = in.readNBytes(length);
        } catch (EOFException e) {
            throw truncated(file);
        }
        if (bytes.length < length) {
            throw truncated(file);
        }
        return bytes;
    }

    private static void expectEnd(Path file, InputStream in) throws IOException {
        if (in.read() >= 0) {
            throw new EnvironmentException("an IDX file must end where its header says: bytes are left over, file="
                    + file + "; it is damaged, fetch it again");
        }
    }

    private static EnvironmentException truncated(Path file) {
        return new EnvironmentException(
                "an IDX file must be as long as its header says: it ends early, file=" + file + "; fetch it again");
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static String nameWithoutGz(Path file) {
        String name = name(file);
        return name.endsWith(".gz") ? name.substring(0, name.length() - ".gz".length()) : name;
    }
}
