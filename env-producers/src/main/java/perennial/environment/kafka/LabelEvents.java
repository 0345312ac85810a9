package perennial.environment.kafka;

import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.PrimitivesArrays.FloatArray;
import perennial.environment.labels.LabelStream;
import perennial.environment.labels.ResetKind;
import perennial.schemas.RecordCodec;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;

/**
 * The records of a {@link LabelStream} as Avro events. The event time is 0, so that equal specs give equal bytes. Builds every
 * event in the same objects; not thread-safe.
 */
final class LabelEvents {

    private final LabelStream stream;
    private final RecordCodec codec = new RecordCodec();
    private final Event event = new Event();
    private final LabelledExample example = new LabelledExample();
    private final LabelReset reset = new LabelReset();
    private final Integer[] labels;
    private final FloatArray values;
    private final FloatArray target;

    LabelEvents(LabelStream stream) {
        this.stream = stream;
        event.setStream(stream.spec().stream());
        event.setActor(0);
        event.setEventTime(0);
        values = floats(stream.values().length);
        target = floats(1);
        example.setFeatures(stream.holdsFloats() ? values : ByteBuffer.wrap(stream.image()));
        reset.setKind(avro(stream.kind()));
        reset.setNote(stream.note());
        // Boxed once here rather than for every record.
        labels = new Integer[stream.classes()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i;
        }
    }

    /** The stream's current record; valid until the next call. */
    Event event() {
        event.setSequence(stream.sequence());
        if (stream.isReset()) {
            reset.setTask(stream.task());
            event.setBody(reset);
        } else {
            fill(values, stream.values());
            example.setLabel(label());
            event.setBody(example);
        }
        return event;
    }

    /** The bytes of the stream's current record, in an array of its own. */
    byte[] bytes() {
        return codec.encode(event());
    }

    private Object label() {
        if (labels.length > 0) {
            return labels[stream.label()];
        }
        target.set(0, stream.target());
        return target;
    }

    private static FloatArray floats(int length) {
        FloatArray floats = new FloatArray(length, Schema.createArray(Schema.create(Schema.Type.FLOAT)));
        for (int i = 0; i < length; i++) {
            floats.add(i, 0f);
        }
        return floats;
    }

    private static void fill(FloatArray floats, float[] values) {
        for (int i = 0; i < values.length; i++) {
            floats.set(i, values[i]);
        }
    }

    private static LabelResetKind avro(ResetKind kind) {
        return switch (kind) {
            case LABELS_REDRAWN -> LabelResetKind.LABELS_REDRAWN;
            case CLASSES_PERMUTED -> LabelResetKind.CLASSES_PERMUTED;
            case PIXELS_PERMUTED -> LabelResetKind.PIXELS_PERMUTED;
            case OTHER -> LabelResetKind.OTHER;
        };
    }
}
