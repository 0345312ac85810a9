package perennial.environment.kafka;

import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.environment.EnvironmentException;
import perennial.schemas.RecordCodec;
import perennial.schemas.UndecodableRecordException;
import perennial.v1.Event;

/**
 * Brings the actors of a stream to where its topic ends: from their saved state or else from their beginning, with the actions
 * that the topic has. What they make on the way must be what the topic has too. The topic decides: a saved state that is
 * ahead of it, or of no use, is passed over.
 */
final class ActorResume {

    private static final Logger LOG = LoggerFactory.getLogger(ActorResume.class);

    private final ActorStreamSpec spec;
    private final PartitionLog log;
    private final byte[] key;
    private final RecordCodec codec = new RecordCodec();

    ActorResume(ActorStreamSpec spec, PartitionLog log, byte[] key) {
        this.spec = spec;
        this.log = log;
        this.key = key;
    }

    /**
     * The actors, ready for the first record that the topic lacks.
     *
     * @param saved what was saved of them last; null for nothing
     * @param last the stream's last record on the topic; null if it has none
     * @param end offset that bounds what is read
     * @throws EnvironmentException if the topic holds another stream
     */
    TeamRecords team(byte[] saved, byte[] last, long end) {
        Event lastEvent = last == null ? null : decode(last);
        TeamRecords team = new TeamRecords(spec);
        long offset = 0;
        if (saved != null) {
            try {
                offset = team.restore(saved);
                if (isAhead(team, lastEvent)) {
                    throw new IllegalArgumentException("the state is ahead of the topic");
                }
            } catch (IllegalArgumentException useless) {
                LOG.warn(
                        "the saved state of the actors is passed over, and the stream is played again from its"
                                + " beginning: stream={} reason=\"{}\"",
                        spec.stream(),
                        useless.getMessage());
                team.close();
                team = new TeamRecords(spec);
                offset = 0;
            }
        }
        try {
            replay(team, Math.max(offset, log.beginning()), end);
            return team;
        } catch (RuntimeException failed) {
            team.close();
            throw failed;
        }
    }

    private boolean isAhead(TeamRecords team, Event last) {
        if (last == null) {
            return team.records() > 0;
        }
        return last.getActor() < spec.actors() && team.nextSequence(last.getActor()) > last.getSequence() + 1;
    }

    private void replay(TeamRecords team, long from, long end) {
        log.read(from, end, (recordKey, value) -> {
            if (value == null || !Arrays.equals(key, recordKey)) {
                return;
            }
            Event event = decode(value);
            int actor = event.getActor();
            if (actor < 0 || actor >= spec.actors() || event.getSequence() >= team.nextSequence(actor)) {
                team.replay(event);
            }
        });
    }

    private Event decode(byte[] value) {
        try {
            return codec.decodeEvent(value);
        } catch (UndecodableRecordException e) {
            throw new EnvironmentException(
                    "cannot read a record of the stream: stream=" + spec.stream() + " reason=\"" + e.getMessage()
                            + "\"; publish under another stream name",
                    e);
        }
    }
}
