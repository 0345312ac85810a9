package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.streaming.types.DeadLetterSerializer;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;

/**
 * What is left of a sink that does not come to open. A TaskManager lives through many such attempts: while another is dead, its slots are
 * still offered for a moment, and the tasks that were sent to both are cancelled.
 */
class ExactlyOnceKafkaSinkITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    /** Takes connections and says nothing. */
    private ServerSocket silentBroker;

    private Set<Thread> before;

    @BeforeEach
    void lookAtTheThreads() throws Exception {
        before = Thread.getAllStackTraces().keySet();
        silentBroker = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void closeTheBroker() throws Exception {
        silentBroker.close();
    }

    @Test
    void shouldLeaveNoClientWhereItsJobIsCancelledWhileItOpens() throws Exception {
        try (EmbeddedFlink flink = EmbeddedFlink.start(options(), 1)) {
            JobID job = submit(flink, "60000");
            await().atMost(PATIENCE).until(() -> !clients().isEmpty());

            flink.cancel(job);

            await().atMost(PATIENCE).until(() -> flink.status(job) == JobStatus.CANCELED);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(clients()).isEmpty());
        }
    }

    @Test
    void shouldLeaveNoClientWhereTheBrokerDoesNotAnswer() throws Exception {
        try (EmbeddedFlink flink = EmbeddedFlink.start(options(), 1)) {
            JobID job = submit(flink, "200");

            assertThatThrownBy(() -> flink.await(job)).hasStackTraceContaining("TimeoutException");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(clients()).isEmpty());
        }
    }

    private Configuration options() {
        return FlinkOptions.effective(Map.of("restart-strategy.type", "none"), folder);
    }

    /** The names of the Kafka clients' threads that were not there before. */
    private Set<String> clients() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> name.startsWith("kafka-"))
                .collect(Collectors.toSet());
    }

    private JobID submit(EmbeddedFlink flink, String timeoutMs) {
        Properties client = new Properties();
        client.setProperty("bootstrap.servers", "127.0.0.1:" + silentBroker.getLocalPort());
        client.setProperty("default.api.timeout.ms", timeoutMs);
        client.setProperty("request.timeout.ms", timeoutMs);
        client.setProperty("transaction.timeout.ms", "60000");
        TopicSerialization<DeadLetter> serialization = new DeadLetterSerialization("letters");
        KafkaSink<DeadLetter> sink = KafkaSink.<DeadLetter>builder()
                .setKafkaProducerConfig(client)
                .setRecordSerializer(serialization)
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix("test")
                .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                .build();
        DeadLetter letter = new DeadLetter(null, null, List.of(), "events", 0, 0L, DeadLetterReason.OTHER, "a test");
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options());
        environment
                .fromData(List.of(letter), DeadLetterSerializer.TYPE_INFO)
                .sinkTo(new ExactlyOnceKafkaSink<>(sink, serialization.topic(), client));
        return flink.submit(environment, "letters");
    }
}
