package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;
import perennial.jobs.PerennialProcess;

class DashboardCommandITCase {

    private static final Pattern ADDRESS = Pattern.compile("dashboard: +(http://127.0.0.1:\\d+/)");

    /** Nobody listens there: the page is served all the same, and says so. */
    private static final String NO_BROKER = "127.0.0.1:1";

    @TempDir
    private Path folder;

    @Test
    void shouldServeThePageUntilItIsInterrupted() throws Exception {
        try (PerennialProcess process = PerennialProcess.start(folder, "dashboard", "-b", NO_BROKER, "--port", 0)) {
            await().atMost(Duration.ofMinutes(2)).until(() -> {
                assertThat(process.isAlive()).as(process.output()).isTrue();
                return process.output().contains("Ctrl-C ends");
            });
            Matcher address = ADDRESS.matcher(process.output());
            assertThat(address.find()).isTrue();
            HttpResponse<String> page = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address.group(1))).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(page.body()).contains("<title>Perennial</title>");

            assertThat(process.terminate()).as(process.output()).isZero();

            assertThat(process.output()).doesNotContain("Exception", "\tat ");
        }
    }

    @Test
    void shouldSayThatItsPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            CommandRun run = CommandRun.of("dashboard", "-b", NO_BROKER, "--port", taken.getLocalPort());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err())
                    .contains("the dashboard must be able to listen", "port=" + taken.getLocalPort(), "--port")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void shouldRefuseWhatCannotBeRight() {
        assertThat(CommandRun.of("dashboard").err()).contains("--bootstrap-server HOST:PORT");
        assertThat(CommandRun.of("dashboard", "-b", NO_BROKER, "--port", 70_000).err())
                .contains("--port must be from 0 to 65535: port=70000");
        CommandRun flink = CommandRun.of("dashboard", "-b", NO_BROKER, "--flink", "localhost:8081");
        assertThat(flink.exitCode()).isEqualTo(2);
        assertThat(flink.err()).contains("--flink must be an address such as http://localhost:8081");
    }
}
