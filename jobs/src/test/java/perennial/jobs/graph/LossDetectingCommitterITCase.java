package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.runtime.throwable.ThrowableClassifier;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import perennial.jobs.kafka.EmbeddedKafka;

/** Transactions of a restored checkpoint that a broker refuses to commit: which of them are lost is asked of a real broker. */
class LossDetectingCommitterITCase {

    private static final String TOPIC = "metrics";
    private static final int TIMEOUT_MS = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static EmbeddedKafka kafka;
    private static Admin admin;

    /** What a process knows of a topic it knows for good, so each test has one of its own, which is only named. */
    private String topic;

    private long now = 1;

    @BeforeEach
    void nameTopic(TestInfo test) {
        topic = TOPIC + "-" + test.getDisplayName();
    }

    @BeforeAll
    static void startKafka() throws Exception {
        kafka = EmbeddedKafka.start(
                null, 0, Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "100"));
        admin = Admin.create(Map.copyOf(kafka.clientProperties()));
        admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
                .all()
                .get();
    }

    @AfterAll
    static void stopKafka() {
        admin.close();
        kafka.close();
    }

    @Test
    void shouldFailForGoodWhenTheBrokerAbortedWhatTheCheckpointCounts() throws Exception {
        KafkaCommittable committable = openTransaction("aborted", TIMEOUT_MS);
        awaitState("aborted", TransactionState.COMPLETE_ABORT);

        commitAnother(committable);
        // In a failure that takes less than a transaction may last, nothing can have been aborted for its time.
        now += Duration.ofMillis(TIMEOUT_MS - 1).toNanos();
        assertThat(refuse(committable, new ProducerFencedException("fenced"))).isTrue();

        now += Duration.ofMillis(1).toNanos();
        assertThatThrownBy(() -> refuse(committable, new ProducerFencedException("fenced")))
                .satisfies(failure -> assertThat(ThrowableClassifier.findThrowableOfThrowableType(
                                failure, ThrowableType.NonRecoverableError))
                        .isPresent())
                .rootCause()
                .isInstanceOf(LostRecordsException.class)
                .hasMessageContainingAll("topic=metrics-", "transaction=aborted", "500", "--resume");
    }

    @Test
    void shouldOnlyWarnWhereItCannotKnowHowLongNothingWasCommitted() throws Exception {
        KafkaCommittable committable = openTransaction("unknown", TIMEOUT_MS);
        awaitState("unknown", TransactionState.COMPLETE_ABORT);

        assertThat(refuse(committable, new ProducerFencedException("fenced"))).isTrue();
    }

    @Test
    void shouldPassOverATransactionThatWasCommittedAndWhoseIdWasUsedAgain() throws Exception {
        KafkaCommittable committable = committedTransaction("used-again");
        openTransaction("used-again", TIMEOUT_MS);
        awaitState("used-again", TransactionState.COMPLETE_ABORT);

        assertThat(refuse(committable, new ProducerFencedException("fenced"))).isTrue();
    }

    @Test
    void shouldPassOverATransactionThatWasCommitted() throws Exception {
        assertThat(refuse(committedTransaction("committed"), new ProducerFencedException("fenced")))
                .isTrue();
    }

    @Test
    void shouldPassOverATransactionThatTheBrokerHasForgotten() throws Exception {
        assertThat(refuse(new KafkaCommittable(1, (short) 0, "forgotten", null), new ProducerFencedException("fenced")))
                .isTrue();
        assertThat(refuse(
                        new KafkaCommittable(1, (short) 0, "forgotten", null),
                        new InvalidPidMappingException("no such id")))
                .isTrue();
    }

    @Test
    void shouldLeaveOtherErrorsAsTheyAre() {
        assertThatThrownBy(() ->
                        refuse(new KafkaCommittable(1, (short) 0, "x", null), new IllegalArgumentException("other")))
                .hasRootCauseMessage("other");
    }

    /** Something that is committed now, through a committer of the same topic. */
    private void commitAnother(KafkaCommittable committable) throws Exception {
        try (LossDetectingCommitter committer =
                new LossDetectingCommitter(new Refusing(null), topic, client(), () -> now)) {
            committer.commit(List.of(new RecordedRequest(committable)));
        }
    }

    private static KafkaCommittable committedTransaction(String id) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(id, 60_000)) {
            KafkaCommittable committable = begin(producer, id);
            producer.commitTransaction();
            awaitState(id, TransactionState.COMPLETE_COMMIT);
            return committable;
        }
    }

    private static KafkaCommittable openTransaction(String id, int timeoutMs) throws Exception {
        while (true) {
            KafkaProducer<byte[], byte[]> producer = producer(id, timeoutMs);
            try {
                return begin(producer, id);
            } catch (ExecutionException e) {
                // On a busy machine the broker's patience may be at an end before the record is there.
                assertThat(e).hasCauseInstanceOf(InvalidProducerEpochException.class);
            } finally {
                // At once, as a process that is killed: the transaction stays open.
                producer.close(Duration.ZERO);
            }
        }
    }

    private static KafkaCommittable begin(KafkaProducer<byte[], byte[]> producer, String id) throws Exception {
        producer.initTransactions();
        TransactionDescription found = describe(id);
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, new byte[] {1})).get();
        return new KafkaCommittable(found.producerId(), (short) found.producerEpoch(), id, null);
    }

    private static KafkaProducer<byte[], byte[]> producer(String id, int timeoutMs) {
        Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
        properties.put("transactional.id", id);
        properties.put("transaction.timeout.ms", timeoutMs);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static TransactionDescription describe(String id) throws Exception {
        return admin.describeTransactions(List.of(id)).description(id).get();
    }

    private static void awaitState(String id, TransactionState state) {
        await().atMost(PATIENCE).until(() -> describe(id).state() == state);
    }

    /** Whether the job goes on after a committer was refused, as Flink's does with a reason that it knows. */
    private boolean refuse(KafkaCommittable committable, Exception refusal) throws Exception {
        RecordedRequest request = new RecordedRequest(committable);
        try (LossDetectingCommitter committer =
                new LossDetectingCommitter(new Refusing(refusal), topic, client(), () -> now)) {
            committer.commit(List.of(request));
        }
        return request.passedOver;
    }

    private static Properties client() {
        Properties client = new Properties();
        client.putAll(kafka.clientProperties());
        client.put("transaction.timeout.ms", Integer.toString(TIMEOUT_MS));
        return client;
    }

    /** Refuses everything, or nothing where {@code refusal} is null. */
    private record Refusing(Exception refusal) implements Committer<KafkaCommittable> {

        @Override
        public void commit(Collection<CommitRequest<KafkaCommittable>> requests) {
            for (CommitRequest<KafkaCommittable> request : requests) {
                if (refusal == null) {
                    continue;
                }
                if (refusal instanceof ProducerFencedException) {
                    request.signalFailedWithKnownReason(refusal);
                } else {
                    request.signalFailedWithUnknownReason(refusal);
                }
            }
        }

        @Override
        public void close() {}
    }

    private static final class RecordedRequest implements Committer.CommitRequest<KafkaCommittable> {

        private final KafkaCommittable committable;
        private boolean passedOver;

        RecordedRequest(KafkaCommittable committable) {
            this.committable = committable;
        }

        @Override
        public KafkaCommittable getCommittable() {
            return committable;
        }

        @Override
        public int getNumberOfRetries() {
            return 0;
        }

        @Override
        public void signalFailedWithKnownReason(Throwable reason) {
            passedOver = true;
        }

        @Override
        public void signalFailedWithUnknownReason(Throwable reason) {
            throw new IllegalStateException("Failed to commit", reason);
        }

        @Override
        public void retryLater() {}

        @Override
        public void updateAndRetryLater(KafkaCommittable other) {}

        @Override
        public void signalAlreadyCommitted() {}
    }
}
