package perennial.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CodeVersionTest {

    @Test
    void shouldKnowTheVersionOfTheBuild() {
        assertThat(CodeVersion.current()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?(\\+[0-9a-f]{12}(-modified)?)?");
    }

    @Test
    void shouldNameTheCommit() {
        assertThat(CodeVersion.of("1.2.3", "c8c6e258312d", "false")).isEqualTo("1.2.3+c8c6e258312d");
    }

    @Test
    void shouldSayThatSourcesWereModified() {
        assertThat(CodeVersion.of("1.2.3", "c8c6e258312d", "true")).isEqualTo("1.2.3+c8c6e258312d-modified");
    }

    @Test
    void shouldBeTheVersionAloneWithoutARepository() {
        assertThat(CodeVersion.of("1.2.3", "${git.commit.id.abbrev}", "${git.dirty}"))
                .isEqualTo("1.2.3");
    }
}
