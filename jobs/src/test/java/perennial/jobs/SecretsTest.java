package perennial.jobs;

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl.key.password=hunter2",
                "Unknown option: '--kafka.ssl.key.password=hunter2'",
                "-Djavax.net.ssl.trustStorePassword=hunter2 -Xmx1g",
                "{\"token\": \"hunter2\", \"a\": 1}",
                "ScramLoginModule required username=\"u\" password=\"hunter2 \";",
                "cannot reach https://me:hunter2@host:1/x",
                "https://me:p@hunter2@host/x",
                "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nhunter2",
                "fs.azure.account.key.name: hunter2",
                "found=sasl.jaas.config:hunter2"
            })
    void shouldMaskSecretsInsideATextWhateverItsKey(String text) {
        assertThat(Secrets.masked(text)).contains(Secrets.MASK).doesNotContain("hunter2");
        assertThat(Secrets.masked("some.key", text)).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check security.protocol, sasl.mechanism and sasl.jaas.config under kafka: in the configuration",
                "the topic must exist: topic=perennial.events.v1 address=localhost:9092",
                "records=3 left out=1",
                "file:/tmp/state and http://localhost:8081/#/overview"
            })
    void shouldLeaveOtherTextsAsTheyAre(String text) {
        assertThat(Secrets.masked(text)).isEqualTo(text);
    }

    @Test
    void shouldFindTheWordsOfASecretWhereverTheyStand() {
        Map<String, String> properties = Map.of(
                "sasl.jaas.config", "PlainLoginModule required username=\"alice\" password=\"correct horse\";",
                "ssl.key.password", "battery");

        assertThat(Secrets.masked("Invalid login module control flag 'horse' near battery, required", properties))
                .isEqualTo("Invalid login module control flag '******' near ******, required");
    }
}
