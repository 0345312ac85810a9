package perennial.jobs.dashboard;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.KafkaErrors;

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
     * @throws perennial.jobs.UserException if the cluster does not answer or refuses
     */
    OptionalLong now() throws InterruptedException {
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = committed();
            if (committed.isEmpty()) {
                // The question that shows whether anybody answers is asked all the same.
                admin.describeCluster().nodes().get();
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
        } catch (ExecutionException e) {
            throw KafkaErrors.explain(e, connection, "ask for the offsets of the consumer group " + group);
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
