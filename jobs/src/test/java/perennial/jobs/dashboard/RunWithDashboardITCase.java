package perennial.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import perennial.jobs.CommandRun;
import perennial.jobs.PerennialProcess;

/** The dashboard as a user meets it: beside a job of {@code perennial run}, and by itself with the address of that job's Flink. */
class RunWithDashboardITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** A learner that never comes to the end of its labels while a test lasts, with a broker of its own. */
    private static final String JOB = """
            name: watched
            flink: {execution.checkpointing.interval: 500ms}
            learners:
              - name: sgd
                labels:
                  stream: labels
                  images: {type: synthetic, rows: 4, columns: 4, count: 40}
                  resets: 1_000_000
                  examplesPerTask: 4000
                task: {type: classification, input: [16], classes: 10}
                network: {type: mlp, hidden: [8]}
                batch: {size: 20}
                metrics: {every: 50}
            """;

    @TempDir
    private Path folder;

    @Test
    void shouldShowTheJobThatItRunsBesideAndTheAgeOfItsCheckpoints() throws Exception {
        Path config = Files.writeString(folder.resolve("job.yaml"), JOB);
        try (ServerSocket usual = taken();
                PerennialProcess run = PerennialProcess.start(folder, "run", "--config", config);
                TestBrowser browser = new TestBrowser(folder.resolve("browser"))) {
            assertThat(usual.isClosed()).isFalse();
            URI page = printed(run, "the dashboard is at (\\S+)");
            assertThat(page.getHost()).isEqualTo("127.0.0.1");
            assertThat(page.getPort()).as("the usual port is taken").isGreaterThan(DashboardAddress.USUAL_PORT);
            assertShows(browser, page, "sgd", "watched");

            URI flink = printed(run, "Flink's web page is at (\\S+)");
            URI kafka = URI.create("kafka://" + matched(run, "embedded Kafka at (\\S+)"));
            try (PerennialProcess alone = PerennialProcess.start(
                    folder,
                    "dashboard",
                    "-b",
                    kafka.getAuthority(),
                    "--set",
                    "name=watched",
                    "--port",
                    0,
                    "--flink",
                    flink)) {
                assertShows(browser, printed(alone, "dashboard: +(\\S+)"), "sgd", "watched");
                assertThat(run.terminate()).as(run.output()).isZero();

                await().atMost(PATIENCE).until(() -> tile(browser, "checkpoint").contains("Flink does not answer"));
                assertThat(alone.terminate()).as(alone.output()).isZero();
            }
            assertThat(run.output()).doesNotContain("\tat ");
        }
    }

    /** The port that a dashboard would take; somebody else may have it already. */
    private static ServerSocket taken() throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(new java.net.InetSocketAddress(
                    InetAddress.getByName(DashboardAddress.LOOPBACK), DashboardAddress.USUAL_PORT));
        } catch (java.net.BindException e) {
            // It is taken, which is what is wanted.
        }
        return socket;
    }

    private static void assertShows(TestBrowser browser, URI page, String learner, String job) {
        browser.driver().get(page.toString());
        await().atMost(PATIENCE).until(() -> text(browser, "#newest").contains(learner));
        await().atMost(PATIENCE)
                .until(() -> tile(browser, "checkpoint").matches("(?s)Checkpoint age\\s+\\d+ (s|min)\\s.*"));
        await().atMost(PATIENCE).until(() -> !tile(browser, "speed").matches("(?s)Updates per second\\s+0\\s.*"));
        assertThat(browser.driver().getTitle()).startsWith(job);
        assertThat(tile(browser, "checkpoint")).contains("since it was completed");
    }

    private static String tile(TestBrowser browser, String name) {
        return text(browser, "[data-tile=" + name + "]");
    }

    private static String text(TestBrowser browser, String selector) {
        return browser.driver().findElements(By.cssSelector(selector)).stream()
                .map(org.openqa.selenium.WebElement::getText)
                .findFirst()
                .orElse("");
    }

    private static URI printed(PerennialProcess process, String pattern) {
        return URI.create(matched(process, pattern));
    }

    private static String matched(PerennialProcess process, String pattern) {
        Pattern expected = Pattern.compile(pattern);
        await().atMost(PATIENCE).until(() -> {
            assertThat(process.isAlive()).as(process.output()).isTrue();
            return expected.matcher(process.output()).find();
        });
        Matcher found = expected.matcher(process.output());
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    @Test
    void shouldRefuseAPortThatIsTakenBeforeAnythingIsStarted() throws IOException {
        Path config = Files.writeString(folder.resolve("job.yaml"), JOB);
        Path state = folder.resolve("state");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(DashboardAddress.LOOPBACK))) {
            CommandRun run = CommandRun.of("run", "-c", config, "--state", state, "--port", taken.getLocalPort());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err())
                    .contains("the dashboard must be able to listen", "port=" + taken.getLocalPort(), "--port");
        }
        assertThat(state).doesNotExist();
        CommandRun both = CommandRun.of("run", "-c", config, "--state", state, "--port", 0, "--no-dashboard");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("leave out one of --port and --no-dashboard");
    }
}
