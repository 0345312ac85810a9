package perennial.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Certificates are tried where a broker takes them. */
class LoginTest {

    private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required ";

    @Test
    void shouldFindTheUserOfAPassword() {
        assertThat(Login.principal(Map.of(
                        "security.protocol",
                        "sasl_ssl",
                        "sasl.jaas.config",
                        SCRAM + "username=\"alice\" password=\"x\";")))
                .isEqualTo("User:alice");
    }

    @Test
    void shouldNotGuessWhereNothingTellsTheUser() {
        assertThat(Login.principal(Map.of("security.protocol", "SASL_SSL", "sasl.jaas.config", SCRAM + ";")))
                .isEqualTo("User:NAME");
        assertThat(Login.principal(Map.of("security.protocol", "SASL_SSL", "sasl.jaas.config", "nonsense")))
                .isEqualTo("User:NAME");
        assertThat(Login.principal(Map.of("security.protocol", "SASL_PLAINTEXT")))
                .isEqualTo("User:NAME");
        assertThat(Login.principal(Map.of("security.protocol", "SSL", "ssl.keystore.location", "/nowhere")))
                .isEqualTo("User:NAME");
        assertThat(Login.principal(Map.of("security.protocol", "SSL", "ssl.keystore.certificate.chain", "none")))
                .isEqualTo("User:NAME");
    }

    @Test
    void shouldSayThatWhoDoesNotLogInIsAnonymous() {
        assertThat(Login.principal(Map.of())).isEqualTo("User:ANONYMOUS");
        assertThat(Login.principal(Map.of("security.protocol", "SSL"))).isEqualTo("User:ANONYMOUS");
    }
}
