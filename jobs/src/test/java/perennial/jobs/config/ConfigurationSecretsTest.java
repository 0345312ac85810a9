package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.jobs.UserException;

class ConfigurationSecretsTest {

    @Test
    void shouldNotShowSecretsOfAConfiguration() {
        Configuration configuration = Texts.parse("""
                kafka:
                  sasl.jaas.config: ${env:PASSWORD}
                  ssl: {key.password: "${env:PASSWORD}"}
                  producer: {sasl.jaas.config: "${env:PASSWORD}"}
                flink: {s3.secret-key: "${env:PASSWORD}"}
                """);

        assertThat(configuration.kafka()).containsEntry("sasl.jaas.config", "correct horse");
        assertThat(configuration.effectiveYaml(true)).contains("******").doesNotContain("horse");
        assertThat(configuration.toString()).contains("******").doesNotContain("horse");
    }

    /** The mistakes of somebody who writes a secret into the file itself. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka:\n  ssl.key.password:hunter2\n",
                "kafka: ssl.key.password=hunter2",
                "kafka: {ssl.key.password:hunter2}",
                "kafka: {\"ssl.key.password:hunter2 and more\"}",
                "kafka:\n  ssl.key.password: !hunter2\n",
                "kafka:\n  ssl.key.password: &hunter2\n",
                "kafka:\n  ssl.key.password: *hunter2\n",
                "kafka:\n  ssl.key.password: [hunter2]\n",
                "kafka:\n  ssl.key.password: \"hunter2\n",
                "kafka:\n  ssl.key.password: hunter2: x\n",
                "kafka:\n  ssl.key.password: x\n hunter2: [\n",
                "kafka:\n\tssl.key.password: hunter2\n",
                "ssl.key.password: hunter2",
                "learners: sasl.jaas.config=hunter2",
                "delivery: password=hunter2",
                "name: \"token=hunter2\"",
                "limits: {maxRecordBytes: \"secret: hunter2\"}"
            })
    void shouldNotRepeatASecretThatIsWrittenWrongly(String text) {
        assertThatThrownBy(() -> Texts.parse(text))
                .isInstanceOf(UserException.class)
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("and more");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"kafka.ssl.key.password", "kafka.ssl.key.password:hunter2", "kafka.sasl.jaas.config hunter2"})
    void shouldNotRepeatASecretOfTheCommandLine(String assignment) {
        assertThatThrownBy(() -> Texts.parse("name: a", assignment))
                .isInstanceOf(UserException.class)
                .hasMessageNotContaining("hunter2");
    }
}
