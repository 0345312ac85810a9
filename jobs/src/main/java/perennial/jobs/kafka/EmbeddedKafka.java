package perennial.jobs.kafka;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
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
    private static final int NODE = 1;
    private static final int ATTEMPTS = 10;

    /** Kafka ends its process on errors at start, by two static hooks; only one start at a time may replace them. */
    private static final Object STARTING = new Object();

    private final KafkaRaftServer server;
    private final Path directory;
    private final boolean temporary;
    private final int port;
    private boolean closed;

    private EmbeddedKafka(KafkaRaftServer server, Path directory, boolean temporary, int port) {
        this.server = server;
        this.directory = directory;
        this.temporary = temporary;
        this.port = port;
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
        return start(directoryOrNull, 0, Map.of());
    }

    /**
     * Starts a broker as {@link #start(Path)} does, with some properties of its own.
     *
     * @param port where it listens, so that clients find it again after a restart; 0 for any port that is free
     * @param properties properties of the broker, by Kafka's own names, that stand in place of ours
     */
    public static EmbeddedKafka start(Path directoryOrNull, int port, Map<String, String> properties) {
        boolean temporary = directoryOrNull == null;
        Path directory = prepare(directoryOrNull);
        try {
            return start(directory, temporary, port, properties);
        } catch (RuntimeException e) {
            if (temporary) {
                delete(directory);
            }
            throw e;
        }
    }

    /** Address for {@code bootstrap.servers}, for example {@code 127.0.0.1:40123}. */
    public String bootstrapServers() {
        return HOST + ":" + port;
    }

    /** Port that it listens on. */
    public int port() {
        return port;
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
            delete(directory);
        }
    }

    private static Path prepare(Path directoryOrNull) {
        try {
            return directoryOrNull == null
                    ? Files.createTempDirectory("perennial-kafka-")
                    : Files.createDirectories(directoryOrNull.toAbsolutePath().normalize());
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

    private static EmbeddedKafka start(Path directory, boolean temporary, int port, Map<String, String> properties) {
        synchronized (STARTING) {
            requireFree(directory);
            format(directory);
            for (int attempt = 1; ; attempt++) {
                int[] ports = freePorts();
                ports[0] = port == 0 ? ports[0] : port;
                KafkaRaftServer server = null;
                Exit.setExitProcedure(EmbeddedKafka::refuseToExit);
                Exit.setHaltProcedure(EmbeddedKafka::refuseToExit);
                try {
                    Map<String, Object> all = properties(directory, ports[0], ports[1]);
                    all.putAll(properties);
                    server = new KafkaRaftServer(new KafkaConfig(all, false), Time.SYSTEM);
                    server.startup();
                    log.debug("embedded Kafka listens: address={}:{} folder={}", HOST, ports[0], directory);
                    return new EmbeddedKafka(server, directory, temporary, ports[0]);
                } catch (Exception e) {
                    abandon(server);
                    // Between finding a port free and binding it another process can take it.
                    if (attempt == ATTEMPTS || !isBindError(e)) {
                        throw UserException.failed(
                                "the embedded Kafka broker did not start: folder="
                                        + directory
                                        + " error="
                                        + rootCause(e)
                                        + "; if the folder was written by another version or is damaged, name an empty one",
                                e);
                    }
                } finally {
                    Exit.resetExitProcedure();
                    Exit.resetHaltProcedure();
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

    private static void format(Path directory) {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try {
            new Formatter()
                    .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                    .setNodeId(NODE)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(directory.toString())
                    .addDirectory(directory.toString())
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    // With version 2 Flink reports a fenced producer, "data loss", after every restore; there is none.
                    .setFeatureLevel("transaction.version", (short) 1)
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

    private static Map<String, Object> properties(Path directory, int port, int controllerPort) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE));
        properties.put("controller.quorum.voters", NODE + "@" + HOST + ":" + controllerPort);
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("inter.broker.listener.name", "PLAINTEXT");
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put(
                "listeners", "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
        properties.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
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
        // The default of 128 MB is taken from the heap at start; compacted topics here are small.
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(10 * 1024 * 1024));
        return properties;
    }

    private static int[] freePorts() {
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getByName(HOST));
                ServerSocket second = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return new int[] {first.getLocalPort(), second.getLocalPort()};
        } catch (IOException e) {
            throw UserException.failed(
                    "the embedded Kafka broker needs two free TCP ports on " + HOST + ": error=" + e, e);
        }
    }

    private static void refuseToExit(int status, String message) {
        throw new IllegalStateException(
                "Kafka gave up: status=" + status + (message == null ? "" : " error=" + message));
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

    private static void delete(Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException error) throws IOException {
                    if (error instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw error;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException error) throws IOException {
                    if (error != null) {
                        throw error;
                    }
                    Files.delete(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the temporary folder of the embedded Kafka broker", e);
        }
    }
}
