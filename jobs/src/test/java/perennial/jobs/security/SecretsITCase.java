package perennial.jobs.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.PerennialProcess;
import perennial.jobs.TopicContents;
import perennial.jobs.kafka.SecureKafka;
import perennial.jobs.kafka.TestCertificates;

/**
 * Every secret here holds the word {@code planted}: in what a user gives for Kafka and Flink, true logins among it. Whatever is
 * printed, logged, answered or written while commands work and fail is searched for that word.
 */
class SecretsITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final byte[] WORD = "planted".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern PAGE = Pattern.compile("Flink's web page is at (\\S+)");
    private static final Pattern JOB = Pattern.compile("job ([0-9a-f]{32}) runs");

    private static final String MORE_SECRETS = """
              ssl.key.password: "STORE_PASSWORD"
              ssl.keystore: {location: "STORE", type: PKCS12, password: "STORE_PASSWORD"}
              sasl.oauthbearer.client.credentials.client.secret: planted-client-secret
              basic.auth.user.info: "me:planted-user-info"
              some.plug-in.url: "https://me:planted@in-address@127.0.0.1:1/x"
              some.plug-in.token: planted-token
              producer: {some.plug-in.secret: planted-producer-secret}
            flink:
              execution.checkpointing.interval: 300ms
              s3: {access-key: planted-access-key, secret-key: planted-secret-key}
              fs.azure.account.key.name.blob.core.windows.net: planted-account-key
              metrics.reporter.mine.apikey: planted-api-key
              my.plug-in.passphrase: planted-passphrase
              my.plug-in.address: "http://me:planted@127.0.0.1:1"
              env.java.opts.client: "-Djavax.net.ssl.trustStorePassword=planted-option"
            """;

    private static final String LEARNER = """
            learners:
              - name: classifier
                streams: [s]
                task: {type: classification, input: [2], classes: 10}
                network: {type: mlp, hidden: [4]}
                batch: {size: 1}
                metrics: {every: 1}
            """;

    @TempDir
    private Path secrets;

    @TempDir
    private Path folder;

    private SecureKafka kafka;
    private Path configuration;

    /** What was seen, by where. */
    private final Map<String, byte[]> seen = new TreeMap<>();

    @BeforeEach
    void startBroker() throws Exception {
        kafka = SecureKafka.start(secrets, "job");
        kafka.grant(Stream.of(ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID)
                .map(resource -> new AclBinding(
                        new ResourcePattern(resource, "perennial", PatternType.PREFIXED),
                        new AccessControlEntry("User:job", "*", AclOperation.ALL, AclPermissionType.ALLOW)))
                .toList());
        configuration = Files.writeString(
                secrets.resolve("job.yaml"),
                kafka.withPassword("job")
                        + MORE_SECRETS
                                .replace("STORE_PASSWORD", TestCertificates.PASSWORD)
                                .replace(
                                        "STORE",
                                        kafka.certificates().store("server").toString())
                        + LEARNER);
    }

    @AfterEach
    void stopBroker() {
        kafka.close();
    }

    @Test
    void shouldShowNoSecretWhateverIsDone() throws Exception {
        command("topics", "create");
        Path events = Files.writeString(folder.resolve("events.jsonl"), events());
        try (PerennialProcess job = PerennialProcess.startWith(
                List.of("-Dperennial.log.level=TRACE", "-Dperennial.log.level.others=DEBUG"),
                folder,
                "run",
                "--config",
                configuration,
                "--state",
                folder.resolve("state"))) {
            command("publish", "--events", events.toString());
            await().atMost(PATIENCE).until(() -> {
                assertThat(job.isAlive()).as(job.output()).isTrue();
                return command("metrics", "export", "--format", "json").lines().size() > 5;
            });
            askEverything(job.output());
            assertThat(job.terminate()).as(job.output()).isZero();
            see("log of the job", job.output());
            assertThat(job.output()).as("what was masked").contains(" DEBUG ", "******");
        }
        failInEveryWay();
        sweep();
        for (String topic : List.of("perennial.events.v1", "perennial.metrics.v1", "perennial.dead-letters.v1")) {
            read(topic);
        }
        assertThat(seen.keySet()).as("a dead letter was written").anyMatch(name -> name.contains("dead-letters.v1 0"));
        files(folder);

        assertThat(seen).hasSizeGreaterThan(60);
        seen.forEach((where, bytes) -> assertThat(indexOf(bytes, WORD))
                .as("%s: %s", where, around(bytes))
                .isNegative());
    }

    private static String events() {
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            events.append("{\"type\":\"example\",\"stream\":\"s\",\"sequence\":")
                    .append(i)
                    .append(",\"features\":[0.5,1.0],\"label\":1}\n");
        }
        // The last comes again: it becomes a dead letter.
        return events.append(events.substring(events.lastIndexOf("{"))).toString();
    }

    /** All that Flink's REST interface tells. */
    private void askEverything(String output) throws IOException, InterruptedException {
        Matcher page = PAGE.matcher(output);
        Matcher job = JOB.matcher(output);
        assertThat(page.find() && job.find()).as(output).isTrue();
        String id = job.group(1);
        URI address = URI.create(page.group(1));
        List<String> paths = new ArrayList<>();
        for (String path : List.of(
                "config", "overview", "cluster", "datasets", "jobs", "jobs/overview", "jobs/metrics", "taskmanagers")) {
            paths.add("/" + path);
        }
        for (String path : List.of("config", "environment", "logs", "log", "stdout", "metrics", "thread-dump")) {
            paths.add("/jobmanager/" + path);
        }
        for (String path : List.of(
                "",
                "/config",
                "/plan",
                "/exceptions",
                "/checkpoints",
                "/checkpoints/config",
                "/accumulators",
                "/metrics",
                "/status",
                "/jobmanager/config",
                "/jobmanager/environment")) {
            paths.add("/jobs/" + id + path);
        }
        HttpClient client = HttpClient.newHttpClient();
        Pattern ids = Pattern.compile("\"id\":\"([^\"]+)\"");
        for (int i = 0; i < paths.size(); i++) {
            String body = client.send(
                            HttpRequest.newBuilder(address.resolve(paths.get(i)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            see("REST " + paths.get(i), body);
            if (paths.get(i).equals("/taskmanagers")) {
                ids.matcher(body).results().forEach(found -> {
                    for (String path : List.of("", "/metrics", "/logs", "/log", "/stdout", "/thread-dump")) {
                        paths.add("/taskmanagers/" + found.group(1) + path);
                    }
                });
            }
            if (paths.get(i).equals("/jobs/" + id)) {
                ids.matcher(body).results().forEach(found -> {
                    for (String path : List.of("", "/metrics", "/accumulators", "/backpressure")) {
                        paths.add("/jobs/" + id + "/vertices/" + found.group(1) + path);
                    }
                });
            }
        }
        assertThat(new String(seen.get("REST /jobmanager/config"), StandardCharsets.UTF_8))
                .contains("s3.access-key", "******");
    }

    private void failInEveryWay() throws IOException {
        String written = Files.readString(configuration);
        for (Map.Entry<String, String> fault : Map.of(
                        "no such broker",
                        written.replaceFirst("127\\.0\\.0\\.1:\\d+", "127.0.0.1:1")
                                .replaceFirst("api\\.timeout\\.ms: \\d+", "api.timeout.ms: 500")
                                .replaceFirst("request\\.timeout\\.ms: \\d+", "request.timeout.ms: 500"),
                        "wrong password",
                        written.replaceFirst(
                                "sasl.jaas.config: .*",
                                "sasl.jaas.config:"
                                        + " org.apache.kafka.common.security.scram.ScramLoginModule required username=\"job\""
                                        + " password=\"planted-and-wrong\";"),
                        "no login module",
                        written.replaceFirst("sasl.jaas.config: .*", "sasl.jaas.config: planted planted planted"),
                        "no truststore",
                        written.replaceFirst("location: \"[^\"]+\"", "location: /nowhere"),
                        "wrong truststore password",
                        written.replaceFirst("password: \"\\$[^\"]+\"", "password: planted-and-wrong"),
                        "no value",
                        written + "  ssl.key.password:planted\n",
                        "a list",
                        written.replace("planted-token", "[planted]"),
                        "a tag",
                        written.replace("planted-token", "!planted x"),
                        "no end of quotes",
                        written.replace("planted-token", "\"planted"),
                        "unknown section",
                        written + "secrets:\n  token: planted\n")
                .entrySet()) {
            Path file = Files.writeString(secrets.resolve("faulty.yaml"), fault.getValue());
            for (List<String> command : List.of(
                    List.of("run", "--state", folder.resolve("failed").toString()),
                    List.of("metrics", "export"),
                    List.of("topics", "check"),
                    List.of(
                            "publish",
                            "--events",
                            folder.resolve("events.jsonl").toString()))) {
                List<Object> words = new ArrayList<>(command);
                words.addAll(List.of("--config", file, "--stacktrace"));
                CommandRun run = CommandRun.of(words.toArray());
                assertThat(run.exitCode())
                        .as(fault.getKey() + command + run.err())
                        .isNotZero();
                see(fault.getKey() + " " + command.get(0), run.out() + run.err());
            }
        }
        command("config", "show");
        command("config", "validate");
        command("config", "show", "--set", "kafka.ssl.key.password=planted");
        command("config", "show", "--kafka.ssl.key.password=planted");
        command("config", "show", "--set", "kafka.ssl.key.password:planted");
    }

    private void sweep() throws IOException {
        Path sweep = Files.writeString(secrets.resolve("sweep.yaml"), """
                name: secrets
                seeds: [1]
                flink: {s3.secret-key: planted-secret-key, my.plug-in.address: "http://me:planted@127.0.0.1:1"}
                learner:
                  labels: {images: {type: synthetic, rows: 4, columns: 4, count: 20}, resets: 1, examplesPerTask: 20}
                  task: {type: classification, input: [16], classes: 10}
                  network: {type: mlp, hidden: [4]}
                  batch: {size: 10}
                """);
        CommandRun run = CommandRun.of("sweep", sweep, "--output", folder.resolve("sweep"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        see("sweep", run.out() + run.err());
    }

    private CommandRun command(String... words) {
        List<Object> all = new ArrayList<>(List.of((Object[]) words));
        all.addAll(List.of("--config", configuration));
        CommandRun run = CommandRun.of(all.toArray());
        see(String.join(" ", words).replace("planted", "..."), run.out() + run.err());
        return run;
    }

    private void read(String topic) {
        for (ConsumerRecord<byte[], byte[]> record : TopicContents.records(kafka.superUser(), topic, false)) {
            String where = topic + " " + record.offset();
            seen.put(where + " value", record.value());
            record.headers().forEach(header -> seen.put(where + " " + header.key(), header.value()));
        }
    }

    private void files(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                seen.put("file " + tree.relativize(file), Files.readAllBytes(file));
            }
        }
    }

    private void see(String where, String text) {
        seen.put(where, text.getBytes(StandardCharsets.UTF_8));
    }

    private static int indexOf(byte[] bytes, byte[] word) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(new String(word, StandardCharsets.ISO_8859_1));
    }

    private static String around(byte[] bytes) {
        int at = indexOf(bytes, WORD);
        return at < 0
                ? ""
                : new String(bytes, StandardCharsets.ISO_8859_1)
                        .substring(Math.max(0, at - 200), Math.min(bytes.length, at + 60));
    }
}
