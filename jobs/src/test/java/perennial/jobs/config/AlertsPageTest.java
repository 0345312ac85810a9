package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.streaming.watch.WatchRule;

/** The rules in docs/alerts.md are valid, and the standard ones are those that hold. */
class AlertsPageTest {

    private static final Pattern BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "alerts.md"));
    }

    static List<String> configurations() throws IOException {
        return BLOCK.matcher(page()).results().map(block -> block.group(1)).toList();
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void shouldShowValidRules(String yaml) {
        Configuration configuration = Texts.parse(yaml);

        assertThat(configuration.alerts()).isNotEmpty();
        assertThat(configuration.watchRules()).hasSameSizeAs(configuration.alerts());
    }

    @Test
    void shouldShowTheStandardRulesAndSayWhatEachMeans() throws IOException {
        Configuration empty = Texts.parse("");

        assertThat(configurations()).contains(empty.watchRulesYaml());
        assertThat(page().lines()
                        .filter(line -> line.matches("\\| `[a-z-]+` \\|.*"))
                        .map(line -> line.split("`")[1]))
                .containsExactlyElementsOf(
                        empty.watchRules().stream().map(WatchRule::name).toList());
    }
}
