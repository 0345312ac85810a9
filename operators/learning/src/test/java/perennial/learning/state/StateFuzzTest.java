package perennial.learning.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import perennial.learning.learner.NamedTensors;
import perennial.learning.weights.SafeTensors;

/** Damaged states and weights, of which some have a right checksum: read or refused, never with much memory. */
class StateFuzzTest {

    private static final int ROUNDS = 30_000;
    private static final long MOST_BYTES = 32L << 20;
    private static final int[] LENGTHS = {-1, 0, 1, 1 << 16, 1 << 24, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE};
    private static final String[] JSON = {
        "0",
        "-1",
        "1e9",
        "1e999999999",
        "18446744073709551616",
        "[",
        "]",
        "{",
        "}",
        "null",
        "\"F64\"",
        "\"F32\"",
        "[0,8]",
        "[2147483647,2147483647]",
        ",",
        "\\u0000",
        "[[[[[[[["
    };

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Random random = new Random(1);

    @Test
    void shouldRefuseOrReadDamagedStates() throws IOException {
        LearnerState state = new LearnerState()
                .put("floats", new float[] {1, 2, 3})
                .put("doubles", new double[] {1})
                .put("longs", new long[] {1, 2})
                .put("ints", new int[] {1})
                .put("bytes", new byte[] {1, 2})
                .put("text", "größe");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LearnerStateCodec.write(state, new DataOutputStream(out));
        byte[] whole = out.toByteArray();
        for (int i = 0; i < ROUNDS; i++) {
            byte[] damaged = damaged(whole);
            if (damaged.length > 4 && random.nextBoolean()) {
                CRC32 crc = new CRC32();
                crc.update(damaged, 0, damaged.length - 4);
                ByteBuffer.wrap(damaged).putInt(damaged.length - 4, (int) crc.getValue());
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                LearnerStateCodec.read(new DataInputStream(new ByteArrayInputStream(damaged)));
            } catch (StateFormatException e) {
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2000);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
        }
    }

    @Test
    void shouldRefuseOrReadDamagedWeights() {
        NamedTensors tensors = new NamedTensors();
        tensors.put("hidden.0.weight", new int[] {2, 3}, new float[6]);
        tensors.put("hidden.0.bias", new int[] {2}, new float[2]);
        byte[] whole = SafeTensors.toBytes(tensors);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] damaged = random.nextBoolean() ? damaged(whole) : withOtherHeader(whole);
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                SafeTensors.fromBytes(damaged);
            } catch (IllegalArgumentException e) {
                assertThat(e).isExactlyInstanceOf(IllegalArgumentException.class);
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2000);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
        }
    }

    /** Weights whose header is damaged as text, with a length that fits. */
    private byte[] withOtherHeader(byte[] whole) {
        int length = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        StringBuilder header = new StringBuilder(new String(whole, 8, length, StandardCharsets.UTF_8));
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(header.length());
            int end = Math.min(header.length(), at + random.nextInt(4));
            header.replace(at, end, JSON[random.nextInt(JSON.length)]);
        }
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer changed =
                ByteBuffer.allocate(8 + text.length + whole.length - 8 - length).order(ByteOrder.LITTLE_ENDIAN);
        return changed.putLong(text.length)
                .put(text)
                .put(whole, 8 + length, whole.length - 8 - length)
                .array();
    }

    private byte[] damaged(byte[] whole) {
        byte[] damaged = whole.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0 && damaged.length > 0; changes--) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(4)) {
                case 0 -> damaged[at] = (byte) random.nextInt();
                case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> damaged = Arrays.copyOf(damaged, at);
                default -> {
                    if (at + 4 <= damaged.length) {
                        ByteBuffer.wrap(damaged)
                                .order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
                                .putInt(at, LENGTHS[random.nextInt(LENGTHS.length)]);
                    }
                }
            }
        }
        return damaged;
    }
}
