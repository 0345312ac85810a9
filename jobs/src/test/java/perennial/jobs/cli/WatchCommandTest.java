package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.UserException;
import perennial.jobs.WatchJob;
import perennial.jobs.config.Configuration;
import perennial.jobs.kafka.Samples;
import perennial.v1.AlertState;
import perennial.v1.PlasticityAlert;

class WatchCommandTest {

    @TempDir
    private Path folder;

    @Test
    void shouldPrintTheStandardRulesSoThatTheyCanBeCopied() throws IOException {
        CommandRun rules = CommandRun.of("watch", "--rules");

        assertThat(rules.exitCode()).isZero();
        assertThat(rules.out()).startsWith("# The rules that hold where").contains("name: plasticity-loss");
        Configuration copied =
                Configuration.load(Files.writeString(folder.resolve("job.yaml"), rules.out()), List.of());
        assertThat(copied.alerts()).hasSize(8);
    }

    @Test
    void shouldPrintTheRulesOfAConfiguration() throws IOException {
        Path file = Files.writeString(folder.resolve("job.yaml"), "alerts: [{name: mine, type: silence}]\n");

        assertThat(CommandRun.of("watch", "--rules", "--config", file).out())
                .isEqualTo("alerts:\n- type: silence\n  name: mine\n  learners: []\n  after: 600\n");
    }

    @Test
    void shouldSayWhatIsWrongWithItsOptions() {
        assertThat(CommandRun.of("watch", "--since", "2h", "--resume", "latest").err())
                .contains("leave out one of --since and --resume");
        assertThat(CommandRun.of("watch", "-b", "localhost:1", "--since", "yesterday")
                        .err())
                .contains("--since must be a time as in 2026-03-01T03:00:00Z");
        CommandRun nowhere = CommandRun.of("watch");
        assertThat(nowhere.err()).contains("the address of a Kafka broker is needed");
        assertThat(nowhere.exitCode()).isEqualTo(2);
        assertThatThrownBy(() -> WatchJob.main(new String[0]))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("--config FILE");
    }

    @Test
    void shouldPrintAnAlertAsALineThatNoNameBreaks() {
        PlasticityAlert alert = Samples.alert("no\nne\u001b[31m", AlertState.RAISED);

        assertThat(AlertLines.line(alert, Instant.parse("2026-03-01T03:00:00.123Z")))
                .isEqualTo("2026-03-01T03:00:00Z RAISED  no ne [31m: dead-units: many");
        alert.setState(AlertState.CLEARED);
        assertThat(AlertLines.line(alert, Instant.EPOCH)).startsWith("1970-01-01T00:00:00Z cleared no ne");
    }
}
