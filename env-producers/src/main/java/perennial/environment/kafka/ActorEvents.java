package perennial.environment.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import perennial.learning.event.Event;
import perennial.learning.event.Features;
import perennial.v1.EpisodeEnd;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.Transition;

/** The records of an actor as Avro events. The event time is 0, so that equal runs give equal bytes. */
public final class ActorEvents {

    private ActorEvents() {}

    /**
     * The record that says what {@code event} says.
     *
     * @param event an actor's. Not modified, and not kept.
     * @param note what a label reset says of the change; ignored elsewhere
     */
    public static perennial.v1.Event record(Event event, String note) {
        perennial.v1.Event record = new perennial.v1.Event();
        record.setStream(event.stream);
        record.setSequence(event.sequence);
        record.setActor(event.actor);
        record.setEventTime(0);
        record.setBody(
                switch (event.kind) {
                    case TRANSITION -> transition(event);
                    case EPISODE_END -> new EpisodeEnd(event.episode, event.episodeReturn, event.episodeLength);
                    case LABEL_RESET -> new LabelReset(event.task, LabelResetKind.ENVIRONMENT_CHANGED, note);
                    case EXAMPLE ->
                        throw new IllegalStateException("an actor has no examples: sequence=" + event.sequence);
                });
        return record;
    }

    private static Transition transition(Event event) {
        Transition transition = new Transition();
        transition.setObservation(values(event.features));
        transition.setAction(event.action);
        transition.setReward(event.reward);
        transition.setTerminal(event.terminal);
        transition.setTruncated(event.truncated);
        transition.setEpisode(event.episode);
        transition.setNextObservation(event.hasNextObservation ? values(event.nextObservation) : null);
        return transition;
    }

    private static Object values(Features features) {
        if (features.isBytes()) {
            return ByteBuffer.wrap(Arrays.copyOf(features.bytes(), features.length()));
        }
        List<Float> values = new ArrayList<>(features.length());
        for (int i = 0; i < features.length(); i++) {
            values.add(features.floats()[i]);
        }
        return values;
    }
}
