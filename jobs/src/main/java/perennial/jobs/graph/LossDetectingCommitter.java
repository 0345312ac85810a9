package perennial.jobs.graph;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits transactions as another committer does, and looks into those that the broker refuses.
 *
 * <p>A refused transaction of the running job is lost. One that comes from a checkpoint may also have been committed before the
 * job failed, and its transactional id used again. Two things together tell that the broker aborted it because its time was up: the
 * last thing that the id went through is an abort, with an epoch that was raised once; and for as long as a transaction may last nothing was
 * committed here. A process that is new does not know the latter, and can only warn.
 */
final class LossDetectingCommitter implements Committer<KafkaCommittable> {

    private static final Logger LOG = LoggerFactory.getLogger(LossDetectingCommitter.class);

    private static final Set<TransactionState> ABORTED =
            EnumSet.of(TransactionState.COMPLETE_ABORT, TransactionState.PREPARE_ABORT);

    /** When something was last committed to a topic by this process, in nanoseconds: committers come and go with failures. */
    private static final Map<String, Long> LAST_COMMITS = new ConcurrentHashMap<>();

    private final Committer<KafkaCommittable> committer;
    private final String topic;
    private final Properties client;
    private final LongSupplier nanoTime;

    /** @param nanoTime a clock that never goes back */
    LossDetectingCommitter(
            Committer<KafkaCommittable> committer, String topic, Properties client, LongSupplier nanoTime) {
        this.committer = committer;
        this.topic = topic;
        this.client = client;
        this.nanoTime = nanoTime;
    }

    @Override
    public void commit(Collection<CommitRequest<KafkaCommittable>> requests) throws IOException, InterruptedException {
        List<WatchedRequest> watched = new ArrayList<>(requests.size());
        requests.forEach(request -> watched.add(new WatchedRequest(request)));
        committer.commit(new ArrayList<>(watched));
        if (watched.stream().anyMatch(request -> request.committed)) {
            LAST_COMMITS.put(place(), nanoTime.getAsLong());
        }
    }

    /** Whether nothing was committed for as long as a transaction may last; empty where this process cannot know. */
    private Optional<Boolean> timeWasUp() {
        Long last = LAST_COMMITS.get(place());
        return last == null
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(nanoTime.getAsLong() - last).toMillis()
                        >= Long.parseLong(client.getProperty("transaction.timeout.ms")));
    }

    private String place() {
        return client.getProperty("bootstrap.servers") + "/" + topic;
    }

    /** Whether the last thing that became of the committable's transaction is that the broker aborted it. */
    private boolean wasAborted(KafkaCommittable committable) throws InterruptedException {
        String id = committable.getTransactionalId();
        try (Admin admin = Admin.create(client)) {
            TransactionDescription found =
                    admin.describeTransactions(List.of(id)).description(id).get();
            return ABORTED.contains(found.state())
                    && found.producerId() == committable.getProducerId()
                    && found.producerEpoch() == committable.getEpoch() + 1;
        } catch (ExecutionException | KafkaException e) {
            // The broker forgets ids that nobody used for days, and may not tell of them to everybody.
            LOG.warn(
                    "It cannot be told whether a transaction of the restored checkpoint was committed: topic={}"
                            + " transaction={} error={}",
                    topic,
                    id,
                    e.getMessage());
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            committer.close();
        } catch (Exception e) {
            ExceptionUtils.rethrowIOException(e);
        }
    }

    private final class WatchedRequest implements CommitRequest<KafkaCommittable> {

        private final CommitRequest<KafkaCommittable> request;
        private boolean committed = true;

        WatchedRequest(CommitRequest<KafkaCommittable> request) {
            this.request = request;
        }

        @Override
        public void signalFailedWithKnownReason(Throwable refusal) {
            committed = false;
            boolean restored = request.getCommittable().getProducer().isEmpty();
            if (!restored || isLost()) {
                request.signalFailedWithUnknownReason(new LostRecordsException(
                        topic,
                        request.getCommittable().getTransactionalId(),
                        client.getProperty("transaction.timeout.ms"),
                        refusal));
            } else {
                request.signalFailedWithKnownReason(refusal);
            }
        }

        private boolean isLost() {
            Optional<Boolean> timeWasUp = timeWasUp();
            if (timeWasUp.isPresent() && !timeWasUp.get()) {
                return false;
            }
            try {
                boolean aborted = wasAborted(request.getCommittable());
                if (aborted && timeWasUp.isEmpty()) {
                    LOG.warn(
                            "It cannot be told whether a transaction of the restored checkpoint was committed: topic={}"
                                    + " transaction={}; if broker or job were away for longer than"
                                    + " transaction.timeout.ms={}, go on from the checkpoint before this one instead",
                            topic,
                            request.getCommittable().getTransactionalId(),
                            client.getProperty("transaction.timeout.ms"));
                }
                return aborted && timeWasUp.isPresent();
            } catch (InterruptedException e) {
                // The job is being stopped; what is not committed now will be looked into when it is restored again.
                Thread.currentThread().interrupt();
                throw new KafkaException("interrupted while a transaction was looked into", e);
            }
        }

        @Override
        public void signalFailedWithUnknownReason(Throwable error) {
            committed = false;
            boolean restored = request.getCommittable().getProducer().isEmpty();
            if (restored && error instanceof InvalidPidMappingException) {
                // After days without use the broker has forgotten the id. The job would never start again for it.
                LOG.warn(
                        "It cannot be told whether a transaction of an old checkpoint was committed, since the broker has"
                                + " forgotten it: topic={} transaction={}",
                        topic,
                        request.getCommittable().getTransactionalId());
                request.signalFailedWithKnownReason(error);
            } else {
                request.signalFailedWithUnknownReason(error);
            }
        }

        @Override
        public KafkaCommittable getCommittable() {
            return request.getCommittable();
        }

        @Override
        public int getNumberOfRetries() {
            return request.getNumberOfRetries();
        }

        @Override
        public void retryLater() {
            committed = false;
            request.retryLater();
        }

        @Override
        public void updateAndRetryLater(KafkaCommittable committable) {
            committed = false;
            request.updateAndRetryLater(committable);
        }

        @Override
        public void signalAlreadyCommitted() {
            request.signalAlreadyCommitted();
        }

        @Override
        public String toString() {
            return request.toString();
        }
    }
}
