package perennial.jobs.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import perennial.environment.kafka.ClientRole;
import perennial.jobs.UserException;
import perennial.jobs.kafka.StreamPositions.Place;
import perennial.learning.learner.LearnerSpec;
import perennial.schemas.EventGlimpse;
import perennial.streaming.assign.Trial;
import perennial.streaming.types.RawRecord;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;

/**
 * Sends the records of dead letters to their topics again: looks first at what would become of each, then sends those that can
 * be used now. A transaction holds some records and the receipt of their letters, so that a replay that is cut short goes on
 * where it was when it is started again, and sends nothing twice. For one thread.
 *
 * <p>A record goes to the end of its partition. A job that knows its stream refuses it as a repetition if the stream has gone
 * on in the meantime, which most streams have; such records are told of, and not sent unless it is asked for.
 */
public final class Replay {

    /** Letters to one transaction. */
    private static final int BATCH = 500;

    /** Bytes from which a transaction is closed. */
    private static final long BATCH_BYTES = 8 << 20;

    /** Reasons that a job has for a record before it looks at its place in its stream, so that it takes no note of that. */
    private static final Set<DeadLetterReason> UNNOTED = EnumSet.of(
            DeadLetterReason.UNDECODABLE,
            DeadLetterReason.TOO_LARGE,
            DeadLetterReason.UNKNOWN_STREAM,
            DeadLetterReason.OTHER);

    /** What becomes of a letter. */
    public enum Fate {
        /** It will be sent. */
        SEND,
        /** It was sent before. */
        SENT,
        /** Its record was used: the letter only told of a gap before it. */
        USED,
        /** Its stream has gone on, so that a job would refuse its record as a repetition. */
        LATE,
        /** Its record would be refused again. */
        REFUSED,
        /** It came back too often. */
        TOO_OFTEN,
        /** It was cut, and its record is no longer on its topic. */
        GONE
    }

    /**
     * What a replay needs to know.
     *
     * @param letters topic of the dead letters
     * @param transactionalId transactional id: of two replays with one id the older one is stopped
     * @param learners learners that records are tried with; none to look only at whether they can be decoded
     * @param maxRecordBytes bytes that a record's key, value and headers may have together
     * @param maxReplays times that a record may be sent again
     * @param force whether records are sent that are late or would be refused
     */
    public record Settings(
            String letters,
            String transactionalId,
            List<LearnerSpec> learners,
            int maxRecordBytes,
            int maxReplays,
            boolean force) {}

    /**
     * What would become of the letters.
     *
     * @param counts how many there are of each fate and reason
     * @param evidence for each fate, what was found of its first letter
     * @param topics records to send, by topic
     * @param partly whether so much was written since that only the ends of the partitions were looked at
     * @param chosen where the records stood that are to be sent
     */
    public record Survey(
            Map<Fate, Map<DeadLetterReason, Long>> counts,
            Map<Fate, String> evidence,
            Map<String, Long> topics,
            boolean partly,
            Set<Origin> chosen) {

        /** Records to send. */
        public long toSend() {
            return chosen.size();
        }
    }

    /**
     * What is kept of a letter until all are known.
     *
     * @param place the record's place in its stream, or null where it cannot be told
     * @param gone whether it was cut and its record is gone
     * @param refusal why its record would be refused again, or null
     */
    private record Candidate(
            Origin origin, DeadLetterReason reason, int replays, Place place, boolean gone, String refusal) {}

    private final KafkaConnection connection;
    private final Settings settings;

    public Replay(KafkaConnection connection, Settings settings) {
        this.connection = connection;
        this.settings = settings;
    }

    /**
     * Looks at the letters, and sends nothing.
     *
     * @param filter which letters are meant
     * @param tell told of what is no letter
     * @throws UserException if a topic is missing or the cluster does not answer
     */
    public Survey survey(Predicate<StoredLetter> filter, Consumer<String> tell) {
        List<Candidate> candidates = new ArrayList<>();
        Set<Origin> unnoted = new HashSet<>();
        Trial trial = new Trial(settings.learners(), settings.maxRecordBytes());
        Set<Origin> replayed;
        try (OriginalRecords originals = new OriginalRecords(connection)) {
            replayed = new LetterReader(connection, settings.letters())
                    .read(
                            letter -> {
                                if (UNNOTED.contains(letter.letter().getReason())) {
                                    unnoted.add(letter.origin());
                                }
                                if (filter.test(letter)) {
                                    candidates.add(candidate(letter, trial, originals));
                                }
                                return true;
                            },
                            tell)
                    .replayed();
        }
        return judge(candidates, replayed, unnoted);
    }

    private Candidate candidate(StoredLetter stored, Trial trial, OriginalRecords originals) {
        DeadLetter letter = stored.letter();
        DeadLetterReason reason = letter.getReason();
        DeadLetter whole = UNNOTED.contains(reason) ? whole(letter, originals) : letter;
        if (whole == null) {
            return new Candidate(stored.origin(), reason, stored.replays(), null, true, null);
        }
        EventGlimpse glimpse = whole == letter ? stored.glimpse() : EventGlimpse.of(array(whole.getValue()));
        Place place = glimpse.event() == null ? null : Place.of(glimpse.event());
        String refusal = UNNOTED.contains(reason) ? trial.refusal(raw(whole)) : null;
        return new Candidate(stored.origin(), reason, stored.replays(), place, false, refusal);
    }

    private Survey judge(List<Candidate> candidates, Set<Origin> replayed, Set<Origin> unnoted) {
        Map<TopicPartition, Long> first = new HashMap<>();
        for (Candidate candidate : candidates) {
            if (UNNOTED.contains(candidate.reason) && candidate.place != null) {
                Origin origin = candidate.origin;
                first.merge(new TopicPartition(origin.topic(), origin.partition()), origin.offset(), Math::min);
            }
        }
        require(first.keySet().stream().map(TopicPartition::topic), ClientRole.CONSUMER, AclOperation.READ);
        StreamPositions positions = new StreamPositions(unnoted);
        boolean partly = false;
        try (Topics topics = new Topics(connection)) {
            for (Map.Entry<TopicPartition, Long> partition : first.entrySet()) {
                topics.requirePartition(
                        partition.getKey().topic(), partition.getKey().partition());
                partly |= !positions.look(connection, partition.getKey(), partition.getValue());
            }
        }
        Map<Fate, Map<DeadLetterReason, Long>> counts = new EnumMap<>(Fate.class);
        Map<Fate, String> evidence = new EnumMap<>(Fate.class);
        Map<String, Long> topics = new TreeMap<>();
        Set<Origin> chosen = new HashSet<>();
        for (Candidate candidate : candidates) {
            Fate found = fate(candidate, replayed, positions);
            boolean forced = settings.force() && (found == Fate.LATE || found == Fate.REFUSED);
            Fate fate = forced ? Fate.SEND : found;
            counts.computeIfAbsent(fate, key -> new EnumMap<>(DeadLetterReason.class))
                    .merge(candidate.reason, 1L, Long::sum);
            evidence.computeIfAbsent(fate, key -> evidence(key, candidate, positions));
            if (fate == Fate.SEND) {
                chosen.add(candidate.origin);
                topics.merge(candidate.origin.topic(), 1L, Long::sum);
            }
        }
        return new Survey(counts, evidence, topics, partly, chosen);
    }

    /** Refusals that come later, from within a client, name no right. */
    private void require(Stream<String> topics, ClientRole role, AclOperation operation, Right... more) {
        List<Right> rights = Stream.concat(
                        topics.distinct().map(topic -> Right.topic(role, operation, topic)), Stream.of(more))
                .toList();
        if (!rights.isEmpty()) {
            Rights.require(connection, "send dead letters again", rights);
        }
    }

    private Fate fate(Candidate candidate, Set<Origin> replayed, StreamPositions positions) {
        if (replayed.contains(candidate.origin)) {
            return Fate.SENT;
        }
        if (candidate.reason == DeadLetterReason.SEQUENCE_GAP) {
            return Fate.USED;
        }
        if (candidate.replays >= settings.maxReplays()) {
            return Fate.TOO_OFTEN;
        }
        if (!UNNOTED.contains(candidate.reason)) {
            return Fate.LATE;
        }
        if (candidate.gone) {
            return Fate.GONE;
        }
        if (candidate.refusal != null) {
            return Fate.REFUSED;
        }
        Long newest = positions.newestOf(candidate.place);
        return newest != null && candidate.place.sequence() <= newest ? Fate.LATE : Fate.SEND;
    }

    private static String evidence(Fate fate, Candidate candidate, StreamPositions positions) {
        Origin origin = candidate.origin;
        StringBuilder evidence = new StringBuilder(
                "topic=" + origin.topic() + " partition=" + origin.partition() + " offset=" + origin.offset());
        Place place = candidate.place;
        if (place != null) {
            evidence.append(" stream=")
                    .append(place.stream())
                    .append(" sequence=")
                    .append(place.sequence());
        }
        if (fate == Fate.LATE && place != null && positions.newestOf(place) != null) {
            evidence.append(" newest=").append(positions.newestOf(place));
        }
        if (fate == Fate.REFUSED) {
            evidence.append(" error=").append(candidate.refusal);
        }
        return evidence.toString();
    }

    /**
     * Sends what a survey has chosen.
     *
     * @param goOn asked after each transaction; false to end
     * @return records that were sent
     * @throws UserException if it could not be done; what was sent before is there, and is not sent again the next time
     */
    public long send(Survey survey, BooleanSupplier goOn, Consumer<String> tell) {
        // The receipts go to the letters' own topic.
        require(
                Stream.concat(survey.topics().keySet().stream(), Stream.of(settings.letters())),
                ClientRole.PRODUCER,
                AclOperation.WRITE,
                Right.transactions(settings.transactionalId()));
        Sending sending = new Sending(survey, goOn);
        try (Producer<byte[], byte[]> producer =
                        connection.transactionalProducer(settings.transactionalId(), settings.maxRecordBytes());
                OriginalRecords originals = new OriginalRecords(connection)) {
            producer.initTransactions();
            sending.producer = producer;
            sending.originals = originals;
            new LetterReader(connection, settings.letters()).read(sending::take, tell);
            sending.commit();
        } catch (KafkaException e) {
            UserException explained = KafkaErrors.explain(e, connection, "send dead letters again");
            throw UserException.failed(
                    explained.getMessage() + "; sent before=" + sending.sent
                            + ": start the same command again to go on, nothing is sent twice",
                    e);
        }
        return sending.sent;
    }

    private final class Sending {

        private final Set<Origin> left;
        private final BooleanSupplier goOn;
        private final List<Origin> batch = new ArrayList<>();
        private Producer<byte[], byte[]> producer;
        private OriginalRecords originals;
        private long batchBytes;
        private long sent;

        Sending(Survey survey, BooleanSupplier goOn) {
            this.left = new HashSet<>(survey.chosen());
            this.goOn = goOn;
        }

        boolean take(StoredLetter stored) {
            if (!left.remove(stored.origin())) {
                return !left.isEmpty();
            }
            DeadLetter whole = whole(stored.letter(), originals);
            if (whole == null) {
                // It was there a moment ago: retention has no mercy, and the next survey will tell.
                return true;
            }
            if (batch.isEmpty()) {
                producer.beginTransaction();
            }
            producer.send(DeadLetterHeaders.toReplay(whole));
            batch.add(stored.origin());
            batchBytes += stored.bytes();
            if (batch.size() == BATCH || batchBytes >= BATCH_BYTES) {
                commit();
            }
            return !left.isEmpty() && goOn.getAsBoolean();
        }

        void commit() {
            if (batch.isEmpty()) {
                return;
            }
            producer.send(ReplayReceipt.of(settings.letters(), batch));
            producer.commitTransaction();
            sent += batch.size();
            batch.clear();
            batchBytes = 0;
        }
    }

    /** The letter with all that its record had; null where it was cut and its record is gone. */
    private static DeadLetter whole(DeadLetter letter, OriginalRecords originals) {
        if (letter.getReason() != DeadLetterReason.TOO_LARGE) {
            return letter;
        }
        ConsumerRecord<byte[], byte[]> record = originals.fetch(Origin.of(letter));
        // A topic that was deleted and made anew has other records at the old places.
        if (record == null
                || !beginsWith(record.value(), letter.getValue())
                || !beginsWith(record.key(), letter.getKey())) {
            return null;
        }
        DeadLetter whole = DeadLetterHeaders.original(record);
        whole.setTopic(letter.getTopic());
        whole.setPartition(letter.getPartition());
        whole.setOffset(letter.getOffset());
        whole.setReason(letter.getReason());
        whole.setError(letter.getError());
        return whole;
    }

    private static boolean beginsWith(byte[] bytes, ByteBuffer beginning) {
        if (bytes == null || beginning == null) {
            return bytes == null && beginning == null;
        }
        return bytes.length >= beginning.remaining()
                && ByteBuffer.wrap(bytes, 0, beginning.remaining()).equals(beginning);
    }

    private static RawRecord raw(DeadLetter letter) {
        return new RawRecord(
                array(letter.getKey()),
                array(letter.getValue()),
                letter.getTopic(),
                letter.getPartition(),
                letter.getOffset(),
                letter.getHeaders().stream()
                        .map(header -> new RawRecord.Header(header.getName(), array(header.getValue())))
                        .toList());
    }

    private static byte[] array(ByteBuffer buffer) {
        return buffer == null ? null : buffer.array();
    }
}
