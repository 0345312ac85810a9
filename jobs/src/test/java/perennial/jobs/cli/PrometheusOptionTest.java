package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;

class PrometheusOptionTest {

    @TempDir
    private Path folder;

    @Test
    void shouldSayThatThePortIsTakenBeforeAnythingIsStarted() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            CommandRun run = CommandRun.of(
                    "run",
                    "--broker",
                    "--config",
                    "../docs/examples/label-reset.yaml",
                    "--state",
                    folder.resolve("state"),
                    "--prometheus",
                    port);
            CommandRun demo = CommandRun.of("demo", "--prometheus", port);

            String sentence = "perennial: the port for Prometheus must be free: port=" + port
                    + " is taken; stop what listens there, or name another one with --prometheus\n";
            assertThat(run.err()).isEqualTo(sentence);
            assertThat(demo.err()).isEqualTo(sentence);
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(demo.exitCode()).isEqualTo(1);
            assertThat(folder).isEmptyDirectory();
        }
    }
}
