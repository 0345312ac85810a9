package perennial.schemas;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import perennial.v1.Event;

/**
 * What can be seen of bytes that may be an event, or a part of one: for people who look for what is wrong with them.
 *
 * @param event the whole event, or null where the bytes are none
 * @param stream name of its stream, or null where it cannot be told
 * @param actor its actor, or null where it cannot be told
 * @param sequence its place in the stream, or null where it cannot be told
 * @param description what the bytes look like, in a few words
 */
public record EventGlimpse(Event event, String stream, Integer actor, Long sequence, String description) {

    private static final int SHOWN = 60;
    private static final int SHOWN_BYTES = 24;

    public EventGlimpse {
        requireNonNull(description, "description");
    }

    /**
     * Looks at bytes.
     *
     * @param bytes Not modified; null where a record had none.
     */
    public static EventGlimpse of(byte[] bytes) {
        if (bytes == null) {
            return unknown("no value");
        }
        if (bytes.length == 0) {
            return unknown("an empty value");
        }
        try {
            Event event = new EventDecoder().decode(bytes);
            return new EventGlimpse(
                    event,
                    event.getStream(),
                    event.getActor(),
                    event.getSequence(),
                    event.getBody().getClass().getSimpleName());
        } catch (UndecodableRecordException e) {
            return RecordCodec.isEncoded(bytes) ? ofAvro(bytes) : unknown(ofText(bytes));
        }
    }

    /** The fields of an Avro record one by one, as far as they go. */
    private static EventGlimpse ofAvro(byte[] bytes) {
        if (bytes.length < RecordCodec.HEADER) {
            return unknown("the first " + bytes.length + " bytes of an Avro record");
        }
        long fingerprint = RecordCodec.fingerprint(bytes, 2);
        Schema writer = Schemas.writer(fingerprint);
        if (writer == null) {
            return unknown("an Avro record of a schema that is not known here, fingerprint "
                    + String.format("%016x", fingerprint));
        }
        if (!writer.getFullName().equals(Event.getClassSchema().getFullName())) {
            return unknown("an Avro record of another topic, " + writer.getName());
        }
        String stream = null;
        Integer actor = null;
        Long sequence = null;
        BinaryDecoder decoder =
                DecoderFactory.get().binaryDecoder(bytes, RecordCodec.HEADER, bytes.length - RecordCodec.HEADER, null);
        try {
            for (Schema.Field field : writer.getFields()) {
                switch (field.name()) {
                    case "stream" -> stream = decoder.readString();
                    case "actor" -> actor = decoder.readInt();
                    case "sequence" -> sequence = decoder.readLong();
                    case "eventTime" -> decoder.readLong();
                    default -> {
                        return new EventGlimpse(null, stream, actor, sequence, body(field.schema(), decoder));
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            // The bytes end or go wrong here: what was read before is all there is.
        }
        return new EventGlimpse(null, stream, actor, sequence, "an Avro event, cut or damaged");
    }

    private static String body(Schema union, BinaryDecoder decoder) throws IOException {
        int branch = decoder.readIndex();
        return branch >= 0 && branch < union.getTypes().size()
                ? "an Avro event, cut or damaged in its "
                        + union.getTypes().get(branch).getName()
                : "an Avro event with a body of no known kind";
    }

    private static String ofText(byte[] bytes) {
        int length = Math.min(bytes.length, 4 * SHOWN);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
            if (text.chars().noneMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c))) {
                return "text: " + (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...");
            }
        } catch (CharacterCodingException e) {
            // No text, or text that was cut within a character.
        }
        return "bytes: " + RecordCodec.hex(bytes, 0, Math.min(bytes.length, SHOWN_BYTES))
                + (bytes.length > SHOWN_BYTES ? " ..." : "");
    }

    private static EventGlimpse unknown(String description) {
        return new EventGlimpse(null, null, null, null, description);
    }
}
