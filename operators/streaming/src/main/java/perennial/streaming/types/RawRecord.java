package perennial.streaming.types;

import static java.util.Objects.requireNonNull;

/**
 * A record as a source read it, before anybody looked inside. Arrays are not copied and must not be changed.
 *
 * @param key the key's bytes, or null
 * @param value the value's bytes, or null
 * @param topic topic or file that it came from
 * @param partition its partition; 0 for files
 * @param offset its offset; for files the number of the line or record, counted from 0
 */
public record RawRecord(byte[] key, byte[] value, String topic, int partition, long offset) {

    public RawRecord {
        requireNonNull(topic, "topic");
    }
}
