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
    void shouldPrintTheDigestOfAnEnvironmentThatChanges() {
        String[] games = {
            "digest",
            "--env",
            "minatar/breakout",
            "--seed",
            "1",
            "--steps",
            "2000",
            "--every",
            "500",
            "--change",
            "500 switch minatar/seaquest",
            "--change",
            "500 permute-channels",
            "--change",
            "1000 switch minatar/breakout",
            "--change",
            "1000 permute-channels",
            "--repeat-changes-every",
            "1000"
        };

        execute(games);

        assertThat(printed.toString().lines())
                .contains("500 0ae4a651f500", "1000 d56c54ceb959", "1500 0169544fe9c1", "2000 bdcf6603ab54");
    }

    @Test
    void shouldPrintTheDigestOfStickyActionsOnASchedule() {
        String[] sticky = {
            "digest",
            "--env",
            "minatar/breakout",
            "--seed",
            "1",
            "--steps",
            "2000",
            "--every",
            "500",
            "--sticky",
            "0",
            "--change",
            "500 set sticky=0.1",
            "--change",
            "1000 set sticky=0.25",
            "--change",
            "1500 set sticky=0.5"
        };

        execute(sticky);

        assertThat(printed.toString().lines())
                .contains("500 ecf5b785acac", "1000 7716f084846a", "1500 29e7ac875cbe", "2000 b5c9fb365ae3");
    }

    @Test
    void shouldPrintTheTasksOfAnEnvironmentThatChanges() {
        execute("tasks", "--config", "../docs/examples/minatar-games.yaml", "--count", "7");

        List<String> lines = printed.toString().lines().toList();
        assertThat(lines).hasSize(7);
        assertThat(lines.get(0))
                .isEqualTo("task=0 step=0 environment=minatar/breakout observation=[10, 10, 10] actions=6");
        assertThat(lines.get(1)).startsWith("task=1 step=500000 environment=minatar/asterix; channels=[");
        assertThat(lines.get(6)).startsWith("task=6 step=3000000 environment=minatar/asterix; channels=[");
        assertThat(lines.get(6).split("channels")[1]).isNotEqualTo(lines.get(1).split("channels")[1]);
    }

    @Test
    void shouldPrintTheOneTaskOfAnEnvironmentThatStays() {
        execute("tasks", "--config", "../docs/examples/minatar.yaml");

        assertThat(printed.toString().lines())
                .containsExactly("task=0 step=0 environment=minatar/breakout observation=[4, 10, 10] actions=6");
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
