package perennial.streaming.assign;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.event.Event;
import perennial.streaming.types.ActorMap;
import perennial.streaming.types.RawRecord;

/**
 * How far each actor has counted, to find records that are missing or come twice. The first record seen of an actor
 * sets where its counting begins. Not thread-safe.
 */
final class Sequences {

    /** Actors that are remembered; beyond it, the one quiet for longest begins anew when it speaks again. */
    static final int REMEMBERED = 100_000;

    /** What the sequence number of a record says. */
    enum Finding {
        /** It is the next one, or the first one seen. */
        IN_ORDER,
        /** Records before it are missing. */
        GAP,
        /** It was seen already, or a later one was. */
        REPEATED
    }

    private static final class Position {
        private long sequence;
        private String topic;
        private int partition;
        private long offset;
    }

    private final ActorMap<Position> positions = new ActorMap<>(REMEMBERED);
    private long lastBefore;

    /** Begins where {@code restored} left off; of several positions of an actor the latest counts. */
    Sequences(Iterable<SequencePosition> restored) {
        ActorMap<SequencePosition> latest = new ActorMap<>(REMEMBERED);
        for (SequencePosition position : restored) {
            SequencePosition known = latest.get(position.stream(), position.actor());
            if (known == null || position.isLaterThan(known)) {
                latest.put(position.stream(), position.actor(), position);
            }
        }
        latest.forEach((actor, position) -> {
            Position copy = new Position();
            copy.sequence = position.sequence();
            copy.topic = position.topic();
            copy.partition = position.partition();
            copy.offset = position.offset();
            positions.put(actor.stream(), actor.number(), copy);
        });
    }

    /** Takes note of a record and says how it follows the one before. A repeated one changes nothing. */
    Finding note(Event event, RawRecord record) {
        Position position = positions.get(event.stream, event.actor);
        Finding finding = Finding.IN_ORDER;
        if (position == null) {
            position = new Position();
            positions.put(event.stream, event.actor, position);
        } else {
            lastBefore = position.sequence;
            if (event.sequence <= lastBefore) {
                return Finding.REPEATED;
            }
            finding = event.sequence == lastBefore + 1 ? Finding.IN_ORDER : Finding.GAP;
        }
        position.sequence = event.sequence;
        position.topic = record.topic();
        position.partition = record.partition();
        position.offset = record.offset();
        return finding;
    }

    /** After a gap or a repetition: the sequence number that was the last one before it. */
    long lastBefore() {
        return lastBefore;
    }

    /** Everything, for a checkpoint. */
    List<SequencePosition> positions() {
        List<SequencePosition> all = new ArrayList<>(positions.size());
        positions.forEach((actor, position) -> all.add(new SequencePosition(
                actor.stream(),
                actor.number(),
                position.sequence,
                position.topic,
                position.partition,
                position.offset)));
        return all;
    }
}
