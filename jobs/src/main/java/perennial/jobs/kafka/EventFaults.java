package perennial.jobs.kafka;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.avro.generic.PrimitivesArrays.FloatArray;
import perennial.v1.EpisodeEnd;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelledExample;
import perennial.v1.Transition;

/**
 * What every learner would refuse an event for, whatever its configuration: found before the event is sent instead of
 * among the dead letters after.
 */
public final class EventFaults {

    private EventFaults() {}

    /** What is wrong with the event; empty where a learner could take it. */
    public static Optional<String> find(Event event) {
        return Optional.ofNullable(fault(event));
    }

    private static String fault(Event event) {
        if (event.getStream().isEmpty()) {
            return "stream must not be empty";
        }
        if (event.getSequence() < 0) {
            return "sequence must not be negative: sequence=" + event.getSequence();
        }
        if (event.getActor() < 0) {
            return "actor must not be negative: actor=" + event.getActor();
        }
        Object body = event.getBody();
        if (body instanceof LabelledExample example) {
            String fault = values("features", example.getFeatures());
            return fault != null ? fault : label(example.getLabel());
        }
        if (body instanceof LabelReset reset) {
            return reset.getTask() < 0 ? "task must not be negative: task=" + reset.getTask() : null;
        }
        if (body instanceof Transition transition) {
            return transition(transition);
        }
        EpisodeEnd end = (EpisodeEnd) body;
        return Double.isFinite(end.getReturn$()) ? null : "return must be finite: return=" + end.getReturn$();
    }

    private static String transition(Transition transition) {
        String fault = values("observation", transition.getObservation());
        if (fault != null) {
            return fault;
        }
        if (transition.getAction() < 0) {
            return "action must not be negative: action=" + transition.getAction();
        }
        if (!Float.isFinite(transition.getReward())) {
            return "reward must be finite: reward=" + transition.getReward();
        }
        if (transition.getNextObservation() != null) {
            return values("nextObservation", transition.getNextObservation());
        }
        return transition.getTerminal() || transition.getTruncated()
                ? "the last step of an episode must have nextObservation: terminal=" + transition.getTerminal()
                        + " truncated=" + transition.getTruncated()
                : null;
    }

    private static String label(Object label) {
        if (label instanceof Integer number) {
            return number < 0 ? "label must not be negative: label=" + number : null;
        }
        return values("label", label);
    }

    private static String values(String name, Object values) {
        if (values instanceof ByteBuffer bytes) {
            return bytes.hasRemaining() ? null : name + " must not be empty";
        }
        List<?> list = (List<?>) values;
        if (list.isEmpty()) {
            return name + " must not be empty";
        }
        for (int i = 0; i < list.size(); i++) {
            float value = list instanceof FloatArray floats ? floats.getFloat(i) : (Float) list.get(i);
            if (!Float.isFinite(value)) {
                return name + " must be finite: " + name + "[" + i + "]=" + value;
            }
        }
        return null;
    }
}
