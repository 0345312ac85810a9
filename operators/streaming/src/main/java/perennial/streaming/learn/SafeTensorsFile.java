package perennial.streaming.learn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import perennial.learning.learner.NamedTensors;

/**
 * Tensors as a safetensors file: the length of the header in 8 bytes, the header in JSON, the values in the order of the
 * header; everything little-endian. Equal tensors give equal bytes.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
final class SafeTensorsFile {

    private static final int ALIGNMENT = 8;

    private SafeTensorsFile() {}

    static byte[] of(NamedTensors tensors) {
        StringBuilder header = new StringBuilder("{");
        long end = 0;
        for (Map.Entry<String, NamedTensors.Tensor> entry : tensors.asMap().entrySet()) {
            long begin = end;
            end += (long) Float.BYTES * entry.getValue().data().length;
            header.append(header.length() == 1 ? "" : ",")
                    .append('"')
                    .append(entry.getKey())
                    .append("\":{\"dtype\":\"F32\",\"shape\":[")
                    .append(Arrays.stream(entry.getValue().shape())
                            .mapToObj(Integer::toString)
                            .collect(Collectors.joining(",")))
                    .append("],\"data_offsets\":[")
                    .append(begin)
                    .append(',')
                    .append(end)
                    .append("]}");
        }
        header.append('}');
        while (header.length() % ALIGNMENT != 0) {
            header.append(' ');
        }
        byte[] headerBytes = header.toString().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(Long.BYTES + headerBytes.length + end))
                .order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(headerBytes.length).put(headerBytes);
        for (NamedTensors.Tensor tensor : tensors.asMap().values()) {
            file.asFloatBuffer().put(tensor.data());
            file.position(file.position() + Float.BYTES * tensor.data().length);
        }
        return file.array();
    }
}
