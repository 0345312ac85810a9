package perennial.streaming.assign;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.generic.PrimitivesArrays.FloatArray;
import perennial.learning.event.Event;
import perennial.learning.event.Features;
import perennial.v1.EpisodeEnd;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;
import perennial.v1.Transition;

/** The one place that knows both the event of the topic and the event that learners take in. */
final class EventMapping {

    private EventMapping() {}

    /**
     * Says in the learners' words what a record says.
     *
     * @param record Not modified.
     * @param event Modified: it says what the record says, and nothing of what it said before.
     */
    static void map(perennial.v1.Event record, Event event) {
        event.stream = record.getStream();
        event.actor = record.getActor();
        event.sequence = record.getSequence();
        Object body = record.getBody();
        if (body instanceof LabelledExample example) {
            mapExample(example, event);
        } else if (body instanceof Transition transition) {
            mapTransition(transition, event);
        } else if (body instanceof LabelReset reset) {
            event.kind = Event.Kind.LABEL_RESET;
            event.task = reset.getTask();
            event.resetKind = resetKind(reset.getKind());
        } else if (body instanceof EpisodeEnd end) {
            event.kind = Event.Kind.EPISODE_END;
            event.episode = end.getEpisode();
            event.episodeReturn = end.getReturn$();
            event.episodeLength = end.getLength();
        } else {
            throw new IllegalArgumentException(
                    "an event's body must be an example, a label reset, a transition or an" + " episode's end: body="
                            + (body == null ? null : body.getClass().getName()));
        }
    }

    private static void mapExample(LabelledExample example, Event event) {
        event.kind = Event.Kind.EXAMPLE;
        mapFeatures(example.getFeatures(), event.features);
        Object label = example.getLabel();
        if (label instanceof Integer number) {
            event.label = number;
            event.target.resizeFloats(0);
        } else {
            event.label = -1;
            mapFeatures(label, event.target);
        }
    }

    private static void mapTransition(Transition transition, Event event) {
        event.kind = Event.Kind.TRANSITION;
        mapFeatures(transition.getObservation(), event.features);
        event.action = transition.getAction();
        event.reward = transition.getReward();
        event.terminal = transition.getTerminal();
        event.truncated = transition.getTruncated();
        event.episode = transition.getEpisode();
        event.hasNextObservation = transition.getNextObservation() != null;
        if (event.hasNextObservation) {
            mapFeatures(transition.getNextObservation(), event.nextObservation);
        }
    }

    private static void mapFeatures(Object values, Features features) {
        if (values instanceof ByteBuffer bytes) {
            int length = bytes.remaining();
            bytes.get(bytes.position(), features.resizeBytes(length), 0, length);
        } else if (values instanceof FloatArray floats) {
            int length = floats.size();
            float[] target = features.resizeFloats(length);
            for (int i = 0; i < length; i++) {
                target[i] = floats.getFloat(i);
            }
        } else if (values instanceof List<?> floats) {
            // Records that were not decoded from bytes: those made by hand or from JSON.
            int length = floats.size();
            float[] target = features.resizeFloats(length);
            for (int i = 0; i < length; i++) {
                target[i] = (Float) floats.get(i);
            }
        } else {
            throw new IllegalArgumentException("values must be bytes or floats: found="
                    + (values == null ? null : values.getClass().getName()));
        }
    }

    private static Event.ResetKind resetKind(LabelResetKind kind) {
        return switch (kind) {
            case LABELS_REDRAWN -> Event.ResetKind.LABELS_REDRAWN;
            case CLASSES_PERMUTED -> Event.ResetKind.CLASSES_PERMUTED;
            case PIXELS_PERMUTED -> Event.ResetKind.PIXELS_PERMUTED;
            case ENVIRONMENT_CHANGED -> Event.ResetKind.ENVIRONMENT_CHANGED;
            case OTHER -> Event.ResetKind.OTHER;
        };
    }
}
