package perennial.jobs.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.utils.AppInfoParser;
import perennial.environment.kafka.ClientRole;
import perennial.jobs.UserException;

/**
 * The topics of one cluster: created where they are missing, and checked. Never deletes or changes a topic. All methods
 * throw {@link UserException} where the cluster does not answer or does not allow it. Thread-safe.
 */
public final class Topics implements AutoCloseable {

    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(10);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final KafkaConnection connection;
    private final Admin admin;

    /** The topics of the cluster at the other end of {@code connection}. */
    public Topics(KafkaConnection connection) {
        this.connection = requireNonNull(connection, "connection");
        this.admin = connection.admin();
    }

    /**
     * Creates the topics that are missing.
     *
     * @param replicationFactor copies of each partition; -1 for what the broker does by default
     * @return for each plan whether its topic was created now; false where it existed
     */
    public Map<TopicPlan, Boolean> create(Collection<TopicPlan> plans, short replicationFactor) {
        // Asked one by one: what does exist is then told even if a later one is refused.
        Map<TopicPlan, Boolean> created = new LinkedHashMap<>();
        for (TopicPlan plan : plans) {
            created.put(plan, create(plan, replicationFactor));
        }
        return created;
    }

    private boolean create(TopicPlan plan, short replicationFactor) {
        NewTopic topic = new NewTopic(
                plan.name(),
                Optional.of(plan.partitions()),
                replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor));
        topic.configs(plan.settings());
        String doing = "create the topic " + plan.name();
        try {
            await(admin.createTopics(List.of(topic)).all());
            awaitKnown(plan.name());
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw KafkaErrors.explain(
                    e, connection, doing, List.of(Right.topic(ClientRole.ADMIN, AclOperation.CREATE, plan.name())));
        }
    }

    /** A broker hears of a topic a moment after the controller has made it; whoever asks it before is told that there is none. */
    private void awaitKnown(String topic) throws ExecutionException {
        long start = System.nanoTime();
        while (!isKnown(topic) && System.nanoTime() - start < KNOWN_WITHIN.toNanos()) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    private boolean isKnown(String topic) throws ExecutionException {
        try {
            return find(topic)
                    .filter(found -> found.partitions().stream().noneMatch(Topics::isLeaderless))
                    .isPresent();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                // Whoever may create a topic need not be allowed to look at it.
                return true;
            }
            throw e;
        }
    }

    private static boolean isLeaderless(TopicPartitionInfo partition) {
        return partition.leader() == null || partition.leader().isEmpty();
    }

    /** How the topics are, in the order of the plans. */
    public List<TopicState> check(Collection<TopicPlan> plans) {
        List<TopicState> states = new ArrayList<>();
        for (TopicPlan plan : plans) {
            states.add(check(plan));
        }
        return states;
    }

    private TopicState check(TopicPlan plan) {
        Optional<TopicDescription> found = describe(plan.name());
        if (found.isEmpty()) {
            return new TopicState(
                    plan,
                    0,
                    0,
                    "",
                    "",
                    List.of("it does not exist; create it with "
                            + KafkaErrors.create(connection.bootstrapServers())
                            + " or correct its name under topics: in the configuration"));
        }
        List<TopicPartitionInfo> partitions = found.get().partitions();
        List<String> problems = new ArrayList<>();
        checkPartitions(plan, partitions, problems);
        Optional<Config> settings = settings(plan.name());
        settings.ifPresentOrElse(
                config -> checkSettings(plan, config, partitions, problems),
                () -> problems.add("its settings cannot be checked: "
                        + KafkaErrors.lacks(
                                connection,
                                Right.topic(ClientRole.ADMIN, AclOperation.DESCRIBE_CONFIGS, plan.name()))));
        return new TopicState(
                plan,
                partitions.size(),
                partitions.get(0).replicas().size(),
                settings.map(config -> value(config, "cleanup.policy")).orElse(""),
                settings.map(config -> duration(value(config, "retention.ms"))).orElse(""),
                problems);
    }

    private static void checkPartitions(TopicPlan plan, List<TopicPartitionInfo> partitions, List<String> problems) {
        if (plan.partitionsNeeded().isPresent() && plan.partitionsNeeded().getAsInt() != partitions.size()) {
            problems.add("it has another number of partitions than asked for: needed="
                    + plan.partitionsNeeded().getAsInt() + " found=" + partitions.size()
                    + "; use a new topic, since more partitions would move streams to others and lose their order");
        }
        List<Integer> leaderless = partitions.stream()
                .filter(Topics::isLeaderless)
                .map(TopicPartitionInfo::partition)
                .toList();
        if (!leaderless.isEmpty()) {
            problems.add("partitions have no leader and can be neither read nor written: partitions=" + leaderless
                    + "; start the brokers that hold them");
        }
    }

    private void checkSettings(
            TopicPlan plan, Config settings, List<TopicPartitionInfo> partitions, List<String> problems) {
        String cleanup = value(settings, "cleanup.policy");
        boolean compacts = cleanup.contains("compact");
        if (plan.compacted() && !cleanup.equals("compact")) {
            problems.add("it must keep the last record of every key, or the policies of quiet learners are lost:"
                    + " cleanup.policy=" + cleanup + "; " + alter(plan, "cleanup.policy=compact"));
        }
        if (!plan.compacted() && compacts) {
            problems.add(
                    "it must keep every record, and compaction keeps only the last one of each key: cleanup.policy="
                            + cleanup + "; " + alter(plan, "cleanup.policy=delete"));
        }
        String largest = value(settings, "max.message.bytes");
        if (number(largest) < plan.maxRecordBytes()) {
            problems.add("it refuses records that limits.maxRecordBytes allows: max.message.bytes=" + largest
                    + " maxRecordBytes=" + plan.maxRecordBytes() + "; "
                    + alter(plan, "max.message.bytes=" + plan.settings().get("max.message.bytes")));
        }
        long inSync = number(value(settings, "min.insync.replicas"));
        int replicas = partitions.get(0).replicas().size();
        if (inSync > replicas) {
            problems.add("it can never be written to: min.insync.replicas=" + inSync + " replicas=" + replicas + "; "
                    + alter(plan, "min.insync.replicas=" + replicas));
        }
    }

    /**
     * Makes sure that a partition is there.
     *
     * @throws UserException that says what is there instead, where it is not
     */
    void requirePartition(String topic, int partition) {
        int partitions = describe(topic)
                .orElseThrow(() -> KafkaErrors.missingTopic(topic, connection))
                .partitions()
                .size();
        if (partition >= partitions) {
            throw UserException.failed("a record can only go to a partition that is there: topic=" + topic
                    + " partition=" + partition + " partitions=" + partitions
                    + "; the topic was made anew with fewer: choose other records with --topic or --partition");
        }
    }

    /** What the cluster says of itself. */
    public ClusterState cluster() {
        String doing = "ask the cluster about itself";
        try {
            DescribeClusterResult cluster = admin.describeCluster();
            Map<String, FinalizedVersionRange> features = features();
            return new ClusterState(
                    await(cluster.clusterId()),
                    await(cluster.nodes()).stream()
                            .map(node -> node.host() + ":" + node.port())
                            .sorted()
                            .toList(),
                    level(features, "metadata.version"),
                    level(features, "transaction.version"),
                    AppInfoParser.getVersion());
        } catch (ExecutionException e) {
            throw KafkaErrors.explain(e, connection, doing);
        }
    }

    private Map<String, FinalizedVersionRange> features() throws ExecutionException {
        try {
            return await(admin.describeFeatures().featureMetadata()).finalizedFeatures();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnsupportedVersionException || e.getCause() instanceof AuthorizationException) {
                return Map.of();
            }
            throw e;
        }
    }

    private Optional<TopicDescription> describe(String topic) {
        try {
            return find(topic);
        } catch (ExecutionException e) {
            throw KafkaErrors.explain(
                    e,
                    connection,
                    "ask for the topic " + topic,
                    List.of(Right.topic(ClientRole.ADMIN, AclOperation.DESCRIBE, topic)));
        }
    }

    /** Empty where the broker knows no such topic. */
    private Optional<TopicDescription> find(String topic) throws ExecutionException {
        try {
            return Optional.of(
                    await(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Empty where the login may describe topics but not their settings. */
    private Optional<Config> settings(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            return Optional.of(
                    await(admin.describeConfigs(List.of(resource)).all()).get(resource));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Optional.empty();
            }
            throw KafkaErrors.explain(e, connection, "ask for the settings of the topic " + topic);
        }
    }

    private String alter(TopicPlan plan, String setting) {
        return "kafka-configs --bootstrap-server " + connection.bootstrapServers()
                + " --alter --entity-type topics --entity-name " + plan.name() + " --add-config " + setting;
    }

    private static <T> T await(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExecutionException(e);
        }
    }

    private static int level(Map<String, FinalizedVersionRange> features, String name) {
        FinalizedVersionRange range = features.get(name);
        // A feature at level 0 is not listed, but then others are.
        return range != null ? range.maxVersionLevel() : features.isEmpty() ? -1 : 0;
    }

    private static String value(Config settings, String name) {
        ConfigEntry entry = settings.get(name);
        return entry == null || entry.value() == null ? "" : entry.value();
    }

    private static long number(String text) {
        return text.isEmpty() ? Long.MAX_VALUE : Long.parseLong(text);
    }

    private static String duration(String milliseconds) {
        if (milliseconds.isEmpty()) {
            return "";
        }
        long value = Long.parseLong(milliseconds);
        if (value < 0) {
            return "for ever";
        }
        Duration duration = Duration.ofMillis(value);
        if (duration.toHours() >= 48 && duration.toHours() % 24 == 0) {
            return duration.toDays() + " days";
        }
        return value % 3600000 == 0 ? duration.toHours() + " hours" : value + " ms";
    }

    /** Closes the client. */
    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}
