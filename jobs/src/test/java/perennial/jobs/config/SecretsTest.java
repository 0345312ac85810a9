package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl.key.password",
                "ssl.truststore.password",
                "sasl.jaas.config",
                "ssl.keystore.key",
                "sasl.oauthbearer.client.credentials.client.secret",
                "basic.auth.user.info",
                "s3.access-key",
                "s3.secret-key",
                "security.token",
                "API_KEY_PASSWORD",
                "some.apikey"
            })
    void shouldMaskKeysThatLookSecret(String key) {
        assertThat(Secrets.masked(key, "x")).isEqualTo("******");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bootstrap.servers",
                "key.serializer",
                "ssl.keystore.location",
                "security.protocol",
                "parallelism.default"
            })
    void shouldShowOtherKeys(String key) {
        assertThat(Secrets.masked(key, "x")).isEqualTo("x");
    }

    @Test
    void shouldMaskUserAndPasswordInsideAnAddress() {
        assertThat(Secrets.masked("registry.url", "https://me:hunter2@host:1/x,http://you:3@b"))
                .isEqualTo("https://******@host:1/x,http://******@b");
    }

    @Test
    void shouldMaskACopyOfAMap() {
        assertThat(Secrets.masked(Map.of("b.password", "x", "a", "y")))
                .containsExactly(entry("a", "y"), entry("b.password", "******"));
    }

    @Test
    void shouldNotShowSecretsOfAConfiguration() {
        Configuration configuration = Texts.parse("""
                kafka:
                  sasl.jaas.config: ${env:PASSWORD}
                  ssl: {key.password: "${env:PASSWORD}"}
                flink: {s3.secret-key: "${env:PASSWORD}"}
                """);

        assertThat(configuration.kafka()).containsEntry("sasl.jaas.config", "correct horse");
        assertThat(configuration.effectiveYaml(true)).contains("******").doesNotContain("horse");
        assertThat(configuration.toString()).contains("******").doesNotContain("horse");
    }
}
