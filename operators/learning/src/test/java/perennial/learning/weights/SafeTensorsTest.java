package perennial.learning.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.learning.learner.NamedTensors;

class SafeTensorsTest {

    @TempDir
    Path folder;

    @Property
    void shouldReadWhatItWrote(
            @ForAll @Size(max = 5) List<@Size(max = 4) List<@IntRange(min = 0, max = 4) Integer>> shapes,
            @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        NamedTensors tensors = new NamedTensors();
        for (int i = 0; i < shapes.size(); i++) {
            int[] shape = shapes.get(i).stream().mapToInt(d -> d).toArray();
            float[] data = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            for (int j = 0; j < data.length; j++) {
                data[j] = Float.intBitsToFloat(random.nextInt());
            }
            tensors.put("layer \"" + i + "\".wéight", shape, data);
        }

        byte[] bytes = SafeTensors.toBytes(tensors);
        NamedTensors read = SafeTensors.fromBytes(bytes);

        assertThat(read.asMap().keySet()).isEqualTo(tensors.asMap().keySet());
        tensors.asMap().forEach((name, tensor) -> {
            assertThat(read.get(name).shape()).isEqualTo(tensor.shape());
            assertThat(bits(read.get(name).data())).isEqualTo(bits(tensor.data()));
        });
        assertThat(SafeTensors.toBytes(tensors)).isEqualTo(bytes);
    }

    @Test
    void shouldWriteTheFormat() {
        NamedTensors tensors = new NamedTensors().put("a", new int[] {1, 2}, new float[] {1f, -2f});

        byte[] bytes = SafeTensors.toBytes(tensors);

        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}";
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) buffer.getLong();
        assertThat(length % 8).isZero();
        assertThat(new String(bytes, 8, length, StandardCharsets.UTF_8).strip()).isEqualTo(header);
        assertThat(buffer.getFloat(8 + length)).isEqualTo(1f);
        assertThat(buffer.getFloat(12 + length)).isEqualTo(-2f);
        assertThat(bytes).hasSize(8 + length + 8);
    }

    @Test
    void shouldReadDoublesAndPassOverMetadata() {
        byte[] bytes = file(
                "{\"__metadata__\":{\"format\":\"pt\"},\"w\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}",
                ByteBuffer.allocate(16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putDouble(0.5)
                        .putDouble(1e-3)
                        .array());

        assertThat(SafeTensors.fromBytes(bytes).get("w").data()).containsExactly(0.5f, 0.001f);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"w\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}} | only float32 and float64 tensors can be read: name=w dtype=F16",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | a tensor's values do not fill its shape: name=w",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | without gap or overlap: name=w begins=4 expected=0",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | the values do not fill the file: expected=4 found=8",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | a dimension is out of range",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[65536,65536],\"data_offsets\":[0,8]}} | a tensor is too large",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2]}} | a tensor needs shape and data_offsets: name=w",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"w\":{}} | the header is not JSON: Duplicate field",
                "[1,2,3] | the header is not a JSON object",
                "{\"w\": | the header is not JSON"
            })
    void shouldSayWhatIsWrongWithAHeader(String header, String message) {
        assertThatThrownBy(() -> SafeTensors.fromBytes(file(header, new byte[8])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Property
    void shouldNoticeAnyMissingByte(@ForAll @IntRange(min = 0, max = 1000) int length) {
        byte[] bytes = SafeTensors.toBytes(new NamedTensors().put("a", new int[] {3}, new float[] {1, 2, 3}));

        assertThatThrownBy(() -> SafeTensors.fromBytes(Arrays.copyOf(bytes, length % bytes.length)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("these bytes are not safetensors");
    }

    @Test
    void shouldReplaceAFileAsAWhole() throws IOException {
        Path file = folder.resolve("weights.safetensors");
        SafeTensors.write(new NamedTensors().put("a", new int[] {1}, new float[] {1}), file);

        SafeTensors.write(new NamedTensors().put("b", new int[] {1}, new float[] {2}), file);

        assertThat(SafeTensors.read(file).asMap()).containsOnlyKeys("b");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void shouldNameTheFileThatCannotBeRead() throws IOException {
        Path file = Files.writeString(folder.resolve("note.txt"), "not tensors at all");

        assertThatThrownBy(() -> SafeTensors.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("file=" + file);
    }

    private static byte[] file(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(data)
                .array();
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
