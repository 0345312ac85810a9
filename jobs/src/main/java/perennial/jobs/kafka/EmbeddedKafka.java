package perennial.jobs.kafka;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.environment.StateFolder;
import perennial.jobs.TemporaryFolder;
import perennial.jobs.UserException;

/**
 * A Kafka broker in this process: a real one (KRaft, one node), reached by TCP on 127.0.0.1 and by nobody outside this
 * machine.
 *
 * <p>It keeps its records in a folder that is given, where the next start finds them again, or in a temporary one that is
 * deleted when it is closed. It creates no topic by itself: a misspelt topic is an error, as it is on a broker that is
 * looked after. Close it after whatever uses it; it adds no shutdown hook, because only its owner knows what must end
 * first. Safe for use by several threads.
 */
public final class EmbeddedKafka implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedKafka.class);

    private static final String HOST = "127.0.0.1";
    private static final String PLAIN = "PLAINTEXT";
    private static final String CONTROLLER = "CONTROLLER";
    private static final String META_PROPERTIES = "meta.properties";
    private static final int ATTEMPTS = 10;
    private static final int ANY_PORT = 0;

    /** Kafka ends its process on errors at start, by two static hooks; only one start at a time may replace them. */
    private static final Object STARTING = new Object();

    /** Whether this process is to end with a broker that cannot go on. */
    private static volatile boolean endsProcess;

    /**
     * Which broker of its cluster it is.
     *
     * @param id its number
     * @param clusterId the cluster's id
     * @param controllerOrNull number and address of the controller; null for a broker that is the controller, too
     */
    private record Node(int id, String clusterId, String controllerOrNull) {

        static final int FIRST = 1;

        /** A broker that is a cluster, or the first of one. */
        static Node first() {
            return new Node(FIRST, Uuid.randomUuid().toString(), null);
        }

        boolean isController() {
            return controllerOrNull == null;
        }
    }

    private final KafkaRaftServer server;
    private final Path directory;
    private final boolean temporary;
    private final Map<String, Integer> ports;
    private boolean closed;

    private EmbeddedKafka(KafkaRaftServer server, Path directory, boolean temporary, Map<String, Integer> ports) {
        this.server = server;
        this.directory = directory;
        this.temporary = temporary;
        this.ports = ports;
    }

    /** Starts a broker on a temporary folder. */
    public static EmbeddedKafka start() {
        return start(null);
    }

    /**
     * Starts a broker and returns when it takes requests.
     *
     * @param directoryOrNull folder that holds the broker's records, created where it is missing; null for a temporary
     *     folder that is deleted on {@link #close}
     * @throws UserException if the folder cannot be used: not writable, in use by another broker, or not a broker's
     */
    public static EmbeddedKafka start(Path directoryOrNull) {
        return start(directoryOrNull, ANY_PORT, BrokerSecurity.none());
    }

    /**
     * Starts a broker at a given port, where clients find it again after a restart.
     *
     * @param directoryOrNull as for {@link #start(Path)}
     * @param port TCP port for clients, or 0 for any that is free
     * @throws UserException if the folder or the port cannot be used
     */
    public static EmbeddedKafka start(Path directoryOrNull, int port) {
        return start(directoryOrNull, port, BrokerSecurity.none());
    }

    /** {@link #start(Path)} of a broker that others may reach by secured listeners. */
    static EmbeddedKafka start(Path directoryOrNull, BrokerSecurity security) {
        return start(directoryOrNull, ANY_PORT, security);
    }

    /**
     * Starts a broker as {@link #start(Path)} does, with some properties of its own.
     *
     * @param port where it listens, so that clients find it again after a restart; 0 for any port that is free
     * @param properties properties of the broker, by Kafka's own names, that stand in place of ours
     */
    public static EmbeddedKafka start(Path directoryOrNull, int port, Map<String, String> properties) {
        return start(directoryOrNull, port, new BrokerSecurity(Map.of(), properties, List.of()));
    }

    /**
     * Starts one more broker of a cluster, which must run when this one does.
     *
     * @param first the cluster's first broker, which is its controller
     * @param id number of this broker, from 2 on
     * @param directory folder that holds its records: of that broker of that cluster, or new
     * @param port as for {@link #start(Path, int)}
     * @param properties as for {@link #start(Path, int, Map)}
     */
    static EmbeddedKafka join(EmbeddedKafka first, int id, Path directory, int port, Map<String, String> properties) {
        return start(
                prepare(directory),
                false,
                port,
                new BrokerSecurity(Map.of(), properties, List.of()),
                new Node(id, first.clusterId(), Node.FIRST + "@" + first.bootstrapServers(CONTROLLER)));
    }

    private String clusterId() {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(directory.resolve(META_PROPERTIES))) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("cluster.id");
    }

    private static EmbeddedKafka start(Path directoryOrNull, int port, BrokerSecurity security) {
        boolean temporary = directoryOrNull == null;
        Path directory = prepare(directoryOrNull);
        try {
            return start(directory, temporary, port, security, Node.first());
        } catch (RuntimeException e) {
            if (temporary) {
                TemporaryFolder.remove(directory);
            }
            throw e;
        }
    }

    /** Address for {@code bootstrap.servers}, for example {@code 127.0.0.1:40123}. */
    public String bootstrapServers() {
        return bootstrapServers(PLAIN);
    }

    /** Address of one of its listeners. */
    String bootstrapServers(String listener) {
        return HOST + ":" + ports.get(listener);
    }

    /** Port that it listens on. */
    public int port() {
        return ports.get(PLAIN);
    }

    /** Client properties that reach this broker. */
    public Map<String, String> clientProperties() {
        return Map.of("bootstrap.servers", bootstrapServers());
    }

    /** Folder that holds the broker's records. */
    public Path directory() {
        return directory;
    }

    /** Stops the broker, and deletes its folder if that is a temporary one. Closing it again does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.shutdown();
        server.awaitShutdown();
        if (temporary) {
            TemporaryFolder.remove(directory);
        }
    }

    private static Path prepare(Path directoryOrNull) {
        try {
            return directoryOrNull == null
                    ? Files.createTempDirectory("perennial-kafka-")
                    : StateFolder.make(directoryOrNull.toAbsolutePath().normalize());
        } catch (IOException e) {
            throw UserException.failed(
                    "the embedded Kafka broker needs a folder that it can write: folder="
                            + (directoryOrNull == null ? System.getProperty("java.io.tmpdir") : directoryOrNull)
                            + " error="
                            + e
                            + "; name another folder or make this one writable",
                    e);
        }
    }

    private static EmbeddedKafka start(
            Path directory, boolean temporary, int port, BrokerSecurity security, Node node) {
        synchronized (STARTING) {
            requireFree(directory);
            format(directory, security, node);
            for (int attempt = 1; ; attempt++) {
                Map<String, Integer> ports =
                        freePorts(port, node, security.listeners().keySet());
                KafkaRaftServer server = null;
                Exit.setExitProcedure(EmbeddedKafka::refuseToExit);
                Exit.setHaltProcedure(EmbeddedKafka::refuseToExit);
                try {
                    server = new KafkaRaftServer(
                            new KafkaConfig(properties(directory, ports, security, node), false), Time.SYSTEM);
                    server.startup();
                    log.debug("embedded Kafka listens: address={}:{} folder={}", HOST, ports.get(PLAIN), directory);
                    return new EmbeddedKafka(server, directory, temporary, ports);
                } catch (Exception e) {
                    abandon(server);
                    // Between finding a port free and binding it another process can take it.
                    if (attempt == ATTEMPTS || !isBindError(e)) {
                        throw UserException.failed(
                                "the embedded Kafka broker did not start: folder="
                                        + directory
                                        + " error="
                                        + rootCause(e)
                                        + "; if the port is taken, give another one; if the folder was written by another version or is damaged, name an empty one",
                                e);
                    }
                } finally {
                    Exit.setExitProcedure(EmbeddedKafka::giveUp);
                    Exit.setHaltProcedure(EmbeddedKafka::giveUp);
                }
            }
        }
    }

    /** Kafka itself would find the lock too, but only after it has begun to read the log, and would end this process. */
    private static void requireFree(Path directory) {
        Path lock = directory.resolve(".lock");
        if (!Files.exists(lock)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            if (held != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // Held by this very process: the same answer as for another one.
        } catch (IOException e) {
            throw UserException.failed(
                    "the embedded Kafka broker must be able to write its folder: file=" + lock + " error=" + e, e);
        }
        throw UserException.failed("the folder of an embedded Kafka broker belongs to one broker at a time: folder="
                + directory
                + " is in use; stop the other one or name another folder");
    }

    private static void format(Path directory, BrokerSecurity security, Node node) {
        if (Files.exists(directory.resolve(META_PROPERTIES))) {
            return;
        }
        try {
            new Formatter()
                    .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                    .setNodeId(node.id())
                    .setClusterId(node.clusterId())
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(directory.toString())
                    .addDirectory(directory.toString())
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    // With version 2 Flink reports a fenced producer, "data loss", after every restore; there is none.
                    .setFeatureLevel("transaction.version", (short) 1)
                    .setScramArguments(security.users())
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                    .run();
        } catch (Exception e) {
            throw UserException.failed(
                    "the folder of an embedded Kafka broker must be empty or written by one: folder="
                            + directory
                            + " error="
                            + rootCause(e)
                            + "; name another folder",
                    e);
        }
    }

    private static Map<String, Object> properties(
            Path directory, Map<String, Integer> ports, BrokerSecurity security, Node node) {
        Map<String, String> protocols = new LinkedHashMap<>(Map.of(PLAIN, PLAIN, CONTROLLER, PLAIN));
        protocols.putAll(security.listeners());
        Map<String, Integer> advertised = new LinkedHashMap<>(ports);
        advertised.remove(CONTROLLER);
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("process.roles", node.isController() ? "broker,controller" : "broker");
        properties.put("node.id", Integer.toString(node.id()));
        properties.put(
                "controller.quorum.voters",
                node.isController() ? node.id() + "@" + HOST + ":" + ports.get(CONTROLLER) : node.controllerOrNull());
        properties.put("controller.listener.names", CONTROLLER);
        properties.put("inter.broker.listener.name", PLAIN);
        properties.put("listener.security.protocol.map", joined(protocols, ":"));
        properties.put("listeners", joined(ports, "://" + HOST + ":"));
        properties.put("advertised.listeners", joined(advertised, "://" + HOST + ":"));
        properties.put("log.dirs", directory.toString());
        properties.put("auto.create.topics.enable", "false");
        properties.put("num.partitions", "1");
        properties.put("default.replication.factor", "1");
        properties.put("min.insync.replicas", "1");
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "4");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
        // A broker that was killed and starts again is refused until its old registration has run out: nine seconds by
        // default.
        properties.put("broker.session.timeout.ms", "6000");
        properties.put("broker.heartbeat.interval.ms", "1000");
        // The default of 128 MB is taken from the heap at start; compacted topics here are small.
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(10 * 1024 * 1024));
        properties.putAll(security.settings());
        return properties;
    }

    private static String joined(Map<String, ?> entries, String between) {
        return entries.entrySet().stream()
                .map(entry -> entry.getKey() + between + entry.getValue())
                .collect(Collectors.joining(","));
    }

    /** A port for each listener: the one that is wanted for clients without security, and free ones. */
    private static Map<String, Integer> freePorts(int wanted, Node node, Set<String> more) {
        List<String> names = new ArrayList<>(node.isController() ? List.of(PLAIN, CONTROLLER) : List.of(PLAIN));
        names.addAll(more);
        Map<String, Integer> ports = new LinkedHashMap<>();
        List<ServerSocket> held = new ArrayList<>();
        try {
            // All are held until the last is found, so that no two are the same.
            for (String name : names) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST));
                held.add(socket);
                ports.put(name, socket.getLocalPort());
            }
            if (wanted != ANY_PORT) {
                ports.put(PLAIN, wanted);
            }
            return ports;
        } catch (IOException e) {
            throw UserException.failed(
                    "the embedded Kafka broker needs free TCP ports on " + HOST + ": ports=" + names.size() + " error="
                            + e,
                    e);
        } finally {
            held.forEach(EmbeddedKafka::release);
        }
    }

    private static void release(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("a port that was found free could not be released", e);
        }
    }

    private static void refuseToExit(int status, String message) {
        throw new IllegalStateException(
                "Kafka gave up: status=" + status + (message == null ? "" : " error=" + message));
    }

    /**
     * Lets this process end together with a broker that cannot go on, as it is with a broker that has its process to itself: whoever looks
     * after the process then knows. For the main class of a process.
     */
    public static void endProcessWithBroker() {
        endsProcess = true;
    }

    /** A broker that runs has met what it cannot get over, most often a full disk; it serves nobody any more. */
    private static void giveUp(int status, String message) {
        String sentence = "the embedded Kafka broker cannot go on: status=" + status
                + (message == null ? "" : " error=" + message)
                + "; the log above says why, most often \"No space left on device\": make room for its folder and start again";
        log.error(sentence);
        if (endsProcess) {
            System.err.println("perennial: " + sentence);
            Runtime.getRuntime().halt(1);
        }
        throw new IllegalStateException(sentence);
    }

    private static void abandon(KafkaRaftServer server) {
        if (server == null) {
            return;
        }
        try {
            server.shutdown();
            server.awaitShutdown();
        } catch (RuntimeException e) {
            log.debug("a broker that did not start did not stop either", e);
        }
    }

    private static boolean isBindError(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException
                    || String.valueOf(cause.getMessage()).contains("failed to bind")) {
                return true;
            }
        }
        return false;
    }

    private static Throwable rootCause(Throwable error) {
        Throwable cause = requireNonNull(error, "error");
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
