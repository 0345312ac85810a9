package perennial.jobs.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.PerennialProcess;
import perennial.jobs.kafka.SecureKafka;
import perennial.jobs.kafka.TestCertificates;

/**
 * Logins with certificates, in each of the forms that keys come in, through the section {@code kafka:} alone; and what is said where
 * one is refused. Logins with passwords are those of {@link LeastPrivilegeITCase}.
 */
class SecureConnectionITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String JOB = "CN=job,OU=learning";
    private static final String OPERATOR = "CN=operator";

    @TempDir
    private static Path folder;

    private static SecureKafka kafka;
    private static TestCertificates certificates;

    @BeforeAll
    static void startBroker() throws Exception {
        kafka = SecureKafka.start(folder, "job");
        certificates = kafka.certificates();
        certificates.vouchFor("job", JOB);
        certificates.vouchFor("operator", OPERATOR);
        List<AclBinding> rights = new ArrayList<>(List.of(right(OPERATOR, ResourceType.TOPIC, AclOperation.CREATE)));
        for (AclOperation operation : List.of(AclOperation.READ, AclOperation.WRITE)) {
            for (ResourceType resource :
                    List.of(ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID)) {
                rights.add(right(JOB, resource, operation));
            }
        }
        kafka.grant(rights);
        CommandRun create = run(jks(), "topics", "create");
        assertThat(create.exitCode()).as(create.err()).isZero();
    }

    private static AclBinding right(String subject, ResourceType resource, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(resource, "perennial", PatternType.PREFIXED),
                new AccessControlEntry("User:" + subject, "*", operation, AclPermissionType.ALLOW));
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    /** JKS files, and for the admin client a login of its own. */
    private static String jks() throws IOException, GeneralSecurityException {
        return """
                kafka:
                  bootstrap.servers: "%s"
                  default.api.timeout.ms: 120000
                  request.timeout.ms: 30000
                  security.protocol: SSL
                  ssl.keystore: {location: "%s", type: JKS, password: %s}
                  ssl.key.password: %s
                  ssl.truststore: {location: "%s", type: JKS, password: %s}
                  admin:
                    ssl.keystore: {location: "%s", type: PKCS12}
                """.formatted(
                        kafka.certificatesAddress(),
                        certificates.jks(certificates.store("job")),
                        TestCertificates.PASSWORD,
                        TestCertificates.PASSWORD,
                        certificates.jks(certificates.trusted()),
                        TestCertificates.PASSWORD,
                        certificates.store("operator"));
    }

    /** PEM texts, from files as secrets are mounted. */
    private static String pem() throws IOException, GeneralSecurityException {
        Path key = Files.writeString(folder.resolve("tls.key"), certificates.keyPem("job"));
        Path chain = Files.writeString(folder.resolve("tls.crt"), certificates.chainPem("job"));
        Path authority = Files.writeString(folder.resolve("ca.crt"), certificates.authorityPem());
        return """
                kafka:
                  bootstrap.servers: "%s"
                  default.api.timeout.ms: 120000
                  request.timeout.ms: 30000
                  security.protocol: SSL
                  ssl.keystore.type: PEM
                  ssl.keystore.key: "${file:%s}"
                  ssl.keystore.certificate.chain: "${file:%s}"
                  ssl.truststore.type: PEM
                  ssl.truststore.certificates: "${file:%s}"
                """.formatted(kafka.certificatesAddress(), key, chain, authority);
    }

    private static String learner() {
        return """
                flink: {execution.checkpointing.interval: 300ms}
                labels:
                  stream: labels
                  images: {type: synthetic, rows: 4, columns: 4, count: 20}
                  resets: 2
                  examplesPerTask: 40
                learners:
                  - name: classifier
                    streams: [labels]
                    task: {type: classification, input: [16], classes: 10}
                    network: {type: mlp, hidden: [8]}
                    batch: {size: 10}
                    metrics: {every: 2}
                """;
    }

    private static CommandRun run(String kafkaSection, String... words) throws IOException {
        Path file = Files.writeString(Files.createTempFile(folder, "job", ".yaml"), kafkaSection + learner());
        List<Object> all = new ArrayList<>(List.of((Object[]) words));
        all.addAll(List.of("--config", file));
        return CommandRun.of(all.toArray());
    }

    @Test
    void shouldLearnOverMutualTls() throws Exception {
        Path file = Files.writeString(folder.resolve("learn.yaml"), pem() + learner());
        try (PerennialProcess job =
                PerennialProcess.start(folder, "run", "--config", file, "--state", folder.resolve("state"))) {
            CommandRun labels = run(pem(), "produce", "labels", "--quiet");
            assertThat(labels.exitCode()).as(labels.err()).isZero();

            await().atMost(PATIENCE).until(() -> {
                assertThat(job.isAlive()).as(job.output()).isTrue();
                return run(jks(), "metrics", "export", "--format", "json").lines().stream()
                                .filter(line -> line.contains("taskSummary"))
                                .count()
                        == 2;
            });

            assertThat(job.terminate()).as(job.output()).isZero();
        }
    }

    @Test
    void shouldNameWhomACertificateIsOf() throws Exception {
        CommandRun check = run(jks(), "topics", "check");
        CommandRun publish = run(pem(), "topics", "create");

        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.err())
                .contains("User:" + OPERATOR + " lacks the right Describe on the topic perennial.events.v1");
        assertThat(publish.exitCode()).isEqualTo(1);
        assertThat(publish.err())
                .contains("User:" + JOB + " lacks the right Create on the topic perennial.events.v1")
                .contains("--allow-principal \"User:" + JOB + "\"");
    }

    @Test
    void shouldSayThatAPasswordIsWrong() throws Exception {
        String section = kafka.withPassword("job").replaceFirst("sasl.jaas.config: .*", """
                sasl.jaas.config: >-
                    org.apache.kafka.common.security.scram.ScramLoginModule required
                    username="job" password="wrong-secret";""");
        for (List<String> command : List.of(
                List.of("run"),
                List.of("produce", "labels"),
                List.of("metrics", "export"),
                List.of("topics", "check"))) {
            CommandRun run = run(section, command.toArray(String[]::new));

            assertThat(run.exitCode()).as(command + ": " + run.err()).isEqualTo(1);
            assertThat(run.err())
                    .contains("the broker refused the login: check security.protocol, sasl.mechanism and")
                    .doesNotContain("wrong-secret");
        }
    }

    @Test
    void shouldSayThatTheBrokersCertificateIsNotTrusted() throws Exception {
        Path folderOfAnother = Files.createDirectories(folder.resolve("another"));
        TestCertificates another = new TestCertificates(folderOfAnother);
        String section = jks().replace(
                        certificates.jks(certificates.trusted()).toString(),
                        another.jks(another.trusted()).toString());

        CommandRun run = run(section, "metrics", "export");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("the TLS handshake failed").contains("ssl.truststore.location");
    }

    @Test
    void shouldSayThatALoginIsNoLogin() throws Exception {
        String section = kafka.withPassword("job").replaceFirst("sasl.jaas.config: .*", """
                sasl.jaas.config: ScramLoginModule planted-control-flag password="planted-option";""");

        CommandRun run = run(section, "run");

        assertThat(run.exitCode()).as(run.err()).isNotZero();
        assertThat(run.err()).contains("cannot connect: address=");
        assertThat(run.err()).doesNotContain("planted");
    }
}
