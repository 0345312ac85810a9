package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceTest {

    private static final Path DOCUMENTS = Path.of("..", "docs");

    @Test
    void shouldBeTheCommittedPage() throws IOException {
        Path page = DOCUMENTS.resolve("configuration.md");

        assertThat(Files.exists(page) ? Files.readString(page) : "")
                .as("docs/configuration.md describes other options than the code has; repair it with:"
                        + " ./perennial config docs --write docs/configuration.md")
                .isEqualTo(Reference.markdown());
    }

    @Test
    void shouldDescribeKeysWithTypeDefaultAllowedValuesAndMeaning() {
        assertThat(Reference.markdown())
                .contains("| `size` | whole number, at least 1 and at most 1000000 | `128` | examples per update |")
                .contains("| `affine` | section | as below |")
                .contains("| `seed` | whole number | `0` |")
                .contains("| `classes` | whole number, at least 2 and at most 1000000 | needed |")
                .contains("| `delivery` | `exactly-once` or `at-least-once` | `exactly-once` |")
                .contains(
                        "| `optimiser` | section: `type` is `sgd`, `momentum`, `adam`, `adamw`, `obgd`, `adaptiveObgd` or `rmsprop` | type `adam` |")
                .contains("### `learners[].method` of type `nap`")
                .contains("## `labels.images`");
    }

    @Test
    void shouldGiveEveryCellOfATableItsColumn() {
        assertThat(Reference.markdown().lines().filter(line -> line.startsWith("|")))
                .allMatch(line -> List.of(3L, 5L)
                        .contains(line.chars().filter(c -> c == '|').count()));
    }

    @Test
    void shouldEndWithAnExampleThatIsValid() {
        Configuration example = Configuration.parse(Reference.example(), "example", List.of(), name -> null);

        assertThat(example.learnerSpecs()).hasSize(2);
        assertThat(example.labelStream().stream()).isEqualTo("random-labels");
    }
}
