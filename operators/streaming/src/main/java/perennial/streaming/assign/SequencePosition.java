package perennial.streaming.assign;

/**
 * How far the records of an actor have come, as a checkpoint holds it.
 *
 * @param stream the actor's stream
 * @param actor the actor
 * @param sequence sequence number of its last record, used or refused
 * @param topic where that record came from
 * @param partition its partition
 * @param offset its offset
 */
record SequencePosition(String stream, int actor, long sequence, String topic, int partition, long offset) {

    /**
     * Whether this was said later than {@code other} of the same actor. After a restore with another parallelism several
     * subtasks remember an actor, and only the one that reads its partition goes on counting.
     */
    boolean isLaterThan(SequencePosition other) {
        return topic.equals(other.topic) && partition == other.partition
                ? offset > other.offset
                : sequence > other.sequence;
    }
}
