package perennial.jobs.kafka;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/**
 * A broker as an installation has it: users log in over TLS, with a password (SCRAM-SHA-512) or a certificate, and may do what they
 * were granted. The test itself is let in by the plain listener, as a super user.
 */
public final class SecureKafka implements AutoCloseable {

    /** Ends with the planted word, so that a test can look for it anywhere. */
    private static final String PASSWORD = "-planted-login-secret";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final TestCertificates certificates;
    private final EmbeddedKafka kafka;
    private final Admin admin;

    private SecureKafka(TestCertificates certificates, EmbeddedKafka kafka) {
        this.certificates = certificates;
        this.kafka = kafka;
        this.admin = Admin.create(Map.copyOf(kafka.clientProperties()));
    }

    /**
     * Starts a broker.
     *
     * @param folder where keys and certificates go
     * @param users whose password is {@link #password}
     */
    public static SecureKafka start(Path folder, String... users) throws IOException, GeneralSecurityException {
        TestCertificates certificates = new TestCertificates(folder);
        Map<String, String> settings = new HashMap<>();
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        // The plain listener and the controller's are this machine's alone.
        settings.put("super.users", "User:ANONYMOUS");
        settings.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        settings.put("ssl.keystore.location", certificates.store("server").toString());
        settings.put("ssl.keystore.type", "PKCS12");
        settings.put("ssl.keystore.password", TestCertificates.PASSWORD);
        settings.put("ssl.key.password", TestCertificates.PASSWORD);
        settings.put("ssl.truststore.location", certificates.trusted().toString());
        settings.put("ssl.truststore.type", "PKCS12");
        settings.put("ssl.truststore.password", TestCertificates.PASSWORD);
        settings.put("listener.name.certificates.ssl.client.auth", "required");
        settings.put(
                "listener.name.passwords.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        List<String> credentials = new ArrayList<>();
        for (String user : users) {
            credentials.add("SCRAM-SHA-512=[name=" + user + ",password=" + password(user) + "]");
        }
        return new SecureKafka(
                certificates,
                EmbeddedKafka.start(
                        null,
                        new BrokerSecurity(
                                new TreeMap<>(Map.of("PASSWORDS", "SASL_SSL", "CERTIFICATES", "SSL")),
                                settings,
                                credentials)));
    }

    /** What a user logs in with. */
    public static String password(String user) {
        return user + PASSWORD;
    }

    public TestCertificates certificates() {
        return certificates;
    }

    /** Address of the listener for users with passwords. */
    public String passwordsAddress() {
        return kafka.bootstrapServers("PASSWORDS");
    }

    /** Address of the listener for users with certificates. */
    public String certificatesAddress() {
        return kafka.bootstrapServers("CERTIFICATES");
    }

    /** The plain way in, where everything is allowed. */
    public KafkaConnection superUser() {
        return KafkaConnection.of(kafka.clientProperties());
    }

    /** {@code kafka:} of a configuration whose user logs in with a password that is in a file, over TLS. */
    public String withPassword(String user) throws IOException {
        Path secret = certificates.store(user).resolveSibling(user + ".jaas");
        Files.writeString(
                secret,
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                        + password(user) + "\";\n");
        Path storePassword = secret.resolveSibling("store-password");
        Files.writeString(storePassword, TestCertificates.PASSWORD + "\n");
        return """
                kafka:
                  bootstrap.servers: "%s"
                  # A machine that builds is a slow one.
                  default.api.timeout.ms: 120000
                  request.timeout.ms: 30000
                  security.protocol: SASL_SSL
                  sasl.mechanism: SCRAM-SHA-512
                  sasl.jaas.config: "${file:%s}"
                  ssl.truststore: {location: "%s", type: PKCS12, password: "${file:%s}"}
                """.formatted(passwordsAddress(), secret, certificates.trusted(), storePassword);
    }

    /** Lets the rights of {@code bindings} be all that anybody has, and waits until the broker holds to them. */
    public void grant(Collection<AclBinding> bindings) throws ExecutionException, InterruptedException {
        Set<AclBinding> wanted = new HashSet<>(bindings);
        Set<AclBinding> present = granted();
        Set<AclBinding> unwanted = new HashSet<>(present);
        unwanted.removeAll(wanted);
        wanted.removeAll(present);
        admin.deleteAcls(unwanted.stream().map(AclBinding::toFilter).toList())
                .all()
                .get();
        admin.createAcls(wanted).all().get();
        await().atMost(PATIENCE).until(() -> granted().equals(Set.copyOf(bindings)));
    }

    private Set<AclBinding> granted() throws ExecutionException, InterruptedException {
        return new HashSet<>(admin.describeAcls(AclBindingFilter.ANY).values().get());
    }

    @Override
    public void close() {
        admin.close();
        kafka.close();
    }
}
