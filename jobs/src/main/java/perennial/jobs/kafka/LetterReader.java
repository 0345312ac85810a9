package perennial.jobs.kafka;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the topic of dead letters from its beginning to what is there now: each letter once, however often a job at least once
 * wrote it, and the receipts of those that were sent again.
 */
public final class LetterReader {

    private final KafkaConnection connection;
    private final String topic;

    /** A reader of the dead letters on {@code topic}. */
    public LetterReader(KafkaConnection connection, String topic) {
        this.connection = connection;
        this.topic = topic;
    }

    /**
     * What was read beside the letters.
     *
     * @param replayed where the records stood that were sent again
     * @param letters number of letters, each once
     * @param repeated letters that were there before
     * @param others records that are neither letters nor receipts
     */
    public record Found(Set<Origin> replayed, long letters, long repeated, long others) {}

    /**
     * Reads all letters.
     *
     * @param wanted false to end reading after this letter
     * @param tell told of each record that is neither a letter nor a receipt, in a sentence
     * @throws perennial.jobs.UserException if the topic is missing or the cluster does not answer
     */
    public Found read(Predicate<StoredLetter> wanted, Consumer<String> tell) {
        Reading reading = new Reading(wanted, tell);
        try (TopicReader reader = new TopicReader(connection, topic, true)) {
            reader.read(true, false, reading);
        }
        return new Found(reading.replayed, reading.letters, reading.repeated, reading.others);
    }

    private static final class Reading implements TopicReader.Sink {

        private final Predicate<StoredLetter> wanted;
        private final Consumer<String> tell;
        private final SeenUpdates seen = new SeenUpdates();
        private final Set<Origin> replayed = new HashSet<>();
        private long letters;
        private long repeated;
        private long others;
        private boolean ended;

        Reading(Predicate<StoredLetter> wanted, Consumer<String> tell) {
            this.wanted = wanted;
            this.tell = tell;
        }

        @Override
        public boolean take(ConsumerRecord<byte[], byte[]> record) {
            try {
                if (ReplayReceipt.is(record)) {
                    replayed.addAll(ReplayReceipt.origins(record));
                    return true;
                }
                StoredLetter letter = StoredLetter.of(record);
                if (!seen.add(letter.letter())) {
                    repeated++;
                    return true;
                }
                letters++;
                ended = !wanted.test(letter);
                return !ended;
            } catch (IllegalArgumentException e) {
                others++;
                tell.accept("a record is no dead letter: topic=" + record.topic() + " partition=" + record.partition()
                        + " offset=" + record.offset() + " error=" + e.getMessage());
                return true;
            }
        }

        @Override
        public boolean paused() {
            return !ended;
        }
    }
}
