package perennial.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.apache.avro.generic.PrimitivesArrays.FloatArray;
import perennial.v1.EpisodeEnd;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelledExample;
import perennial.v1.Transition;

/** Writes events as JSON objects: keys in a fixed order, those left out that have their default. */
final class JsonEventWriter {

    private JsonEventWriter() {}

    static void write(JsonGenerator out, Event event) throws IOException {
        out.writeStartObject();
        Object body = event.getBody();
        if (body instanceof LabelledExample example) {
            begin(out, "example", event, false);
            writeFeatures(out, "features", example.getFeatures());
            writeLabel(out, example.getLabel());
        } else if (body instanceof LabelReset reset) {
            begin(out, "labelReset", event, false);
            out.writeNumberField("task", reset.getTask());
            out.writeStringField("kind", JsonInput.camelCase(reset.getKind().name()));
            if (!reset.getNote().isEmpty()) {
                out.writeStringField("note", reset.getNote());
            }
        } else if (body instanceof Transition transition) {
            begin(out, "transition", event, true);
            out.writeNumberField("episode", transition.getEpisode());
            writeFeatures(out, "observation", transition.getObservation());
            out.writeNumberField("action", transition.getAction());
            out.writeNumberField("reward", transition.getReward());
            out.writeBooleanField("terminal", transition.getTerminal());
            out.writeBooleanField("truncated", transition.getTruncated());
            if (transition.getNextObservation() != null) {
                writeFeatures(out, "nextObservation", transition.getNextObservation());
            }
        } else {
            EpisodeEnd end = (EpisodeEnd) body;
            begin(out, "episodeEnd", event, true);
            out.writeNumberField("episode", end.getEpisode());
            out.writeNumberField("return", end.getReturn$());
            out.writeNumberField("length", end.getLength());
        }
        out.writeEndObject();
    }

    private static void begin(JsonGenerator out, String type, Event event, boolean ofAnActor) throws IOException {
        out.writeStringField("type", type);
        out.writeStringField("stream", Objects.requireNonNull(event.getStream(), "field is null: field=stream"));
        if (ofAnActor || event.getActor() != 0) {
            out.writeNumberField("actor", event.getActor());
        }
        out.writeNumberField("sequence", event.getSequence());
        if (event.getEventTime() != 0) {
            out.writeNumberField("eventTime", event.getEventTime());
        }
    }

    private static void writeFeatures(JsonGenerator out, String key, Object features) throws IOException {
        if (features instanceof ByteBuffer bytes) {
            out.writeFieldName(key + "Base64");
            writeBytes(out, bytes);
        } else {
            out.writeFieldName(key);
            writeFloats(out, (List<?>) features);
        }
    }

    private static void writeLabel(JsonGenerator out, Object label) throws IOException {
        out.writeFieldName("label");
        if (label instanceof Integer number) {
            out.writeNumber(number);
        } else {
            writeFloats(out, (List<?>) label);
        }
    }

    static void writeFloats(JsonGenerator out, List<?> values) throws IOException {
        out.writeStartArray();
        if (values instanceof FloatArray floats) {
            for (int i = 0; i < floats.size(); i++) {
                out.writeNumber(floats.getFloat(i));
            }
        } else {
            for (Object value : values) {
                out.writeNumber((Float) value);
            }
        }
        out.writeEndArray();
    }

    static void writeBytes(JsonGenerator out, ByteBuffer bytes) throws IOException {
        if (bytes.hasArray()) {
            out.writeBinary(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        } else {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            out.writeBinary(copy);
        }
    }
}
