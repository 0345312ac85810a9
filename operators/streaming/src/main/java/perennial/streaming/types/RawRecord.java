package perennial.streaming.types;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A record as a source read it, before anybody looked inside. Arrays are not copied and must not be changed.
 *
 * @param key the key's bytes, or null
 * @param value the value's bytes, or null
 * @param topic topic or file that it came from
 * @param partition its partition; 0 for files
 * @param offset its offset; for files the number of the line or record, counted from 0
 * @param headers what it carried beside key and value, in order. Not copied.
 */
public record RawRecord(byte[] key, byte[] value, String topic, int partition, long offset, List<Header> headers) {

    /**
     * A header of a record.
     *
     * @param name its name; several headers may have one name
     * @param value its bytes, or null
     */
    public record Header(String name, byte[] value) {

        public Header {
            requireNonNull(name, "name");
        }
    }

    public RawRecord {
        requireNonNull(topic, "topic");
        requireNonNull(headers, "headers");
    }

    /** A record without headers. */
    public RawRecord(byte[] key, byte[] value, String topic, int partition, long offset) {
        this(key, value, topic, partition, offset, List.of());
    }
}
