package perennial.jobs.graph;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
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
 * job failed, and its transactional id used for the next one; that one has another epoch, since each use begins with
 * {@code initTransactions}, which raises it by one. If the broker aborted the very transaction of the checkpoint, because its time was
 * up, the epoch was raised once by that, and the last thing that the id went through is an abort.
 */
final class LossDetectingCommitter implements Committer<KafkaCommittable> {

    private static final Logger LOG = LoggerFactory.getLogger(LossDetectingCommitter.class);

    private static final Set<TransactionState> ABORTED =
            EnumSet.of(TransactionState.COMPLETE_ABORT, TransactionState.PREPARE_ABORT);

    private final Committer<KafkaCommittable> committer;
    private final String topic;
    private final Properties client;

    LossDetectingCommitter(Committer<KafkaCommittable> committer, String topic, Properties client) {
        this.committer = committer;
        this.topic = topic;
        this.client = client;
    }

    @Override
    public void commit(Collection<CommitRequest<KafkaCommittable>> requests) throws IOException, InterruptedException {
        List<CommitRequest<KafkaCommittable>> watched = new ArrayList<>(requests.size());
        requests.forEach(request -> watched.add(new WatchedRequest(request)));
        committer.commit(watched);
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

        WatchedRequest(CommitRequest<KafkaCommittable> request) {
            this.request = request;
        }

        @Override
        public void signalFailedWithKnownReason(Throwable refusal) {
            boolean restored = request.getCommittable().getProducer().isEmpty();
            if (!restored || wasAbortedOrInterrupted()) {
                request.signalFailedWithUnknownReason(new LostRecordsException(
                        topic,
                        request.getCommittable().getTransactionalId(),
                        client.getProperty("transaction.timeout.ms"),
                        refusal));
            } else {
                request.signalFailedWithKnownReason(refusal);
            }
        }

        private boolean wasAbortedOrInterrupted() {
            try {
                return wasAborted(request.getCommittable());
            } catch (InterruptedException e) {
                // The job is being stopped; what is not committed now will be looked into when it is restored again.
                Thread.currentThread().interrupt();
                throw new KafkaException("interrupted while a transaction was looked into", e);
            }
        }

        @Override
        public void signalFailedWithUnknownReason(Throwable error) {
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
            request.retryLater();
        }

        @Override
        public void updateAndRetryLater(KafkaCommittable committable) {
            request.updateAndRetryLater(committable);
        }

        @Override
        public void signalAlreadyCommitted() {
            request.signalAlreadyCommitted();
        }
    }
}
