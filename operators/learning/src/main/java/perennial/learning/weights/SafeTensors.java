package perennial.learning.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import perennial.learning.learner.NamedTensors;
import perennial.learning.learner.NamedTensors.Tensor;

/**
 * The safetensors format: 8 bytes little-endian length of the header, the header in JSON, the values little-endian.
 *
 * <p>Written are float32 tensors in the order of {@link NamedTensors}; equal tensors have equal bytes. Read are float32, and
 * float64 rounded to float32, in the order in which their values stand. Stateless.
 *
 * @see <a href="https://huggingface.co/docs/safetensors">safetensors</a>
 */
public final class SafeTensors {

    /** The longest header that is read, in bytes. The format's own limit. */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = 8;
    private static final String METADATA = "__metadata__";
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    private SafeTensors() {}

    /** The bytes of a file that holds {@code tensors}. */
    public static byte[] toBytes(NamedTensors tensors) {
        ObjectNode header = JSON.createObjectNode();
        long size = 0;
        for (Map.Entry<String, Tensor> entry : tensors.asMap().entrySet()) {
            Tensor tensor = entry.getValue();
            ObjectNode node = header.putObject(entry.getKey());
            node.put("dtype", "F32");
            for (int dimension : tensor.shape()) {
                node.withArray("shape").add(dimension);
            }
            if (tensor.shape().length == 0) {
                node.putArray("shape");
            }
            long end = size + (long) tensor.data().length * Float.BYTES;
            node.putArray("data_offsets").add(size).add(end);
            size = end;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        long total = LENGTH_BYTES + padded + size;
        if (total > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("tensors must fit into one array of bytes: bytes=" + total);
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) total).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(padded).put(json);
        while (buffer.position() < LENGTH_BYTES + padded) {
            buffer.put((byte) ' ');
        }
        for (Tensor tensor : tensors.asMap().values()) {
            buffer.asFloatBuffer().put(tensor.data());
            buffer.position(buffer.position() + tensor.data().length * Float.BYTES);
        }
        return buffer.array();
    }

    /** Writes a file, or none: whoever reads {@code file} meets the old content or the whole new one. */
    public static void write(NamedTensors tensors, Path file) throws IOException {
        WholeFile.write(file, toBytes(tensors));
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it is not a safetensors file, damaged, or has tensors of another type
     */
    public static NamedTensors read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("a safetensors file may have at most " + (Integer.MAX_VALUE - 8)
                    + " bytes: file=" + file + " bytes=" + size);
        }
        try {
            return fromBytes(Files.readAllBytes(file));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(wrong.getMessage() + " file=" + file, wrong);
        }
    }

    /**
     * Reads the bytes of a file.
     *
     * @throws IllegalArgumentException if they are not those of a safetensors file, damaged, or of tensors of another type
     */
    public static NamedTensors fromBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < LENGTH_BYTES) {
            throw wrong("they are too few: bytes=" + bytes.length);
        }
        long headerLength = buffer.getLong();
        if (headerLength < 2 || headerLength > Math.min(MAX_HEADER_BYTES, bytes.length - LENGTH_BYTES)) {
            throw wrong("the header's length is out of range: header=" + headerLength + " bytes=" + bytes.length);
        }
        int dataStart = LENGTH_BYTES + (int) headerLength;
        List<Entry> entries = entries(header(bytes, (int) headerLength));
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long expected = 0;
        for (Entry entry : entries) {
            if (entry.begin != expected) {
                throw wrong("tensors must follow one another without gap or overlap: name=" + entry.name + " begins="
                        + entry.begin + " expected=" + expected);
            }
            expected = entry.end;
        }
        if (expected != bytes.length - dataStart) {
            throw wrong(
                    "the values do not fill the file: expected=" + expected + " found=" + (bytes.length - dataStart));
        }
        NamedTensors tensors = new NamedTensors();
        for (Entry entry : entries) {
            tensors.put(entry.name, entry.shape, entry.values(buffer, dataStart));
        }
        return tensors;
    }

    private static JsonNode header(byte[] bytes, int length) {
        try {
            JsonNode header = JSON.readTree(bytes, LENGTH_BYTES, length);
            if (header == null || !header.isObject()) {
                throw wrong("the header is not a JSON object");
            }
            return header;
        } catch (JsonProcessingException bad) {
            throw new IllegalArgumentException(
                    "these bytes are not safetensors: the header is not JSON: " + bad.getOriginalMessage(), bad);
        } catch (IOException bad) {
            // Bytes that look like UTF-32 to Jackson, and are not.
            throw new IllegalArgumentException(
                    "these bytes are not safetensors: the header is not text: " + bad.getMessage(), bad);
        }
    }

    private static List<Entry> entries(JsonNode header) {
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : header.properties()) {
            if (!field.getKey().equals(METADATA)) {
                entries.add(Entry.of(field.getKey(), field.getValue()));
            }
        }
        return entries;
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("these bytes are not safetensors: " + what);
    }

    /** Where a tensor stands among the values. */
    private record Entry(String name, boolean isDouble, int[] shape, long begin, long end) {

        static Entry of(String name, JsonNode node) {
            String type = node.path("dtype").asText();
            if (!type.equals("F32") && !type.equals("F64")) {
                throw new IllegalArgumentException(
                        "only float32 and float64 tensors can be read: name=" + name + " dtype=" + type);
            }
            JsonNode sizes = node.path("shape");
            JsonNode offsets = node.path("data_offsets");
            if (!sizes.isArray()
                    || !offsets.isArray()
                    || offsets.size() != 2
                    || !offsets.get(0).isIntegralNumber()
                    || !offsets.get(1).isIntegralNumber()) {
                throw wrong("a tensor needs shape and data_offsets: name=" + name);
            }
            int[] shape = new int[sizes.size()];
            long count = 1;
            for (int i = 0; i < shape.length; i++) {
                if (!sizes.get(i).canConvertToInt() || sizes.get(i).asInt() < 0) {
                    throw wrong("a dimension is out of range: name=" + name + " shape=" + sizes);
                }
                shape[i] = sizes.get(i).asInt();
                count *= shape[i];
                if (count > Integer.MAX_VALUE) {
                    throw wrong("a tensor is too large: name=" + name + " shape=" + sizes);
                }
            }
            boolean isDouble = type.equals("F64");
            long begin = offsets.get(0).asLong();
            long end = offsets.get(1).asLong();
            long bytes = count * (isDouble ? Double.BYTES : Float.BYTES);
            if (begin < 0 || end < begin || end - begin != bytes) {
                throw wrong("a tensor's values do not fill its shape: name=" + name + " shape=" + sizes
                        + " data_offsets=" + offsets);
            }
            return new Entry(name, isDouble, shape, begin, end);
        }

        float[] values(ByteBuffer buffer, int dataStart) {
            buffer.position(Math.toIntExact(dataStart + begin));
            if (!isDouble) {
                float[] values = new float[(int) ((end - begin) / Float.BYTES)];
                buffer.asFloatBuffer().get(values);
                return values;
            }
            float[] values = new float[(int) ((end - begin) / Double.BYTES)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) buffer.getDouble();
            }
            return values;
        }
    }
}
