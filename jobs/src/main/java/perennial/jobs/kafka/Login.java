package perennial.jobs.kafka;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * Whom a broker takes a client for, as far as the client can tell: a broker does not say, and may map names to others
 * ({@code ssl.principal.mapping.rules}).
 */
final class Login {

    private static final String UNKNOWN = "User:NAME";

    private static final Pattern PEM_CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");

    private Login() {}

    /**
     * The principal, as ACLs name it: {@code User:alice}.
     *
     * @param properties of the client, by Kafka's names
     * @return {@code User:NAME} where nothing tells the name
     */
    static String principal(Map<String, String> properties) {
        String protocol =
                properties.getOrDefault("security.protocol", "PLAINTEXT").toUpperCase(Locale.ROOT);
        if (protocol.startsWith("SASL_")) {
            return saslUser(properties).map(user -> "User:" + user).orElse(UNKNOWN);
        }
        if (protocol.equals("SSL") && presentsCertificate(properties)) {
            return subject(properties).map(subject -> "User:" + subject).orElse(UNKNOWN);
        }
        return "User:ANONYMOUS";
    }

    private static Optional<String> saslUser(Map<String, String> properties) {
        Map<String, Object> jaas = new HashMap<>();
        String text = properties.get("sasl.jaas.config");
        if (text != null) {
            jaas.put("sasl.jaas.config", new Password(text));
        }
        try {
            return Optional.ofNullable(JaasContext.configEntryOption(
                    JaasContext.loadClientContext(jaas).configurationEntries(), "username", null));
        } catch (IllegalArgumentException | KafkaException | SecurityException e) {
            // It does not matter here what is wrong with it: the client itself says so.
            return Optional.empty();
        }
    }

    private static boolean presentsCertificate(Map<String, String> properties) {
        return properties.containsKey("ssl.keystore.location")
                || properties.containsKey("ssl.keystore.certificate.chain");
    }

    private static Optional<String> subject(Map<String, String> properties) {
        try {
            return certificate(properties)
                    .filter(X509Certificate.class::isInstance)
                    .map(certificate -> ((X509Certificate) certificate)
                            .getSubjectX500Principal()
                            .getName());
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Certificate> certificate(Map<String, String> properties)
            throws IOException, GeneralSecurityException {
        String chain = properties.get("ssl.keystore.certificate.chain");
        if (chain != null) {
            return firstOf(chain);
        }
        Path store = Path.of(properties.get("ssl.keystore.location"));
        String type = properties.getOrDefault("ssl.keystore.type", "JKS");
        if (type.equalsIgnoreCase("PEM")) {
            return firstOf(Files.readString(store, StandardCharsets.ISO_8859_1));
        }
        String password = properties.get("ssl.keystore.password");
        KeyStore keys = KeyStore.getInstance(type);
        try (InputStream stream = Files.newInputStream(store)) {
            keys.load(stream, password == null ? null : password.toCharArray());
        }
        for (String alias : Collections.list(keys.aliases())) {
            if (keys.isKeyEntry(alias)) {
                return Optional.ofNullable(keys.getCertificate(alias));
            }
        }
        return Optional.empty();
    }

    private static Optional<Certificate> firstOf(String pem) throws GeneralSecurityException {
        Matcher block = PEM_CERTIFICATE.matcher(pem);
        if (!block.find()) {
            return Optional.empty();
        }
        return Optional.of(CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(block.group().getBytes(StandardCharsets.ISO_8859_1))));
    }
}
