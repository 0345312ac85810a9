package perennial.environment.kafka;

import perennial.environment.EnvironmentException;
import perennial.environment.labels.LabelStream;
import perennial.schemas.RecordCodec;
import perennial.schemas.UndecodableRecordException;
import perennial.v1.Event;

/** Where a stream goes on, given its last record on the topic. */
final class ResumePoint {

    private static final String WAY_OUT =
            "; publish under another stream name, or with the configuration that the stream was begun with";

    private ResumePoint() {}

    /**
     * The sequence to go on with; checks that the last record is the one that the stream has in this place.
     *
     * @param stream Modified: left at some place.
     * @param last the stream's last record; null if it has none
     * @throws EnvironmentException if it is not a record of this stream
     */
    static long after(LabelStream stream, LabelEvents events, byte[] last) {
        if (last == null) {
            return 0;
        }
        String name = stream.spec().stream();
        Event there = decode(name, last);
        long sequence = there.getSequence();
        long length = stream.spec().length();
        if (sequence < 0 || (length > 0 && sequence >= length)) {
            throw new EnvironmentException("the topic holds more of the stream than it has: stream=" + name
                    + " lastSequence=" + sequence + " length=" + length + WAY_OUT);
        }
        stream.seek(sequence);
        stream.next();
        // Events rather than bytes are compared, for an older version may have written the same with an older schema.
        if (!there.equals(events.event())) {
            throw new EnvironmentException("the topic holds another stream of this name: stream=" + name + " sequence="
                    + sequence + " has other content than this configuration gives" + WAY_OUT);
        }
        return sequence + 1;
    }

    private static Event decode(String name, byte[] last) {
        try {
            return new RecordCodec().decodeEvent(last);
        } catch (UndecodableRecordException e) {
            throw new EnvironmentException(
                    "cannot read the last record of the stream: stream=" + name + " reason=\"" + e.getMessage() + "\""
                            + WAY_OUT,
                    e);
        }
    }
}
