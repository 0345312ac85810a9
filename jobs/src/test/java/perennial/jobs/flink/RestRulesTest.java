package perennial.jobs.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestRulesTest {

    private static final RestRules READ_ONLY = new RestRules(Set.of("flink.example"), false, false);
    private static final RestRules JOBS_CHANGE = new RestRules(Set.of(), true, false);
    private static final RestRules JOBS_COME = new RestRules(Set.of(), false, true);

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LocalHost:8081", "127.0.0.1:1", "10.1.2.3:8081", "[::1]:8081", "flink.example:80"})
    void shouldAnswerUnderNamesThatCannotBeForged(String host) {
        assertThat(READ_ONLY.refusal("GET", "/overview", host, null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example:8081",
                "127.0.0.1.evil.example",
                "evil.example:8081",
                "localhost@evil.example",
                "",
                "[::1].evil.example"
            })
    void shouldNotAnswerUnderOtherNames(String host) {
        assertThat(READ_ONLY.refusal("GET", "/overview", host, null)).isPresent();
    }

    @Test
    void shouldNotAnswerWithoutAName() {
        assertThat(READ_ONLY.refusal("GET", "/overview", null, null)).isPresent();
    }

    @Test
    void shouldAnswerItsOwnPageAndNoOther() {
        assertThat(JOBS_COME.refusal("POST", "/jars/upload", "localhost:81", "http://localhost:81"))
                .isEmpty();
        assertThat(JOBS_COME.refusal("POST", "/jars/upload", "localhost:81", "http://localhost:82"))
                .isPresent();
        assertThat(JOBS_COME.refusal("GET", "/jobs", "localhost:81", "https://evil.example"))
                .isPresent();
        assertThat(JOBS_COME.refusal("GET", "/jobs", "localhost:81", "null")).isPresent();
        assertThat(JOBS_COME.refusal("GET", "/jobs", "localhost:81", "not a uri ^"))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /jobs",
        "POST, /v1/jobs",
        "POST, /%6Aobs",
        "POST, //jobs",
        "POST, /jars/upload",
        "POST, /jars/x/run",
        "DELETE, /jars/x",
        "DELETE, /cluster",
        "PATCH, /jobs/abc",
        "POST, /jobs/abc/stop",
        "POST, /jobs/abc/savepoints",
        "PUT, /jobs/abc/resource-requirements",
        "GET, /jobs/abc/yarn-cancel",
        "GET, /jobs/abc/yarn-stop",
        "GET, /v1/jobs/abc/yarn%2Dcancel",
        "POST, /savepoint-disposal",
        "TRACE, /overview"
    })
    void shouldOnlyLetRead(String method, String uri) {
        assertThat(READ_ONLY.refusal(method, uri, "localhost:81", null)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"GET, /jobs/abc", "GET, /jobs/abc/exceptions?maxExceptions=5", "HEAD, /", "GET, /index.html"})
    void shouldLetRead(String method, String uri) {
        assertThat(READ_ONLY.refusal(method, uri, "localhost:81", null)).isEmpty();
    }

    @Test
    void shouldLetJobsChangeWhereThatIsAllowedButNoneCome() {
        assertThat(JOBS_CHANGE.refusal("PATCH", "/jobs/abc", "localhost", null)).isEmpty();
        assertThat(JOBS_CHANGE.refusal("POST", "/v1/jobs/abc/stop", "localhost", null))
                .isEmpty();
        assertThat(JOBS_CHANGE.refusal("POST", "/jobs", "localhost", null))
                .hasValueSatisfying(reason -> assertThat(reason).contains("web.submit.enable"));
        assertThat(JOBS_CHANGE.refusal("POST", "/jobs/", "localhost", null)).isPresent();
        assertThat(JOBS_CHANGE.refusal("POST", "/jars/upload", "localhost", null))
                .isPresent();
    }
}
