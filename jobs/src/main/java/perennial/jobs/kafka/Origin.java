package perennial.jobs.kafka;

import static java.util.Objects.requireNonNull;

import perennial.v1.DeadLetter;

/**
 * Where the record of a dead letter stood, which is what tells it from all others.
 *
 * @param topic its topic
 * @param partition its partition
 * @param offset its offset
 */
public record Origin(String topic, int partition, long offset) {

    public Origin {
        requireNonNull(topic, "topic");
    }

    /** Where the record of {@code letter} stood. */
    public static Origin of(DeadLetter letter) {
        return new Origin(letter.getTopic(), letter.getPartition(), letter.getOffset());
    }
}
