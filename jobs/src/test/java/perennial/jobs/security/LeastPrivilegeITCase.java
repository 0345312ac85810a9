package perennial.jobs.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;
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
import perennial.jobs.kafka.SecureKafka;

/**
 * The rights that docs/security.md lists, on a broker that refuses everything else: with them all commands do their work, and without
 * any one of them the command that needs it says so and ends.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = java.util.concurrent.TimeUnit.MINUTES)
class LeastPrivilegeITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String EVENT =
            "{\"type\":\"example\",\"stream\":\"published\",\"sequence\":0,\"features\":[0.5,1.0],\"label\":1}\n";

    @TempDir
    private static Path folder;

    private static SecureKafka kafka;
    private static List<AclBinding> all;
    private static final Map<String, Path> configurations = new HashMap<>();

    @BeforeAll
    static void startBroker() throws Exception {
        String[] users = {"job", "labels", "actors", "publisher", "reader", "commander", "operator"};
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

    private static CommandRun commandOf(String user) {
        return switch (user) {
            case "job" ->
                command(user, "run", "--state", folder.resolve("state").toString());
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
            case "operator" -> command(user, "topics", "check");
            default -> throw new IllegalArgumentException("there is no such user: user=" + user);
        };
    }

    private static CommandRun commandThatNeeds(GrantedRight right) {
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
        try (PerennialProcess job = startJob()) {
            // Commands that were sent before a job is submitted are not for it.
            awaitRunning(job);
            for (String user : List.of("operator", "publisher", "labels", "actors", "commander")) {
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

            assertThat(job.terminate()).as(job.output()).isZero();
        }
    }

    static Collection<GrantedRight> rights() throws IOException {
        return GrantedRight.all();
    }

    @ParameterizedTest
    @MethodSource("rights")
    @Order(2)
    void shouldNameARightThatIsMissing(GrantedRight missing) throws Exception {
        kafka.grant(all.stream()
                .filter(binding -> !binding.equals(missing.binding()))
                .toList());

        CommandRun run = commandThatNeeds(missing);

        assertThat(run.exitCode()).as(missing + ": " + run.err() + run.out()).isEqualTo(1);
        String principal = "User:" + missing.who();
        String operation = SecurityUtils.operationName(missing.operation());
        assertThat(run.err() + run.out())
                .contains(principal + " lacks the right " + operation + " on the ")
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

    private static PerennialProcess startJob() throws IOException {
        return PerennialProcess.start(
                folder, "run", "--config", configurations.get("job"), "--state", folder.resolve("state"));
    }
}
