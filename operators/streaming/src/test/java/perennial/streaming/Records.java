package perennial.streaming;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import perennial.schemas.RecordCodec;
import perennial.streaming.types.RawRecord;
import perennial.v1.EpisodeEnd;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;
import perennial.v1.Transition;

/** Records as a producer would publish them. */
public final class Records {

    public static final String TOPIC = "perennial.events.v1";

    private Records() {}

    public static RawRecord raw(Event event, long offset) {
        return raw(new RecordCodec().encode(event), offset);
    }

    public static RawRecord raw(byte[] value, long offset) {
        return new RawRecord(new byte[] {'k'}, value, TOPIC, 3, offset);
    }

    public static Event example(String stream, long sequence, int label, float... features) {
        return event(stream, sequence, new LabelledExample(list(features), label));
    }

    public static Event byteExample(String stream, long sequence, int label, byte... features) {
        return event(stream, sequence, new LabelledExample(ByteBuffer.wrap(features), label));
    }

    public static Event regression(String stream, long sequence, float[] target, float... features) {
        return event(stream, sequence, new LabelledExample(list(features), list(target)));
    }

    public static Event reset(String stream, long sequence, int task) {
        return event(stream, sequence, new LabelReset(task, LabelResetKind.CLASSES_PERMUTED, ""));
    }

    public static Event transition(String stream, long sequence, float... observation) {
        return event(
                stream,
                sequence,
                new Transition(ByteBuffer.wrap(new byte[] {1, 2}), 1, 0.5f, false, true, 8L, list(observation)));
    }

    public static Event episodeEnd(String stream, long sequence) {
        return event(stream, sequence, new EpisodeEnd(4L, 12.5, 100L));
    }

    public static Event event(String stream, long sequence, Object body) {
        return new Event(stream, sequence, 0, 0L, body);
    }

    public static List<Float> list(float... values) {
        List<Float> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }
}
