package perennial.jobs.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.streaming.runtime.operators.sink.SinkWriterOperatorFactory;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import perennial.v1.DeadLetter;

/** What is left of a sink that does not come to open: Flink closes the operator, but the operator has no writer yet. */
class ExactlyOnceKafkaSinkTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Set<Thread> before;

    @BeforeEach
    void lookAtTheThreads() {
        before = Thread.getAllStackTraces().keySet();
    }

    @Test
    void shouldLeaveNoClientWhereItIsCancelledWhileItOpens() throws Exception {
        try (ServerSocket silent = silentBroker()) {
            FutureTask<Throwable> outcome = new FutureTask<>(() -> failureOfOpening(silent, "60000"));
            Thread task = new Thread(outcome, "task");
            task.start();
            await().atMost(PATIENCE).until(() -> !clients().isEmpty() && task.getState() == Thread.State.WAITING);

            task.interrupt();

            assertThat(outcome.get()).hasRootCauseInstanceOf(InterruptedException.class);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(clients()).isEmpty());
        }
    }

    @Test
    void shouldLeaveNoClientWhereTheBrokerDoesNotAnswer() throws Exception {
        try (ServerSocket silent = silentBroker()) {
            assertThat(failureOfOpening(silent, "200")).hasRootCauseInstanceOf(TimeoutException.class);

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(clients()).isEmpty());
        }
    }

    /** Takes connections and says nothing. */
    private static ServerSocket silentBroker() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** The names of the Kafka clients' threads that were not there before. */
    private Set<String> clients() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> name.startsWith("kafka-"))
                .collect(Collectors.toSet());
    }

    private static Throwable failureOfOpening(ServerSocket broker, String timeoutMs) throws Exception {
        Properties client = new Properties();
        client.setProperty("bootstrap.servers", "127.0.0.1:" + broker.getLocalPort());
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
        var harness = new OneInputStreamOperatorTestHarness<>(
                new SinkWriterOperatorFactory<>(new ExactlyOnceKafkaSink<>(sink, serialization.topic(), client)));
        try {
            return catchThrowable(harness::open);
        } finally {
            harness.close();
        }
    }
}
