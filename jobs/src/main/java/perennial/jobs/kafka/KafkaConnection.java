package perennial.jobs.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import perennial.environment.kafka.ClientRole;
import perennial.jobs.Secrets;
import perennial.jobs.UserException;

/**
 * The way to a Kafka cluster: its address and whatever else its clients must be told. Immutable; its properties may hold
 * secrets, and {@link #toString} shows the address only.
 *
 * <p>Clients made here give up on a cluster that does not answer after some seconds instead of minutes, unless the
 * properties say otherwise. The caller closes them.
 */
public final class KafkaConnection {

    private static final String BOOTSTRAP = "bootstrap.servers";

    private final Map<String, String> properties;

    private KafkaConnection(Map<String, String> properties) {
        this.properties = properties;
    }

    /**
     * A connection with properties of Kafka clients, by Kafka's own names.
     *
     * @throws UserException if they lack the address
     */
    public static KafkaConnection of(Map<String, String> properties) {
        String address = properties.get(BOOTSTRAP);
        if (address == null || address.isBlank()) {
            throw UserException.usage("the address of a Kafka broker is needed: " + BOOTSTRAP + "=" + address
                    + "; give it with --bootstrap-server HOST:PORT, or as kafka: {" + BOOTSTRAP
                    + ": \"HOST:PORT\"} in the configuration");
        }
        return new KafkaConnection(new TreeMap<>(properties));
    }

    /** A connection that needs nothing but the address, for example {@code localhost:9092}. */
    public static KafkaConnection to(String bootstrapServers) {
        return of(Map.of(BOOTSTRAP, bootstrapServers));
    }

    /** The address, as configured. */
    public String bootstrapServers() {
        return properties.get(BOOTSTRAP);
    }

    /**
     * A client that looks after topics.
     *
     * @throws UserException if the properties are not valid or no address resolves
     */
    public Admin admin() {
        return admin(ClientRole.ADMIN);
    }

    /**
     * A client that asks what a client of {@code role} would be told.
     *
     * @throws UserException if the properties are not valid or no address resolves
     */
    Admin admin(ClientRole role) {
        Map<String, Object> settings = bounded(role);
        try {
            return Admin.create(settings);
        } catch (KafkaException e) {
            throw KafkaErrors.explain(e, this, "connect");
        }
    }

    /**
     * A consumer of raw bytes that belongs to no group and commits nothing.
     *
     * @param committedOnly false to read records of transactions that are still open too
     * @throws UserException if the properties are not valid or no address resolves
     */
    public Consumer<byte[], byte[]> consumer(boolean committedOnly) {
        Map<String, Object> settings = bounded(ClientRole.CONSUMER);
        settings.put("enable.auto.commit", "false");
        settings.put("allow.auto.create.topics", "false");
        settings.put("auto.offset.reset", "earliest");
        settings.put("isolation.level", committedOnly ? "read_committed" : "read_uncommitted");
        try {
            return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw KafkaErrors.explain(e, this, "connect");
        }
    }

    /**
     * An idempotent producer of raw bytes: a record that is sent again after a lost answer is still there once.
     *
     * @throws UserException if the properties are not valid or no address resolves
     */
    public Producer<byte[], byte[]> producer() {
        Map<String, Object> settings = idempotent();
        // A transaction would leave the records of whoever does not commit it unseen.
        settings.remove("transactional.id");
        return producer(settings);
    }

    /**
     * A producer of raw bytes whose transactions the caller begins and commits; it stops an older one with its id.
     *
     * @param maxRecordBytes size of the largest record that it is to send
     * @throws UserException if the properties are not valid or no address resolves
     */
    Producer<byte[], byte[]> transactionalProducer(String transactionalId, int maxRecordBytes) {
        Map<String, Object> settings = idempotent();
        settings.put("transactional.id", transactionalId);
        settings.putIfAbsent(
                "max.request.size", Integer.toString(Math.max(1 << 20, maxRecordBytes + TopicPlan.OVERHEAD_BYTES)));
        return producer(settings);
    }

    private Map<String, Object> idempotent() {
        Map<String, Object> settings = bounded(ClientRole.PRODUCER);
        settings.putIfAbsent("max.block.ms", "15000");
        settings.putIfAbsent("delivery.timeout.ms", "60000");
        settings.putIfAbsent("linger.ms", "20");
        settings.putIfAbsent("batch.size", Integer.toString(256 * 1024));
        settings.put("enable.idempotence", "true");
        settings.put("acks", "all");
        return settings;
    }

    private Producer<byte[], byte[]> producer(Map<String, Object> settings) {
        try {
            return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw KafkaErrors.explain(e, this, "connect");
        }
    }

    @Override
    public String toString() {
        return bootstrapServers();
    }

    /** A text without the secrets of this connection. */
    String masked(String text) {
        return Secrets.masked(text, properties);
    }

    /** Whom the broker takes clients of {@code role} for, as ACLs name it. */
    String principal(ClientRole role) {
        return Login.principal(role.of(properties));
    }

    private Map<String, Object> bounded(ClientRole role) {
        Map<String, Object> settings = new HashMap<>(role.of(properties));
        // Kafka refuses a request that may take longer than the call it belongs to.
        Object call = settings.getOrDefault("default.api.timeout.ms", "15000");
        settings.put("default.api.timeout.ms", call);
        settings.putIfAbsent("request.timeout.ms", shorter(call.toString(), "10000"));
        return settings;
    }

    private static String shorter(String milliseconds, String other) {
        try {
            return Long.toString(Math.min(Long.parseLong(milliseconds.trim()), Long.parseLong(other)));
        } catch (NumberFormatException e) {
            // Kafka itself says best what is wrong with the one that was configured.
            return other;
        }
    }
}
