package perennial.environment.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import perennial.environment.EnvironmentException;

/**
 * The properties of the Kafka clients of a producer: what the user says, and what a stream without gap or repeat needs.
 *
 * <p>Idempotence alone keeps order, but when the broker refuses one batch for good, batches sent after it may already be in
 * the topic: a gap. With one request under way at a time there are none, and what is in the topic is always a prefix of
 * what was sent.
 */
final class ClientProperties {

    /** What is published fast when nobody says otherwise; measured with images that are mostly 0. */
    private static final Map<String, String> PRODUCER_DEFAULTS = Map.of(
            ProducerConfig.LINGER_MS_CONFIG, "10",
            ProducerConfig.BATCH_SIZE_CONFIG, "262144",
            ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");

    private static final Map<String, String> PRODUCER_NEEDS = Map.of(
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");

    private static final List<String> PRODUCER_REFUSES = List.of(
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ProducerConfig.PARTITIONER_CLASS_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);

    /** The reader of the stream's end belongs to no group, and creates nothing. */
    private static final Map<String, String> CONSUMER_NEEDS = Map.of(
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false",
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted",
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");

    private static final List<String> CONSUMER_DROPS = List.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);

    private ClientProperties() {}

    /** Refuses what would break the promise of no gap and no repeat. */
    static void check(Map<String, ?> properties) {
        Map<String, String> client = ClientRole.PRODUCER.of(properties);
        String servers = client.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
        if (servers == null || servers.isBlank()) {
            throw new EnvironmentException(
                    "the Kafka clients need the address of a broker: set bootstrap.servers, for example"
                            + " localhost:9092");
        }
        for (Map.Entry<String, String> need : PRODUCER_NEEDS.entrySet()) {
            String given = client.get(need.getKey());
            if (given != null && !isSame(need.getKey(), given, need.getValue())) {
                throw new EnvironmentException("a stream without gap or repeat needs " + need.getKey() + "="
                        + need.getValue() + ": " + need.getKey() + "=" + given + "; remove this setting");
            }
        }
        for (String refused : PRODUCER_REFUSES) {
            if (client.containsKey(refused)) {
                throw new EnvironmentException("the producer of a stream chooses " + refused
                        + " itself: remove this setting from the client properties");
            }
        }
    }

    private static boolean isSame(String key, String given, String needed) {
        boolean allReplicas = key.equals(ProducerConfig.ACKS_CONFIG) && given.equals("-1");
        return allReplicas || given.equalsIgnoreCase(needed);
    }

    static Map<String, Object> forProducer(Map<String, ?> client, String stream) {
        Map<String, Object> properties = new HashMap<>(PRODUCER_DEFAULTS);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "perennial-produce-" + stream);
        properties.putAll(
                without(ClientRole.PRODUCER.of(client), ConsumerConfig.configNames(), ProducerConfig.configNames()));
        properties.putAll(PRODUCER_NEEDS);
        return properties;
    }

    static Map<String, Object> forConsumer(Map<String, ?> client, String stream) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "perennial-resume-" + stream);
        properties.putAll(
                without(ClientRole.CONSUMER.of(client), ProducerConfig.configNames(), ConsumerConfig.configNames()));
        properties.keySet().removeAll(CONSUMER_DROPS);
        properties.putAll(CONSUMER_NEEDS);
        return properties;
    }

    /** All but what only the other client knows; what neither knows may be meant for a plug-in. */
    private static Map<String, ?> without(Map<String, ?> client, Set<String> others, Set<String> own) {
        Map<String, Object> kept = new HashMap<>(client);
        kept.keySet().removeIf(key -> others.contains(key) && !own.contains(key));
        return kept;
    }
}
