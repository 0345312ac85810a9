package perennial.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.TopicContents;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.schemas.RecordCodec;

class EmbeddedKafkaITCase {

    private static final String EVENTS = "perennial.events.v1";

    @TempDir
    private Path folder;

    @Test
    void shouldKeepTopicsOverARestartOnTheSameFolder() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kept"));
                Admin admin = admin(kafka)) {
            admin.createTopics(List.of(new NewTopic("kept", Optional.of(3), Optional.empty())))
                    .all()
                    .get();
        }

        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kept"));
                Admin admin = admin(kafka)) {
            assertThat(admin.listTopics().names().get()).contains("kept");
            assertThat(admin.describeTopics(List.of("kept"))
                            .allTopicNames()
                            .get()
                            .get("kept")
                            .partitions())
                    .hasSize(3);
        }
        assertThat(folder.resolve("kept").resolve("meta.properties")).exists();
    }

    @Test
    void shouldRunTwoAtOnceWithoutSharingTopics() throws Exception {
        try (EmbeddedKafka one = EmbeddedKafka.start();
                EmbeddedKafka other = EmbeddedKafka.start();
                Admin ofOne = admin(one);
                Admin ofOther = admin(other)) {
            ofOne.createTopics(List.of(new NewTopic("mine", 1, (short) 1)))
                    .all()
                    .get();

            assertThat(one.bootstrapServers()).isNotEqualTo(other.bootstrapServers());
            // The broker hears of a new topic a moment after the controller.
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(
                            () -> assertThat(ofOne.listTopics().names().get()).containsExactly("mine"));
            assertThat(ofOther.listTopics().names().get()).isEmpty();
        }
    }

    @Test
    void shouldDeleteATemporaryFolderWhenClosed() {
        Path temporary;
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            temporary = kafka.directory();
            assertThat(temporary).isDirectory();
        }

        assertThat(temporary).doesNotExist();
    }

    @Test
    void shouldListenOnTheLoopbackAddressOnly() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Admin admin = admin(kafka)) {
            assertThat(admin.describeCluster().nodes().get()).singleElement().satisfies(node -> assertThat(
                            InetAddress.getByName(node.host()).isLoopbackAddress())
                    .isTrue());
        }
    }

    @Test
    void shouldCreateNoTopicByItself() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Admin admin = admin(kafka)) {
            assertThatThrownBy(() -> admin.describeTopics(List.of("misspelt"))
                            .allTopicNames()
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
            assertThat(admin.listTopics().names().get()).isEmpty();
        }
    }

    @Test
    void shouldFinaliseTheTransactionVersionThatFlinkRecoversWithoutErrorsOn() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Admin admin = admin(kafka)) {
            assertThat(admin.describeFeatures()
                            .featureMetadata()
                            .get()
                            .finalizedFeatures()
                            .get("transaction.version")
                            .maxVersionLevel())
                    .isEqualTo((short) 1);
        }
    }

    @Test
    void shouldKeepAcknowledgedRecordsWhenItsProcessIsKilled() throws Exception {
        try (EmbeddedKafkaProcess.Running killed = EmbeddedKafkaProcess.start(folder.resolve("kept"))) {
            KafkaConnection connection = eventsTopic(killed.bootstrapServers());
            try (EventPublisher publisher = new EventPublisher(connection, EVENTS)) {
                Samples.stream("s", 100).forEach(publisher::send);
                publisher.flush();
            }
        }

        assertThat(kept()).hasSize(100).isEqualTo(Samples.stream("s", 100));
    }

    /** A broker that goes on without a disk would be alive to whoever looks after its process, and answer nobody. */
    @Test
    void shouldEndItsProcessWhenItsDiskIsFullAndHaveKeptWhatItAcknowledged() throws Exception {
        int acknowledged = 0;
        try (EmbeddedKafkaProcess.Running cramped =
                EmbeddedKafkaProcess.startCramped(folder.resolve("kept"), 16, folder.resolve("errors.txt"))) {
            KafkaConnection connection = eventsTopic(cramped.bootstrapServers());
            byte[] value = new RecordCodec().encode(Samples.stream("s", 1).get(0));
            Header large = new RecordHeader("large", new byte[900_000]);
            Producer<byte[], byte[]> producer = connection.producer();
            try {
                for (; cramped.process().isAlive() && acknowledged < 100; acknowledged++) {
                    producer.send(new ProducerRecord<>(EVENTS, 0, new byte[0], value, List.of(large)))
                            .get(5, TimeUnit.SECONDS);
                }
            } catch (ExecutionException | TimeoutException e) {
                // It answers no more.
            } finally {
                // What waits is not waited for.
                producer.close(Duration.ZERO);
            }
            assertThat(cramped.process().onExit().get(1, TimeUnit.MINUTES).exitValue())
                    .isEqualTo(1);
            assertThat(Files.readString(cramped.errors()))
                    .contains("perennial: the embedded Kafka broker cannot go on", "make room for its folder");
        }

        assertThat(acknowledged).isBetween(10, 20);
        assertThat(kept()).hasSizeGreaterThanOrEqualTo(acknowledged);
    }

    private static KafkaConnection eventsTopic(String bootstrapServers) {
        KafkaConnection connection = KafkaConnection.to(bootstrapServers);
        try (Topics topics = new Topics(connection)) {
            topics.create(
                    TopicPlan.all(
                            Configuration.parse("", "test", List.of(), name -> null)
                                    .topics(),
                            OptionalInt.of(1),
                            -1,
                            1000),
                    (short) -1);
        }
        return connection;
    }

    /** The events that are there when a broker is started on the folder again. */
    private List<SpecificRecord> kept() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kept"))) {
            return TopicContents.decoded(KafkaConnection.to(kafka.bootstrapServers()), EVENTS, true);
        }
    }

    @Test
    void shouldRefuseAFolderThatAnotherBrokerUses() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
            assertThat(kafka.directory()).isEqualTo(folder);
            assertThatThrownBy(() -> EmbeddedKafka.start(folder))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void shouldSayThatADamagedFolderCannotBeUsed() throws Exception {
        Files.writeString(folder.resolve("meta.properties"), "version=1\ncluster.id=other\nnode.id=7\n");

        assertThatThrownBy(() -> EmbeddedKafka.start(folder))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void shouldSayThatAFileIsNoFolder() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> EmbeddedKafka.start(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("folder=" + file);
    }

    private static Admin admin(EmbeddedKafka kafka) {
        return Admin.create(Map.copyOf(kafka.clientProperties()));
    }
}
