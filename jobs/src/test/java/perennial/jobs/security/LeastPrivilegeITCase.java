package perennial.jobs.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.jobs.CommandRun;
import perennial.jobs.PerennialProcess;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.TopicsSection;
import perennial.jobs.dashboard.Dashboard;
import perennial.jobs.dashboard.DashboardAddress;
import perennial.jobs.dashboard.DashboardSource;
import perennial.jobs.dashboard.ToldEvents;
import perennial.jobs.kafka.DeadLetterHeaders;
import perennial.jobs.kafka.KafkaConnection;
import perennial.jobs.kafka.SecureKafka;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;

/**
 * The rights that docs/security.md lists, on a broker that refuses everything else: with them all commands do their work, and without
 * any one of them the command that needs it says so and ends.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = java.util.concurrent.TimeUnit.MINUTES)
class LeastPrivilegeITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String DASHBOARD = "dashboard";
    private static final String REPLAYER = "replayer";
    private static final String EVENT =
            "{\"type\":\"example\",\"stream\":\"published\",\"sequence\":0,\"features\":[0.5,1.0],\"label\":1}\n";

    @TempDir
    private static Path folder;

    private static long lettersWritten;
    private static SecureKafka kafka;
    private static List<AclBinding> all;
    private static final Map<String, Path> configurations = new HashMap<>();

    @BeforeAll
    static void startBroker() throws Exception {
        String[] users = {
            "job", "watcher", "labels", "actors", "publisher", "reader", DASHBOARD, REPLAYER, "commander", "operator"
        };
        kafka = SecureKafka.start(folder, users);
        all = GrantedRight.all().stream().map(GrantedRight::binding).toList();
        for (String user : users) {
            configurations.put(
                    user,
                    Files.writeString(folder.resolve(user + ".yaml"), kafka.withPassword(user) + learnersAndSources()));
        }
        Files.writeString(folder.resolve("events.jsonl"), EVENT);
        kafka.grant(all);
        CommandRun create = command("operator", "topics", "create");
        assertThat(create.exitCode()).as(create.err()).isZero();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @BeforeEach
    void grantAll() throws Exception {
        kafka.grant(all);
    }

    private static String learnersAndSources() {
        return """
                flink: {execution.checkpointing.interval: 300ms}
                labels:
                  stream: labels
                  images: {type: synthetic, rows: 4, columns: 4, count: 20}
                  resets: 2
                  examplesPerTask: 40
                alerts: [{name: any-task, type: above, quantity: task.records, raise: 0, clear: 0}]
                environment: {name: minatar/breakout, steps: 60, saveEvery: 50, stateFolder: "%s"}
                learners:
                  - name: classifier
                    streams: [labels]
                    predictions: true
                    task: {type: classification, input: [16], classes: 10}
                    network: {type: mlp, hidden: [8]}
                    batch: {size: 10}
                    metrics: {every: 2}
                  - name: player
                    streams: [player]
                    task: {type: reinforcement, input: [400], actions: 6, warmUp: 20, replay: {capacity: 200}}
                    network: {type: mlp, hidden: [8]}
                    batch: {size: 4}
                    metrics: {every: 10}
                    policies: {publishEvery: 5, progressEvery: 5}
                """.formatted(folder.resolve("actors"));
    }

    private static CommandRun command(String user, String... words) {
        return CommandRun.of(Stream.concat(Stream.of(words), Stream.of("--config", configurations.get(user)))
                .toArray());
    }

    private static CommandRun commandOf(String user) throws Exception {
        return switch (user) {
            case "job" ->
                command(user, "run", "--state", folder.resolve("state").toString());
            case "watcher" ->
                command(user, "watch", "--state", folder.resolve("watch-state").toString());
            case "labels" -> command(user, "produce", "labels", "--quiet");
            case "actors" -> command(user, "produce", "minatar", "--quiet");
            case "publisher" ->
                command(
                        user,
                        "publish",
                        "--events",
                        folder.resolve("events.jsonl").toString());
            case "reader" -> command(user, "metrics", "export", "--format", "json");
            case "commander" ->
                command(user, "control", "set-rate", "--learner", "classifier", "--learning-rate", "1e-3");
            case REPLAYER -> {
                letter();
                yield command(user, "dead-letters", "replay", "--force", "--yes");
            }
            case "operator" -> command(user, "topics", "check");
            default -> throw new IllegalArgumentException("there is no such user: user=" + user);
        };
    }

    /** Writes a dead letter about a record that there never was, so that there is something to send again. */
    private static void letter() throws Exception {
        DeadLetter letter = new DeadLetter(
                ByteBuffer.wrap(EVENT.strip().replace("published", "lost").getBytes(StandardCharsets.UTF_8)),
                null,
                List.of(),
                topics().events(),
                0,
                1_000_000 + lettersWritten++,
                DeadLetterReason.UNKNOWN_STREAM,
                "nobody follows it");
        try (Producer<byte[], byte[]> producer = kafka.superUser().producer()) {
            producer.send(DeadLetterHeaders.toRecord(topics().deadLetters(), letter))
                    .get();
        }
    }

    private static TopicsSection topics() {
        return configuration(DASHBOARD).topics();
    }

    private static Configuration configuration(String user) {
        return Configuration.load(configurations.get(user), List.of());
    }

    private static CommandRun commandThatNeeds(GrantedRight right) throws Exception {
        if (right.operation() == AclOperation.CREATE) {
            return command("operator", "topics", "create");
        }
        return right.who().equals("reader") && right.name().contains("policies")
                ? followPolicies()
                : commandOf(right.who());
    }

    private static CommandRun followPolicies() {
        return command(
                "reader",
                "policy",
                "follow",
                "--once",
                "--to",
                folder.resolve("policies").toString());
    }

    @Test
    @Order(1)
    void shouldDoEverythingWithTheseRights() throws Exception {
        try (PerennialProcess job = startJob();
                PerennialProcess watch = startWatch()) {
            // Commands that were sent before a job is submitted are not for it.
            awaitRunning(job);
            for (String user : List.of("operator", "publisher", "labels", "actors", "commander", REPLAYER)) {
                CommandRun run = commandOf(user);
                assertThat(run.exitCode())
                        .as(user + ": " + run.err() + run.out())
                        .isZero();
            }
            await().atMost(PATIENCE).until(() -> followPolicies().exitCode() == 0);
            await().atMost(PATIENCE).until(() -> {
                assertThat(job.isAlive()).as(job.output()).isTrue();
                // Two tasks of the labels are over; read by somebody who sees committed records only.
                return commandOf("reader").lines().stream()
                                .filter(line -> line.contains("taskSummary"))
                                .count()
                        >= 2;
            });
            awaitHealth(health -> {
                assertThat(health.path("trouble").asText()).isEmpty();
                assertThat(health.path("missing"))
                        .allMatch(sentence -> sentence.asText().isEmpty());
                assertThat(health.path("lag").isNumber()).isTrue();
                assertThat(health.path("deadLetters").asInt()).isPositive();
                assertThat(health.path("policies")).isNotEmpty();
                assertThat(health.path("records").asInt()).isPositive();
            });

            // Its rule is met by every summary.
            await().atMost(PATIENCE).until(() -> {
                assertThat(watch.isAlive()).as(watch.output()).isTrue();
                return watch.output().contains("RAISED  classifier: any-task");
            });

            assertThat(job.terminate()).as(job.output()).isZero();
            assertThat(watch.terminate()).as(watch.output()).isZero();
        }
    }

    static Collection<GrantedRight> rights() throws IOException {
        return GrantedRight.all().stream()
                .filter(right -> !right.who().equals(DASHBOARD))
                .toList();
    }

    static Collection<GrantedRight> rightsOfTheDashboard() throws IOException {
        return GrantedRight.all().stream()
                .filter(right -> right.who().equals(DASHBOARD))
                .toList();
    }

    private static void grantAllBut(GrantedRight missing) throws Exception {
        kafka.grant(all.stream()
                .filter(binding -> !binding.equals(missing.binding()))
                .toList());
    }

    /** A page with a hole says what the hole is, and shows the rest. */
    @ParameterizedTest
    @MethodSource("rightsOfTheDashboard")
    @Order(2)
    void shouldShowTheRestAndNameTheRightThatIsMissing(GrantedRight missing) throws Exception {
        grantAllBut(missing);

        awaitHealth(health -> {
            List<String> sentences = Stream.concat(
                            Stream.of(health.path("trouble")),
                            health.path("missing").valueStream())
                    .map(JsonNode::asText)
                    .filter(sentence -> !sentence.isEmpty())
                    .toList();
            assertThat(sentences).singleElement(STRING).contains(lacks(missing), missing.beginning(), "kafka-acls");
            boolean isWhole = missing.name().equals(topics().metrics());
            assertThat(health.path("trouble").asText().isEmpty()).isEqualTo(!isWhole);
        });
    }

    private static void awaitHealth(ThrowingConsumer<JsonNode> expected) throws Exception {
        Configuration configuration = configuration(DASHBOARD);
        DashboardSource source = DashboardSource.of(configuration, KafkaConnection.of(configuration.kafka()));
        try (Dashboard dashboard = Dashboard.start(source, new DashboardAddress(DashboardAddress.LOOPBACK, 0, false));
                ToldEvents page = new ToldEvents(dashboard.address(), "metric=loss", null)) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(page.health()).isNotNull();
                expected.accept(page.health());
            });
        }
    }

    private static String lacks(GrantedRight missing) {
        return "User:" + missing.who() + " lacks the right " + SecurityUtils.operationName(missing.operation())
                + " on the ";
    }

    @ParameterizedTest
    @MethodSource("rights")
    @Order(2)
    void shouldNameARightThatIsMissing(GrantedRight missing) throws Exception {
        grantAllBut(missing);

        CommandRun run = commandThatNeeds(missing);

        assertThat(run.exitCode()).as(missing + ": " + run.err() + run.out()).isEqualTo(1);
        String principal = "User:" + missing.who();
        String operation = SecurityUtils.operationName(missing.operation());
        assertThat(run.err() + run.out())
                .contains(lacks(missing))
                .contains("kafka-acls --bootstrap-server " + kafka.passwordsAddress())
                .contains("--allow-principal \"" + principal + "\" --operation " + operation)
                .contains(missing.beginning());
        assertThat(run.err() + run.out()).doesNotContain("unexpected trouble");
    }

    @Test
    @Order(3)
    void shouldEndAJobWhoseRightIsTakenAway() throws Exception {
        try (PerennialProcess job = startJob()) {
            awaitRunning(job);
            kafka.grant(all.stream()
                    .filter(binding -> binding.pattern().resourceType() != ResourceType.TRANSACTIONAL_ID)
                    .toList());

            assertThat(job.await()).as(job.output()).isEqualTo(1);

            assertThat(job.output())
                    .contains("User:job lacks the right Write on the transactional ids that begin with")
                    .contains("the job has ended: put it right, and go on with --resume latest");
        }
    }

    private static void awaitRunning(PerennialProcess job) {
        await().atMost(PATIENCE).until(() -> {
            assertThat(job.isAlive()).as(job.output()).isTrue();
            return job.output().contains("running: ");
        });
    }

    private static PerennialProcess startWatch() throws IOException {
        return PerennialProcess.start(
                folder, "watch", "--config", configurations.get("watcher"), "--state", folder.resolve("watch-state"));
    }

    private static PerennialProcess startJob() throws IOException {
        return PerennialProcess.start(
                folder, "run", "--config", configurations.get("job"), "--state", folder.resolve("state"));
    }
}
