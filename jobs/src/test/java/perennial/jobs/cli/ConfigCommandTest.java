package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.Reference;
import picocli.CommandLine;

class ConfigCommandTest {

    private static final String LEARNER = """
            kafka: {ssl.key.password: hunter2}
            learners:
              - {name: a, streams: [s], task: {input: [4], classes: 3}, network: {hidden: [8]}}
            """;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file;
    private UserException thrown;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("f.yaml"), LEARNER);
    }

    @Test
    void shouldSayWhatAValidConfigurationHas() {
        int exitCode = run("validate", "--config", file.toString());

        assertThat(exitCode).isZero();
        assertThat(out).hasToString(file + " is valid: 1 learner, no label stream" + System.lineSeparator());
    }

    @Test
    void shouldCountTheLearnersOfTheDemo() throws IOException {
        Files.writeString(
                file,
                Configuration.loadResource("/perennial/demo.yaml", List.of()).effectiveYaml(false));

        run("validate", "-c", file.toString());

        assertThat(out.toString().strip()).endsWith("is valid: 3 learners, label stream random-labels");
    }

    @Test
    void shouldListErrorsWithExitCodeTwo() {
        int exitCode = run("validate", "--config", file.toString(), "--set", "engine=abacus", "--set", "format=xml");

        assertThat(exitCode).isEqualTo(2);
        assertThat(thrown)
                .hasMessageContaining("errors=2")
                .hasMessageContaining("found=abacus")
                .hasMessageContaining("xml");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldSayThatAConfigurationIsNeeded() {
        int exitCode = run("show");

        assertThat(exitCode).isEqualTo(2);
        assertThat(thrown).hasMessage("a configuration is needed: give it with --config FILE");
    }

    @Test
    void shouldShowTheEffectiveConfigurationWithoutSecrets() {
        int exitCode = run("show", "--config", file.toString(), "--set", "learners[0].seed=3");

        assertThat(exitCode).isZero();
        assertThat(out.toString())
                .contains("  ssl.key.password: \"******\"\n", "  seed: 3\n", "delivery: exactly-once\n")
                .doesNotContain("hunter2");
    }

    @Test
    void shouldPrintThePageOfOptions() {
        assertThat(run("docs")).isZero();
        assertThat(out).hasToString(Reference.markdown());
    }

    @Test
    void shouldWriteAPageThatItThenAccepts() {
        Path page = folder.resolve("page.md");

        assertThat(run("docs", "--write", page.toString())).isZero();
        assertThat(page).hasContent(Reference.markdown());
        assertThat(run("docs", "--check", page.toString())).isZero();
    }

    @Test
    void shouldRefuseAPageThatDiffersAndNameTheRepair() throws IOException {
        Path page = Files.writeString(folder.resolve("page.md"), "old");

        int exitCode = run("docs", "--check", page.toString());

        assertThat(exitCode).isEqualTo(1);
        assertThat(thrown).hasMessageEndingWith("repair it with: ./perennial config docs --write " + page);
    }

    @Test
    void shouldRefuseAPageThatIsNotThere() {
        assertThat(run("docs", "--check", folder.resolve("none.md").toString())).isEqualTo(1);
        assertThat(thrown).hasMessageContaining("must be a file that can be read");
    }

    @Test
    void shouldNotCheckAndWriteAtOnce() {
        assertThat(run("docs", "--check", "a", "--write", "b")).isEqualTo(2);
        assertThat(err.toString()).contains("mutually exclusive");
    }

    private int run(String... arguments) {
        thrown = null;
        return new CommandLine(new ConfigCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((exception, command, result) -> {
                    if (exception instanceof UserException user) {
                        thrown = user;
                        return user.exitCode();
                    }
                    throw exception;
                })
                .execute(arguments);
    }
}
