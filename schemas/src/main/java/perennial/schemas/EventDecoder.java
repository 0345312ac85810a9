package perennial.schemas;

import perennial.v1.Event;

/**
 * Events in either of their two forms: Avro's single-object encoding (see {@link RecordCodec}) or a JSON object (see
 * {@link JsonRecords}); the first bytes tell which. Not thread-safe: one for each thread.
 */
public final class EventDecoder {

    private final RecordCodec codec;

    /** A decoder that reads what any released version wrote. */
    public EventDecoder() {
        this(new RecordCodec());
    }

    /** A decoder that leaves Avro to {@code codec}. */
    public EventDecoder(RecordCodec codec) {
        this.codec = codec;
    }

    /**
     * The event that the bytes stand for.
     *
     * @param bytes one whole event. Not modified.
     * @throws UndecodableRecordException if they are anything else
     */
    public Event decode(byte[] bytes) {
        if (RecordCodec.isEncoded(bytes)) {
            return codec.decodeEvent(bytes);
        }
        if (JsonRecords.isJson(bytes)) {
            return JsonRecords.parseEvent(bytes);
        }
        throw new UndecodableRecordException("an event must begin with C3 01 (Avro) or with { (JSON): length="
                + bytes.length + " first bytes=" + RecordCodec.hex(bytes, 0, Math.min(bytes.length, 10)));
    }
}
