package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.kafka.EmbeddedKafka;

class TopicsCommandITCase {

    private EmbeddedKafka kafka;

    @TempDir
    private Path folder;

    @BeforeEach
    void startKafka() {
        kafka = EmbeddedKafka.start();
    }

    @AfterEach
    void stopKafka() {
        kafka.close();
    }

    @Test
    void shouldCreateWhatIsMissingAndLeaveWhatIsThere() {
        CommandRun first = new CommandRun("topics");
        CommandRun second = new CommandRun("topics");

        assertThat(first.execute("create", "-b", kafka.bootstrapServers(), "--partitions", "3"))
                .isZero();
        assertThat(second.execute("create", "-b", kafka.bootstrapServers())).isZero();

        assertThat(first.lines())
                .hasSize(7)
                .allMatch(line -> line.contains(": created"))
                .contains("perennial.events.v1: created partitions=3 cleanup.policy=delete")
                .contains("perennial.policies.v1: created partitions=1 cleanup.policy=compact");
        assertThat(second.lines()).hasSize(7).allMatch(line -> line.endsWith(": exists already"));
    }

    @Test
    void shouldFindNothingWrongWithWhatItCreated() {
        new CommandRun("topics").execute("create", "-b", kafka.bootstrapServers(), "--partitions", "3");
        CommandRun check = new CommandRun("topics");

        assertThat(check.execute("check", "-b", kafka.bootstrapServers(), "--partitions", "3"))
                .as(check.out())
                .isZero();

        assertThat(check.lines().get(0))
                .contains(kafka.bootstrapServers())
                .contains("transaction.version=1")
                .contains("client=4.2.");
        assertThat(check.lines()).filteredOn(line -> line.endsWith("  ok")).hasSize(7);
        assertThat(check.out()).contains("7 days").contains("last of each key");
    }

    @Test
    void shouldNameWhatIsMissingAndTheCommandThatCreatesIt() {
        CommandRun check = new CommandRun("topics");

        assertThat(check.execute("check", "-b", kafka.bootstrapServers())).isEqualTo(1);

        assertThat(check.lines()).filteredOn(line -> line.endsWith("  missing")).hasSize(7);
        assertThat(check.out())
                .contains("perennial.metrics.v1: it does not exist; create it with \"perennial topics create"
                        + " --bootstrap-server " + kafka.bootstrapServers());
    }

    @Test
    void shouldNameTopicsThatWouldLoseRecords() throws Exception {
        try (Admin admin = Admin.create(Map.copyOf(kafka.clientProperties()))) {
            admin.createTopics(List.of(
                            new NewTopic("perennial.events.v1", 2, (short) 1)
                                    .configs(Map.of("cleanup.policy", "compact", "max.message.bytes", "2000")),
                            new NewTopic("perennial.policies.v1", 1, (short) 1)))
                    .all()
                    .get();
        }
        CommandRun check = new CommandRun("topics");

        assertThat(check.execute("check", "-b", kafka.bootstrapServers(), "--partitions", "5"))
                .isEqualTo(1);

        assertThat(check.lines())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("perennial.events.v1: ")
                        .contains("cleanup.policy=compact")
                        .contains("--add-config cleanup.policy=delete"))
                .anySatisfy(line ->
                        assertThat(line).startsWith("perennial.events.v1: ").contains("max.message.bytes=2000"))
                .anySatisfy(line ->
                        assertThat(line).startsWith("perennial.events.v1: ").contains("needed=5 found=2"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("perennial.policies.v1: ")
                        .contains("--add-config cleanup.policy=compact"));
    }

    @Test
    void shouldTakeNamesAndAddressFromTheConfiguration() throws IOException {
        Path config = Files.writeString(
                folder.resolve("job.yaml"),
                "kafka: {bootstrap.servers: \"" + kafka.bootstrapServers() + "\"}\n"
                        + "topics: {events: mine.events, metrics: mine.metrics}\n");
        CommandRun create = new CommandRun("topics");

        assertThat(create.execute("create", "--config", config.toString())).isZero();

        assertThat(create.out()).contains("mine.events: created").contains("mine.metrics: created");
    }

    @Test
    void shouldNameTheAddressThatDoesNotAnswer() throws IOException {
        String address = kafka.bootstrapServers();
        kafka.close();
        Path config = Files.writeString(
                folder.resolve("job.yaml"),
                "kafka: {bootstrap.servers: \"" + address + "\", default.api.timeout.ms: 1500}\n");
        CommandRun check = new CommandRun("topics");

        assertThat(check.execute("check", "--config", config.toString())).isEqualTo(1);

        assertThat(check.err()).contains("address=" + address).contains("no broker answered");
    }

    @Test
    void shouldNameAHostThatDoesNotExist() {
        CommandRun check = new CommandRun("topics");

        assertThat(check.execute("check", "-b", "no-such-host.invalid:9092")).isEqualTo(1);

        assertThat(check.err()).contains("no-such-host.invalid:9092").contains("no such host");
    }

    @Test
    void shouldAskForAnAddress() {
        CommandRun check = new CommandRun("topics");

        assertThat(check.execute("check")).isEqualTo(2);

        assertThat(check.err()).contains("--bootstrap-server");
    }

    @Test
    void shouldSayHowManyBrokersAReplicationFactorNeeds() {
        CommandRun create = new CommandRun("topics");

        assertThat(create.execute("create", "-b", kafka.bootstrapServers(), "--replication-factor", "3"))
                .isEqualTo(1);

        assertThat(create.err())
                .contains("create the topic perennial.events.v1")
                .contains("number of brokers");
    }
}
