package perennial.environment.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.environment.EnvironmentException;
import perennial.environment.labels.LabelStreamSpec.Images;

class ImageFilesTest {

    private static final int CIFAR_BYTES = 3073;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "train-images-idx3-ubyte, train-labels-idx1-ubyte",
        "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz",
        "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte",
        "t10k-images.idx3-ubyte, t10k-labels.idx1-ubyte",
        "emnist-digits-test-images-idx3-ubyte.gz, emnist-digits-test-labels-idx1-ubyte.gz"
    })
    void shouldReadIdxFiles(String imagesName, String labelsName) throws IOException {
        write(imagesName, idxImages(2051, 3, 2, 2, 12));
        write(labelsName, idxLabels(2049, 3, 4, 0, 9));

        ImageSet images = idx(0);

        assertThat(images.count()).isEqualTo(3);
        assertThat(images.channels()).isEqualTo(1);
        assertThat(images.rows()).isEqualTo(2);
        assertThat(images.columns()).isEqualTo(2);
        assertThat(images.classes()).isEqualTo(10);
        assertThat(images.label(0)).isEqualTo(4);
        assertThat(images.label(2)).isEqualTo(9);
        byte[] second = new byte[4];
        images.copyImage(1, second);
        assertThat(second).containsExactly(5, 6, 7, 8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".gz"})
    void shouldUseTheFirstImagesButKnowAllClasses(String suffix) throws IOException {
        write("train-images-idx3-ubyte" + suffix, idxImages(2051, 3, 2, 2, 12));
        write("train-labels-idx1-ubyte" + suffix, idxLabels(2049, 3, 4, 0, 9));

        ImageSet images = idx(2);

        assertThat(images.count()).isEqualTo(2);
        assertThat(images.classes()).isEqualTo(10);
    }

    @Test
    void shouldPreferTrainingImages() throws IOException {
        write("t10k-images-idx3-ubyte", idxImages(2051, 1, 1, 1, 1));
        write("t10k-labels-idx1-ubyte", idxLabels(2049, 1, 1));
        write("train-images-idx3-ubyte.gz", idxImages(2051, 2, 1, 1, 2));
        write("train-labels-idx1-ubyte.gz", idxLabels(2049, 2, 1, 0));

        assertThat(idx(0).count()).isEqualTo(2);
    }

    @Test
    void shouldRefuseToChooseBetweenTwoDataSets() throws IOException {
        write("emnist-letters-train-images-idx3-ubyte", idxImages(2051, 1, 1, 1, 1));
        write("emnist-digits-train-images-idx3-ubyte", idxImages(2051, 1, 1, 1, 1));

        assertTrouble(() -> idx(0), "several IDX images files", "emnist-letters", "emnist-digits");
    }

    @Test
    void shouldSayThatFilesAreMissing() throws IOException {
        assertTrouble(() -> idx(0), "found no IDX images file", directory.toString());
        assertTrouble(() -> ImageSet.load(new Images.Idx(directory.resolve("absent"), 0), 0), "must exist", "absent");
        assertTrouble(() -> cifar(0), "found no CIFAR-10 files", directory.toString());

        write("train-images-idx3-ubyte", idxImages(2051, 1, 1, 1, 1));

        assertTrouble(() -> idx(0), "labels file must lie beside", "train-labels-idx1-ubyte");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".gz"})
    void shouldRefuseMalformedIdxFiles(String suffix) throws IOException {
        byte[] goodImages = idxImages(2051, 3, 2, 2, 12);
        byte[] goodLabels = idxLabels(2049, 3, 4, 0, 9);

        assertIdxTrouble(suffix, idxImages(2049, 3, 2, 2, 12), goodLabels, "magic number 2051", "magic=2049");
        assertIdxTrouble(suffix, goodImages, idxLabels(2051, 3, 4, 0, 9), "magic number 2049", "magic=2051");
        assertIdxTrouble(suffix, idxImages(2051, 0, 2, 2, 0), goodLabels, "images=0");
        assertIdxTrouble(suffix, idxImages(2051, 3, -2, 2, 12), goodLabels, "rows=-2");
        assertIdxTrouble(suffix, goodImages, idxLabels(2049, 2, 4, 0), "images=3 labels=2");
        assertIdxTrouble(suffix, idxImages(2051, 3, 2, 2, 11), goodLabels, "as long as its header says");
        assertIdxTrouble(suffix, goodImages, idxLabels(2049, 3, 4, 0), "as long as its header says");
        assertIdxTrouble(suffix, Arrays.copyOf(goodImages, 10), goodLabels, "ends early");
        assertIdxTrouble(suffix, idxImages(2051, 3, 2, 2, 13), goodLabels, "header says", "fetch it again");
        assertIdxTrouble(suffix, goodImages, idxLabels(2049, 3, 0, 0, 0), "two classes or more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".gz"})
    void shouldRefuseIdxSizesBeforeAllocation(String suffix) throws IOException {
        byte[] labels = idxLabels(2049, Integer.MAX_VALUE, 1);

        assertIdxTrouble(suffix, idxImages(2051, Integer.MAX_VALUE, 28, 28, 5), labels, "at most", "images=2147483647");
        assertIdxTrouble(
                suffix,
                idxImages(2051, 1, Integer.MAX_VALUE, Integer.MAX_VALUE, 5),
                idxLabels(2049, 1, 1),
                "at most",
                "bytesPerImage=4611686014132420609");
    }

    @Test
    void shouldNotTrustTheHeaderOfAZippedFileWithItsMemory() throws IOException {
        write("train-images-idx3-ubyte.gz", idxImages(2051, 1_000_000, 32, 32, 5));
        write("train-labels-idx1-ubyte.gz", idxLabels(2049, 1_000_000, 1));

        assertTrouble(() -> idx(0), "ends early");
    }

    @Test
    void shouldSayThatAZippedFileIsCutOff() throws IOException {
        byte[] zipped = zip(idxImages(2051, 3, 20, 20, 1200));
        Files.write(directory.resolve("train-images-idx3-ubyte.gz"), Arrays.copyOf(zipped, zipped.length / 2));
        write("train-labels-idx1-ubyte.gz", idxLabels(2049, 3, 4, 0, 9));

        assertTrouble(() -> idx(0), "ends early", "train-images-idx3-ubyte.gz");
    }

    @Test
    void shouldRefuseMoreImagesThanTheFileHas() throws IOException {
        write("train-images-idx3-ubyte", idxImages(2051, 3, 2, 2, 12));
        write("train-labels-idx1-ubyte", idxLabels(2049, 3, 4, 0, 9));

        assertTrouble(() -> idx(4), "count=4 images=3");
    }

    @Test
    void shouldReadCifarFilesInOrder() throws IOException {
        for (int i = 1; i <= 5; i++) {
            Files.write(directory.resolve("data_batch_" + i + ".bin"), cifarImages(i, i + 4));
        }
        Files.write(directory.resolve("test_batch.bin"), cifarImages(0));

        ImageSet images = cifar(0);

        assertThat(images.count()).isEqualTo(10);
        assertThat(images.channels()).isEqualTo(3);
        assertThat(images.imageSize()).isEqualTo(3072);
        assertThat(images.classes()).isEqualTo(10);
        assertThat(images.label(2)).isEqualTo(2);
        assertThat(images.label(3)).isEqualTo(6);
        byte[] pixels = new byte[3072];
        images.copyImage(3, pixels);
        assertThat(pixels).isEqualTo(Arrays.copyOfRange(cifarImages(6), 1, CIFAR_BYTES));
    }

    @Test
    void shouldReadOnlyTheCifarFilesThatCountNeeds() throws IOException {
        Files.write(directory.resolve("data_batch_1.bin"), cifarImages(1, 2, 3));

        assertThat(cifar(2).count()).isEqualTo(2);
        assertTrouble(() -> cifar(0), "is missing", "data_batch_2.bin");
    }

    @Test
    void shouldReadTheCifarTestFile() throws IOException {
        Files.write(directory.resolve("test_batch.bin"), cifarImages(9, 8));

        assertThat(cifar(0).label(1)).isEqualTo(8);
        assertTrouble(() -> cifar(3), "count=3 images=2");
    }

    @Test
    void shouldRefuseMalformedCifarFiles() throws IOException {
        Path file = directory.resolve("test_batch.bin");

        Files.write(file, Arrays.copyOf(cifarImages(1, 2), CIFAR_BYTES + 5));
        assertTrouble(() -> cifar(0), "whole images", "bytes=3078");

        Files.write(file, new byte[0]);
        assertTrouble(() -> cifar(0), "whole images", "bytes=0");

        Files.write(file, cifarImages(1, 10));
        assertTrouble(() -> cifar(0), "label=10 image=1");
    }

    @Test
    void shouldReadEitherClassOfCifar100() throws IOException {
        byte[] first = cifarImages(3);
        byte[] second = cifarImages(7);
        // The coarse class stands before the fine one.
        ByteBuffer file = ByteBuffer.allocate(2 * CIFAR_BYTES + 2);
        file.put((byte) 19).put((byte) 99).put(first, 1, CIFAR_BYTES - 1);
        file.put((byte) 4).put((byte) 98).put(second, 1, CIFAR_BYTES - 1);
        Files.write(directory.resolve("train.bin"), file.array());

        ImageSet fine = ImageSet.load(new Images.Cifar100(directory, 0, false), 0);
        ImageSet coarse = ImageSet.load(new Images.Cifar100(directory, 0, true), 0);

        assertThat(fine.count()).isEqualTo(2);
        assertThat(fine.classes()).isEqualTo(100);
        assertThat(coarse.classes()).isEqualTo(20);
        assertThat(new int[] {fine.label(0), fine.label(1)}).containsExactly(99, 98);
        assertThat(new int[] {coarse.label(0), coarse.label(1)}).containsExactly(19, 4);
        byte[] pixels = new byte[3072];
        coarse.copyImage(1, pixels);
        assertThat(pixels).isEqualTo(Arrays.copyOfRange(second, 1, CIFAR_BYTES));
    }

    @Test
    void shouldRefuseCifar100FilesOfAnotherKind() throws IOException {
        assertTrouble(
                () -> ImageSet.load(new Images.Cifar100(directory, 0, false), 0),
                "found no CIFAR-100 files",
                "train.bin, or test.bin");

        Files.write(directory.resolve("test.bin"), cifarImages(1, 2));
        assertTrouble(() -> ImageSet.load(new Images.Cifar100(directory, 0, false), 0), "whole images of 3074 bytes");

        byte[] image = new byte[CIFAR_BYTES + 1];
        image[1] = 100;
        Files.write(directory.resolve("test.bin"), image);
        assertTrouble(() -> ImageSet.load(new Images.Cifar100(directory, 0, false), 0), "label=100 image=0");
        assertThat(ImageSet.load(new Images.Cifar100(directory, 0, true), 0).count())
                .isOne();
    }

    @Test
    void shouldDrawSyntheticImagesAsLitAsAsked() {
        ImageSet images = ImageSet.load(new Images.Synthetic(1, 10, 10, 4, 1_000, 0.2), 1);

        int lit = 0;
        int[] classes = new int[4];
        byte[] pixels = new byte[100];
        for (int i = 0; i < images.count(); i++) {
            images.copyImage(i, pixels);
            for (byte pixel : pixels) {
                lit += pixel == 0 ? 0 : 1;
            }
            classes[images.label(i)]++;
        }

        // 20000 lit pixels and 250 of each class are expected, with standard deviations of 126 and 14.
        assertThat(lit).isBetween(19_370, 20_630);
        for (int count : classes) {
            assertThat(count).isBetween(180, 320);
        }
    }

    @Test
    void shouldRefuseSyntheticImagesThatAreTooLarge() {
        int large = Integer.MAX_VALUE;

        assertTrouble(() -> ImageSet.load(new Images.Synthetic(1, 40_000, 40_000, 2, 1, 0.5), 1), "at most");
        assertTrouble(() -> ImageSet.load(new Images.Synthetic(large, large, large, 2, 1, 0.5), 1), "at most");
        assertTrouble(() -> ImageSet.load(new Images.Synthetic(large, 1, 1, 2, 1, 0.5), 1), "at most");
    }

    private void assertIdxTrouble(String suffix, byte[] images, byte[] labels, String... parts) throws IOException {
        write("train-images-idx3-ubyte" + suffix, images);
        write("train-labels-idx1-ubyte" + suffix, labels);

        assertTrouble(() -> idx(0), parts);
    }

    private static void assertTrouble(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOf(EnvironmentException.class).hasMessageContainingAll(parts);
    }

    private ImageSet idx(int count) {
        return ImageSet.load(new Images.Idx(directory, count), 0);
    }

    private ImageSet cifar(int count) {
        return ImageSet.load(new Images.Cifar10(directory, count), 0);
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(directory.resolve(name), name.endsWith(".gz") ? zip(content) : content);
    }

    private static byte[] zip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    /** An images file whose pixels are 1, 2, 3 and so on. */
    private static byte[] idxImages(int magic, int images, int rows, int columns, int pixels) {
        ByteBuffer buffer = ByteBuffer.allocate(16 + pixels);
        buffer.putInt(magic).putInt(images).putInt(rows).putInt(columns);
        for (int i = 1; i <= pixels; i++) {
            buffer.put((byte) i);
        }
        return buffer.array();
    }

    private static byte[] idxLabels(int magic, int count, int... labels) {
        ByteBuffer buffer = ByteBuffer.allocate(8 + labels.length);
        buffer.putInt(magic).putInt(count);
        for (int label : labels) {
            buffer.put((byte) label);
        }
        return buffer.array();
    }

    private static byte[] cifarImages(int... labels) {
        ByteBuffer buffer = ByteBuffer.allocate(labels.length * CIFAR_BYTES);
        for (int label : labels) {
            buffer.put((byte) label);
            for (int i = 0; i < CIFAR_BYTES - 1; i++) {
                buffer.put((byte) (i * 7 + label));
            }
        }
        return buffer.array();
    }
}
