package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.jobs.CommandRun;
import picocli.CommandLine;

class PerennialTest {

    @TempDir
    private Path folder;

    @Test
    void shouldListItsCommands() {
        CommandRun run = CommandRun.of("--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains(
                        "demo",
                        "run",
                        "cluster",
                        "train",
                        "produce",
                        "publish",
                        "metrics",
                        "control",
                        "dashboard",
                        "topics",
                        "config",
                        "env",
                        "bench");
    }

    @Test
    void shouldExplainEveryCommand() {
        explain(Perennial.commandLine());
    }

    /** Every command, and every command below it, has help with a description of itself and of each option. */
    private static void explain(CommandLine command) {
        assertThat(command.getUsageMessage()).contains("Usage: ");
        assertThat(command.getCommandSpec().usageMessage().description())
                .as(command.getCommandName())
                .isNotEmpty();
        assertThat(command.getCommandSpec().options()).allSatisfy(option -> assertThat(option.description())
                .as(command.getCommandName() + " " + option.longestName())
                .isNotEmpty());
        command.getSubcommands().values().forEach(PerennialTest::explain);
    }

    @Test
    void shouldTellItsVersion() {
        assertThat(CommandRun.of("--version").out()).startsWith("perennial 0.1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dmo", "demos"})
    void shouldSuggestWhatWasMeant(String word) {
        CommandRun run = CommandRun.of(word);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("perennial: Unmatched argument").contains("demo");
    }

    @Test
    void shouldSayWhatIsMissing() {
        CommandRun run = CommandRun.of("produce");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("what to produce is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"topics", "config", "env"})
    void shouldExplainACommandThatOnlyHoldsOthers(String word) {
        CommandRun run = CommandRun.of(word);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("Commands:")
                .isEqualTo(CommandRun.of(word, "--help").out());
    }

    @Test
    void shouldSayAnErrorInASentenceAndShowItsPlaceOnlyWhenAsked() {
        String missing = folder.resolve("no.yaml").toString();

        CommandRun sentence = CommandRun.of("config", "validate", "--config", missing);
        CommandRun withTrace = CommandRun.of("config", "validate", "--config", missing, "--stacktrace");

        assertThat(sentence.exitCode()).isEqualTo(2);
        assertThat(sentence.err()).startsWith("perennial: ").contains(missing).doesNotContain("\tat ");
        assertThat(withTrace.exitCode()).isEqualTo(2);
        assertThat(withTrace.err()).contains("\tat ").contains("perennial: ");
    }

    @Test
    void shouldSayThatEventsAreMissing() throws java.io.IOException {
        Path configuration = java.nio.file.Files.writeString(
                folder.resolve("c.yaml"),
                "learners:\n  - {name: a, streams: [s], task: {type: classification, input: [2], classes: 2},"
                        + " network: {type: mlp, hidden: [2]}}\n");

        CommandRun run = CommandRun.of("train", "--config", configuration, "--events", folder.resolve("none.jsonl"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("there is no readable file of events at");
    }
}
