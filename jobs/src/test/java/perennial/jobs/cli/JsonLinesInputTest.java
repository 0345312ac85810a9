package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonLinesInputTest {

    @Test
    void shouldGiveLinesWithoutBlankOnesAndCountThemAll() throws IOException {
        JsonLinesInput lines = new JsonLinesInput(input("one\n\n  \r\ntwo\r\nthree"));

        assertThat(new String(lines.next(), StandardCharsets.UTF_8)).isEqualTo("one");
        assertThat(lines.lines()).isEqualTo(1);
        assertThat(new String(lines.next(), StandardCharsets.UTF_8).strip()).isEqualTo("two");
        assertThat(lines.lines()).isEqualTo(4);
        assertThat(new String(lines.next(), StandardCharsets.UTF_8)).isEqualTo("three");
        assertThat(lines.next()).isNull();
    }

    @Test
    void shouldGiveALineThatIsLongerThanOneRead() throws IOException {
        String line = "x".repeat(200_000);
        JsonLinesInput lines = new JsonLinesInput(input(line + "\nend\n"));

        assertThat(lines.next()).hasSize(200_000);
        assertThat(new String(lines.next(), StandardCharsets.UTF_8)).isEqualTo("end");
        assertThat(lines.next()).isNull();
    }

    private static ByteArrayInputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
