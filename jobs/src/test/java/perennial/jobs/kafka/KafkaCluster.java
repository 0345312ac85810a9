package perennial.jobs.kafka;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Three brokers in this process, as an installation has them: every partition three times, written when two have it. The first is the
 * controller, too, and stays; the others can be lost and come back.
 */
public final class KafkaCluster implements AutoCloseable {

    private static final int BROKERS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Map<String, String> REPLICATED = Map.of(
            "default.replication.factor",
            "3",
            "min.insync.replicas",
            "2",
            "offsets.topic.replication.factor",
            "3",
            "transaction.state.log.replication.factor",
            "3",
            "transaction.state.log.min.isr",
            "2",
            // A broker that is stopped goes without a word, as one does that is killed.
            "controlled.shutdown.enable",
            "false");

    private final Path folder;
    private final Map<Integer, EmbeddedKafka> brokers = new HashMap<>();
    private final Map<Integer, Integer> ports = new HashMap<>();
    private final Admin admin;

    private KafkaCluster(Path folder) {
        this.folder = folder;
        brokers.put(1, EmbeddedKafka.start(folder(1), 0, REPLICATED));
        try {
            for (int id = 2; id <= BROKERS; id++) {
                brokers.put(id, join(id, 0));
            }
        } catch (RuntimeException e) {
            brokers.values().forEach(EmbeddedKafka::close);
            throw e;
        }
        brokers.forEach((id, broker) -> ports.put(id, broker.port()));
        admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
    }

    /** Starts the three. */
    public static KafkaCluster start(Path folder) {
        return new KafkaCluster(folder);
    }

    private Path folder(int id) {
        return folder.resolve("broker-" + id);
    }

    private EmbeddedKafka join(int id, int port) {
        return EmbeddedKafka.join(brokers.get(1), id, folder(id), port, REPLICATED);
    }

    /** The addresses of all three, whether they are there or not. */
    public String bootstrapServers() {
        return ports.values().stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /**
     * Moves the leadership of every partition there is to that broker, of those with transactions and with the offsets of groups as well,
     * by naming it first among the replicas and letting the first be elected.
     *
     * @return partitions whose leader another broker was
     */
    public long lead(int id) throws Exception {
        Map<TopicPartition, TopicPartitionInfo> before = partitions();
        Map<TopicPartition, Optional<NewPartitionReassignment>> orders = new HashMap<>();
        before.forEach((partition, info) -> {
            List<Integer> replicas =
                    new ArrayList<>(info.replicas().stream().map(Node::id).toList());
            Collections.swap(replicas, 0, replicas.indexOf(id));
            orders.put(partition, Optional.of(new NewPartitionReassignment(replicas)));
        });
        admin.alterPartitionReassignments(orders).all().get();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() ->
                        admin.listPartitionReassignments().reassignments().get().isEmpty());
        long moved = before.values().stream()
                .filter(info -> info.leader() == null || info.leader().id() != id)
                .count();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            // Asked again where a broker was missed for a moment; partitions that it leads already have errors of their
            // own in the answer.
            admin.electLeaders(ElectionType.PREFERRED, before.keySet())
                    .partitions()
                    .get();
            return leaders().equals(Set.of(id));
        });
        return moved;
    }

    /** The brokers that lead a partition; -1 stands for one that nobody leads. */
    public Set<Integer> leaders() throws Exception {
        return partitions().values().stream()
                .map(info -> info.leader() == null ? -1 : info.leader().id())
                .collect(Collectors.toSet());
    }

    /** Ends a broker without a word to the others. */
    public void lose(int id) {
        brokers.remove(id).close();
    }

    /** Brings a broker back that was lost, and waits until it has caught up with the others. */
    public void bringBack(int id) {
        brokers.put(id, join(id, ports.get(id)));
        await().atMost(PATIENCE).ignoreExceptions().until(() -> partitions().values().stream()
                .allMatch(info -> info.isr().size() == BROKERS));
    }

    private Map<TopicPartition, TopicPartitionInfo> partitions() throws Exception {
        Set<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get();
        Map<TopicPartition, TopicPartitionInfo> partitions = new HashMap<>();
        for (TopicDescription topic :
                admin.describeTopics(names).allTopicNames().get().values()) {
            topic.partitions()
                    .forEach(info -> partitions.put(new TopicPartition(topic.name(), info.partition()), info));
        }
        return partitions;
    }

    @Override
    public void close() {
        admin.close();
        // The controller last: the others take their leave of it.
        List<Integer> ids = new ArrayList<>(brokers.keySet());
        ids.sort(Collections.reverseOrder());
        ids.forEach(id -> brokers.get(id).close());
    }
}
