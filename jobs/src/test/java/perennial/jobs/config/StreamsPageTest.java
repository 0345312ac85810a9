package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The configurations in docs/streams.md are valid, and leave no change out. */
class StreamsPageTest {

    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    static List<String> configurations() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "streams.md"));
        return BLOCK.matcher(page).results().map(block -> block.group(1)).toList();
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void shouldShowValidConfigurations(String yaml) {
        Configuration configuration = Texts.parse(yaml);

        if (configuration.environment().isPresent()) {
            assertThat(configuration.actorStreams()).hasSize(1);
        } else {
            assertThat(configuration.labelStream().resets()).isPositive();
        }
    }

    @Test
    void shouldShowEveryChange() throws IOException {
        Pattern change = Pattern.compile("change: \\{type: (\\w+)");
        Set<String> shown = new TreeSet<>();
        for (String yaml : configurations()) {
            change.matcher(yaml).results().map(MatchResult::group).forEach(shown::add);
        }

        assertThat(shown)
                .containsExactlyInAnyOrderElementsOf(Keys.types(LabelsSection.ChangeSection.class).keySet().stream()
                        .map(type -> "change: {type: " + type)
                        .toList());
    }

    @Test
    void shouldCountTheExamplesThatThePapersSay() throws IOException {
        assertThat(configurations().stream()
                        .map(Texts::parse)
                        .filter(configuration -> configuration.environment().isEmpty())
                        .map(Configuration::labelStream)
                        .map(stream -> stream.stream() + " " + stream.resets() + " x " + stream.examplesPerTask()))
                .containsExactly(
                        "random-labels-cifar10 200 x 12800000",
                        "dealt-labels-mnist 50 x 480000",
                        "smooth 100 x 128000",
                        "label-permuted-cifar10 400 x 2500",
                        "permuted-mnist 800 x 60000",
                        "permuted-mnist-upgd 200 x 5000",
                        "five-plus-one 30 x 24960",
                        "pairs 2000 x 250000",
                        "slow-regression 100 x 10000",
                        "large-mean 2 x 1000000");
    }
}
