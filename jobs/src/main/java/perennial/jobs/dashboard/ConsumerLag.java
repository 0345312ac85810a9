package perennial.jobs.dashboard;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;
import perennial.environment.kafka.ClientRole;
import perennial.jobs.UserException;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.KafkaErrors;
import perennial.jobs.kafka.Right;

/** How many events a job has still to read, by the offsets that it commits at each checkpoint. For one thread. */
final class ConsumerLag implements AutoCloseable {

    private static final int TIMEOUT_MS = 5000;

    private final KafkaConnection connection;
    private final String topic;
    private final String group;
    private final Admin admin;

    /**
     * @param topic the topic of events
     * @param group the consumer group of the job
     */
    ConsumerLag(KafkaConnection connection, String topic, String group) {
        this.connection = connection;
        this.topic = topic;
        this.group = group;
        this.admin = connection.admin();
    }

    /**
     * Events from the committed offsets to the ends of the partitions; empty where the group has committed none.
     *
     * @throws perennial.jobs.UserException if the cluster does not answer
     * @throws MissingRightException if the login may not know it
     */
    OptionalLong now() throws InterruptedException, MissingRightException {
        Map<TopicPartition, OffsetAndMetadata> committed =
                asked(this::committed, new Right(ClientRole.ADMIN, ResourceType.GROUP, group, AclOperation.DESCRIBE));
        return asked(() -> lag(committed), Right.topic(ClientRole.ADMIN, AclOperation.DESCRIBE, topic));
    }

    private OptionalLong lag(Map<TopicPartition, OffsetAndMetadata> committed)
            throws ExecutionException, InterruptedException {
        if (committed.isEmpty()) {
            requireDescribed();
            return OptionalLong.empty();
        }
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        committed.keySet().forEach(partition -> ends.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(
                        ends, new ListOffsetsOptions().timeoutMs(TIMEOUT_MS))
                .all()
                .get();
        long lag = 0;
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : found.entrySet()) {
            lag += Math.max(
                    0, end.getValue().offset() - committed.get(end.getKey()).offset());
        }
        return OptionalLong.of(lag);
    }

    /** A broker leaves out the offsets of topics that a login may not know of, as if there were none. */
    private void requireDescribed() throws ExecutionException, InterruptedException {
        try {
            admin.describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(TIMEOUT_MS))
                    .allTopicNames()
                    .get();
        } catch (ExecutionException e) {
            // A job whose learners make their events themselves has no such topic.
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
        }
    }

    /** Something that is asked of the cluster. */
    private interface Question<T> {
        T ask() throws ExecutionException, InterruptedException;
    }

    private <T> T asked(Question<T> question, Right needed) throws InterruptedException, MissingRightException {
        String doing = "ask for the offsets of the consumer group " + group;
        try {
            return question.ask();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                throw new MissingRightException(KafkaErrors.explain(e, connection, doing, List.of(needed)));
            }
            throw KafkaErrors.explain(e, connection, doing);
        }
    }

    /** The login may not know how many events there are: the rest can be shown all the same. */
    static final class MissingRightException extends Exception {

        private static final long serialVersionUID = 1L;

        private MissingRightException(UserException explained) {
            super(explained.getMessage(), explained);
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        admin.listConsumerGroupOffsets(
                        Map.of(group, new ListConsumerGroupOffsetsSpec()),
                        new ListConsumerGroupOffsetsOptions().timeoutMs(TIMEOUT_MS))
                .partitionsToOffsetAndMetadata(group)
                .get()
                .forEach((partition, offset) -> {
                    if (partition.topic().equals(topic) && offset != null) {
                        committed.put(partition, offset);
                    }
                });
        return committed;
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
