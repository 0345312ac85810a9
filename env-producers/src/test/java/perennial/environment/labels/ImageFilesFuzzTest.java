package perennial.environment.labels;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.environment.EnvironmentException;
import perennial.environment.labels.LabelStreamSpec.Images;

/** Damaged files of images: read or refused with a sentence, never with much memory. */
class ImageFilesFuzzTest {

    private static final int ROUNDS = 2_000;
    private static final long MOST_BYTES = 32L << 20;
    private static final int[] SIZES = {-1, 0, 1, 2, 255, 1 << 16, 1 << 24, Integer.MAX_VALUE, Integer.MIN_VALUE};

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Random random = new Random(1);

    @TempDir
    private Path folder;

    @Test
    void shouldRefuseOrReadDamagedIdxFiles() throws IOException {
        byte[] images = ByteBuffer.allocate(16 + 12)
                .putInt(2051)
                .putInt(3)
                .putInt(2)
                .putInt(2)
                .array();
        byte[] labels = ByteBuffer.allocate(8 + 3)
                .putInt(2049)
                .putInt(3)
                .put(new byte[] {4, 0, 9})
                .array();
        for (int i = 0; i < ROUNDS; i++) {
            boolean zipped = i % 2 == 0;
            String suffix = zipped ? ".gz" : "";
            clear();
            // Sometimes damaged before it is zipped, and sometimes after.
            write("train-images-idx3-ubyte" + suffix, damaged(images), zipped);
            write("train-labels-idx1-ubyte" + suffix, random.nextBoolean() ? labels : damaged(labels), zipped);

            check(new Images.Idx(folder, random.nextInt(5)));
        }
    }

    @Test
    void shouldRefuseOrReadDamagedCifarFiles() throws IOException {
        byte[] two = new byte[2 * 3073];
        two[0] = 9;
        for (int i = 0; i < ROUNDS; i++) {
            clear();
            Files.write(folder.resolve("test_batch.bin"), damaged(two));

            check(new Images.Cifar10(folder, random.nextInt(4)));
        }
    }

    private void check(Images images) {
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            ImageSet.load(images, 0);
        } catch (EnvironmentException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2000);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
    }

    private void write(String name, byte[] content, boolean zipped) throws IOException {
        byte[] bytes = content;
        if (zipped) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
                zip.write(content);
            }
            bytes = random.nextInt(4) == 0 ? damaged(out.toByteArray()) : out.toByteArray();
        }
        Files.write(folder.resolve(name), bytes);
    }

    private void clear() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    private byte[] damaged(byte[] whole) {
        byte[] damaged = whole.clone();
        for (int changes = random.nextInt(4); changes > 0 && damaged.length > 0; changes--) {
            int at = random.nextInt(Math.min(damaged.length, 24));
            switch (random.nextInt(4)) {
                case 0 -> damaged[at] = (byte) random.nextInt();
                case 1 -> damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
                case 2 -> damaged = Arrays.copyOf(damaged, damaged.length + random.nextInt(9));
                default -> {
                    int word = at / 4 * 4;
                    if (word + 4 <= damaged.length) {
                        ByteBuffer.wrap(damaged).putInt(word, SIZES[random.nextInt(SIZES.length)]);
                    }
                }
            }
        }
        return damaged;
    }
}
