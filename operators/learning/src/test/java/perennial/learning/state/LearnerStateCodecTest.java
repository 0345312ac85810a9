package perennial.learning.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LearnerStateCodecTest {

    private static final int CHUNK_FLOATS = (1 << 16) / 4;

    @Property
    void shouldReadWhatItWrote(
            @ForAll float[] floats,
            @ForAll double[] doubles,
            @ForAll long[] longs,
            @ForAll int[] ints,
            @ForAll byte[] bytes,
            @ForAll String text)
            throws IOException {
        LearnerState state = new LearnerState()
                .put("floats", floats)
                .put("doubles", doubles)
                .put("longs", longs)
                .put("ints", ints)
                .put("bytes", bytes)
                .put("text", new String(text.getBytes("UTF-8"), "UTF-8"));

        assertThat(read(write(state))).isEqualTo(state);
    }

    @Property
    void shouldReadArraysOfAnyLengthAroundAChunk(
            @ForAll @IntRange(min = 0, max = 3 * CHUNK_FLOATS + 1) int length, @ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        float[] floats = new float[length];
        for (int i = 0; i < length; i++) {
            floats[i] = Float.intBitsToFloat(random.nextInt());
        }
        LearnerState state = new LearnerState()
                .put("floats", floats)
                .put("doubles", new double[length / 2 + 1])
                .put("longs", new long[length / 3])
                .put("ints", new int[length])
                .put("bytes", new byte[length]);

        assertThat(read(write(state))).isEqualTo(state);
    }

    @Test
    void shouldWriteTheFormatThatIsDocumented() throws IOException {
        LearnerState state = new LearnerState().put("a", new float[] {1f}).put("b", "é");

        byte[] bytes = write(state);

        String body = "504c5354" + "00000001" + "00000002" // magic, version, entries
                + "0001" + "61" + "01" + "00000001" + "0000803f" // a: one float, little-endian
                + "0001" + "62" + "06" + "00000002" + "c3a9"; // b: two bytes of UTF-8
        assertThat(HexFormat.of().formatHex(bytes)).startsWith(body);
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, bytes.length - 4);
        assertThat(ByteBuffer.wrap(bytes).getInt(bytes.length - 4)).isEqualTo((int) crc.getValue());
        assertThat(bytes).hasSize(body.length() / 2 + 4);
    }

    @Test
    void shouldReadNothingBeyondTheState() throws IOException {
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.writeBytes(write(new LearnerState().put("a", new int[] {1})));
        two.writeBytes(write(new LearnerState().put("b", new int[] {2})));
        DataInputStream input = new DataInputStream(new ByteArrayInputStream(two.toByteArray()));

        assertThat(LearnerStateCodec.read(input).ints("a")).containsExactly(1);
        assertThat(LearnerStateCodec.read(input).ints("b")).containsExactly(2);
    }

    @Property
    void shouldNoticeAnyDamagedByte(
            @ForAll @IntRange(min = 0, max = 10_000) int at, @ForAll @IntRange(min = 1, max = 255) int flip)
            throws IOException {
        byte[] bytes = write(example());
        bytes[at % bytes.length] ^= (byte) flip;

        assertThatThrownBy(() -> read(bytes)).isInstanceOf(StateFormatException.class);
    }

    @Property
    void shouldSayThatAStateEndsTooEarly(@ForAll @IntRange(min = 0, max = 10_000) int length) throws IOException {
        byte[] bytes = write(example());
        byte[] cut = Arrays.copyOf(bytes, length % bytes.length);

        assertThatThrownBy(() -> read(cut))
                .isInstanceOf(StateFormatException.class)
                .hasMessageContaining("the state ends too early: bytesRead=");
    }

    @Test
    void shouldRefuseOtherBytes() {
        assertThatThrownBy(() -> read("PK and so on, a zip file".getBytes()))
                .isInstanceOf(StateFormatException.class)
                .hasMessageContaining("not a learner's state: magic=504b2061 expected=504c5354");
    }

    @Test
    void shouldRefuseANewerVersion() throws IOException {
        byte[] bytes = write(example());
        bytes[7] = 99;

        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(StateFormatException.class)
                .hasMessageContaining("version=99 readable=1 to 1");
    }

    @Test
    void shouldRefuseAVersionThatNeverWas() throws IOException {
        byte[] bytes = write(example());
        bytes[7] = 0;

        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(StateFormatException.class)
                .hasMessageContaining("version=0 readable=1 to 1; use the release that wrote it, or a newer one");
    }

    @Test
    void shouldCountTheBytesOfItsValues() {
        assertThat(example().bytes(name -> true)).isEqualTo(3 * 4 + 8 + 10 + 2 * 8 + 3);
        assertThat(example().bytes(name -> name.equals("steps"))).isEqualTo(8);
    }

    @Test
    void shouldSayThatTheChecksumDoesNotFit() throws IOException {
        byte[] bytes = write(example());
        bytes[bytes.length - 8] ^= 1;

        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(StateFormatException.class)
                .hasMessageContaining("the state is damaged: its checksum does not fit");
    }

    @Test
    void shouldNotBelieveALengthThatTheBytesDoNotBear() throws IOException {
        byte[] bytes = write(new LearnerState().put("a", new double[] {1}));
        // The length of a: after magic, version, count, name length, name and type. 2^31 - 1 doubles would be 16 GiB.
        ByteBuffer.wrap(bytes).putInt(4 + 4 + 4 + 2 + 1 + 1, Integer.MAX_VALUE);

        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(StateFormatException.class)
                .hasMessageContaining("ends too early");
    }

    private static LearnerState example() {
        return new LearnerState()
                .put("parameters", new float[] {1f, 2f, 3f})
                .put("steps", new long[] {42})
                .put("kind", "supervised")
                .put("weights", new double[] {0.5, Double.NaN})
                .put("random", new byte[] {1, 2, 3});
    }

    private static byte[] write(LearnerState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LearnerStateCodec.write(state, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static LearnerState read(byte[] bytes) throws IOException {
        return LearnerStateCodec.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }
}
