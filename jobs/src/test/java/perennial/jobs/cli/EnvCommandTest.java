package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.UserException;
import picocli.CommandLine;

class EnvCommandTest {

    private final StringWriter printed = new StringWriter();
    private Exception thrown;

    @Test
    void shouldListTheGames() {
        execute("list");

        assertThat(printed.toString().lines())
                .contains(
                        "minatar/asterix",
                        "minatar/breakout",
                        "minatar/freeway",
                        "minatar/seaquest",
                        "minatar/space_invaders");
    }

    @Test
    void shouldPrintTheDigestOfRandomActions() {
        execute(
                "digest",
                "--env",
                "minatar/breakout",
                "--seed",
                "0",
                "--steps",
                "1000",
                "--sticky",
                "0.1",
                "--every",
                "100");

        List<String> lines = printed.toString().lines().toList();
        assertThat(lines).hasSize(11).contains("100 0cf8c0270f93", "1000 29f10a5864bb");
        assertThat(lines.get(10)).startsWith("steps=1000 return=").contains(" sha256=29f10a5864bb");
    }

    @Test
    void shouldPrintTheDigestOfActionsFromAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("actions"), "4".repeat(8) + "\n" + "0".repeat(215) + "\n");

        execute("digest", "--env", "minatar/seaquest", "--seed", "3", "--sticky", "0", "--actions", file.toString());

        assertThat(printed.toString()).startsWith("steps=223 ").contains("sha256=ae122fda3154dfb5");
    }

    @Test
    void shouldPrintEvery250thStepOfAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("actions"), "0".repeat(700));

        execute("digest", "--env", "minatar/freeway", "--actions", file.toString());

        assertThat(printed.toString().lines().map(line -> line.split(" ")[0]))
                .containsExactly("250", "500", "steps=700");
    }

    @Test
    void shouldNameTheKnownEnvironments() {
        execute("digest", "--env", "minatar/pong");

        assertThat(thrown)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("name=minatar/pong")
                .hasMessageContaining("minatar/seaquest");
        assertThat(((UserException) thrown).exitCode()).isEqualTo(2);
    }

    @Test
    void shouldRefuseActionsThatTheGameLacks() {
        execute("digest", "--env", "minatar/freeway", "--option", "actions=minimal");

        assertThat(thrown).isInstanceOf(UserException.class).hasMessageContaining("actions=3");
    }

    @Test
    void shouldRefuseAFileThatHoldsOtherThanDigits(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("actions"), "01x");

        execute("digest", "--env", "minatar/freeway", "--actions", file.toString());

        assertThat(thrown).isInstanceOf(UserException.class).hasMessageContaining("place=2 found=x");
    }

    @Test
    void shouldSayWhenTheFileIsMissing(@TempDir Path folder) {
        execute(
                "digest",
                "--env",
                "minatar/freeway",
                "--actions",
                folder.resolve("none").toString());

        assertThat(thrown).isInstanceOf(UserException.class).hasMessageContaining("file=");
        assertThat(((UserException) thrown).exitCode()).isEqualTo(1);
    }

    @Test
    void shouldMeasureTheEnvironmentsNamed() {
        execute("bench", "--env", "minatar/breakout", "--env", "minatar/freeway", "--steps", "1000");

        assertThat(printed.toString().lines()).hasSize(2).allSatisfy(line -> assertThat(line)
                .matches("minatar/\\w+ steps/s=[1-9]\\d+ steps/s with observations=[1-9]\\d+"));
    }

    private void execute(String... arguments) {
        new CommandLine(new EnvCommand())
                .setOut(new PrintWriter(printed))
                .setExecutionExceptionHandler((exception, commandLine, parsed) -> {
                    thrown = exception;
                    return 1;
                })
                .execute(arguments);
    }
}
