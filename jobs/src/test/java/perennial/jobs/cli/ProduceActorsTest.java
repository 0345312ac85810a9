package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import perennial.jobs.CommandRun;

class ProduceActorsTest {

    private static final Path EXAMPLES = Path.of("..", "docs", "examples");

    @Test
    void shouldRefuseAConfigurationWithoutAnEnvironment() {
        CommandRun run = CommandRun.of("produce", "minatar", "--config", EXAMPLES.resolve("label-reset.yaml"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("must describe an environment").doesNotContain("\tat ");
    }

    @Test
    void shouldRefuseAnEnvironmentOfAnotherKind() {
        CommandRun run = CommandRun.of("produce", "ale", "--config", EXAMPLES.resolve("minatar.yaml"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("named ale/...: environment.name=minatar/breakout");
    }

    @Test
    void shouldRefuseACartridgeThatIsNotThere() {
        CommandRun run =
                CommandRun.of("produce", "ale", "--config", EXAMPLES.resolve("minatar.yaml"), "--rom", "no/such/file");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--rom must name a cartridge's file, or catch: no/such/file is no file");
    }
}
