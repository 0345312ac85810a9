package perennial.jobs.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.UserException;

class EmbeddedFlinkITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void shouldSayWhyAJobFailedInTheWordsOfItsCause() {
        Configuration options = options("restart-strategy.type", "none");
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 1)) {
            JobID job = submitFailing(flink, options);

            assertThatThrownBy(() -> flink.await(job))
                    .isInstanceOf(UserException.class)
                    .hasMessage("the job failed: numbers must be even: number=3");
        }
    }

    @Test
    void shouldTellOfTheNewestFailureWhileAJobStartsAgain() {
        Configuration options = options("restart-strategy.type", "fixed-delay");
        options.setString("restart-strategy.fixed-delay.attempts", "1000000");
        options.setString("restart-strategy.fixed-delay.delay", "50ms");
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 1)) {
            JobID job = submitFailing(flink, options);
            FlinkRest rest = new FlinkRest(flink.webPage());

            await().atMost(PATIENCE)
                    .ignoreException(IOException.class)
                    .untilAsserted(() -> assertThat(rest.newestFailure(job)).hasValueSatisfying(failure -> {
                        assertThat(failure.message()).isEqualTo("numbers must be even: number=3");
                        assertThat(failure.timestamp()).isPositive();
                    }));
            flink.cancel(job);
        }
    }

    /** Flink itself would log a stack trace and start. */
    @Test
    void shouldNotStartWithoutTheMetricsThatItIsToServe() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Configuration options = new Configuration();
            PrometheusOptions.at(other.getLocalPort()).forEach(options::setString);

            assertThatThrownBy(() -> EmbeddedFlink.start(options, 1).close())
                    .isInstanceOf(UserException.class)
                    .hasMessage("metrics for Prometheus cannot be served: port=" + other.getLocalPort()
                            + " error=\"java.net.BindException: Address already in use\"; stop what listens there, or give"
                            + " another port");
        }
    }

    @Test
    void shouldKeepItsWebPageOnThisMachine() {
        Configuration options = options("restart-strategy.type", "none");
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 1)) {
            URI page = flink.webPage();

            assertThat(page.getHost()).isIn("localhost", "127.0.0.1");
            assertThat(page.getPort()).isPositive();
        }
    }

    @Test
    void shouldShowItsPageToThisMachineOnlyAndTakeNothingFromOthers() {
        try (EmbeddedFlink flink = EmbeddedFlink.start(options("s3.access-key", "hunter2"), 1)) {
            URI page = flink.webPage();
            String own = "localhost:" + page.getPort();

            assertThat(answer(page, "GET /overview", "Host: " + own)).startsWith("HTTP/1.1 200");
            assertThat(answer(page, "GET /overview", "Host: evil.example:" + page.getPort()))
                    .startsWith("HTTP/1.1 403")
                    .contains("localhost and to addresses in numbers only");
            assertThat(answer(page, "GET /overview", "Host: " + own, "Origin: http://evil.example"))
                    .startsWith("HTTP/1.1 403");
            // A form with a file, which a browser sends anywhere without asking: a job that holds any code.
            assertThat(answer(
                            page,
                            "POST /jobs",
                            "Host: " + own,
                            "Content-Type: multipart/form-data; boundary=b",
                            "Content-Length: 1000"))
                    .startsWith("HTTP/1.1 403")
                    .contains("web.submit.enable: true");
            assertThat(answer(page, "POST /jars/upload", "Host: " + own, "Content-Length: 0"))
                    .startsWith("HTTP/1.1 403");
            assertThat(answer(page, "PATCH /jobs/" + new JobID(), "Host: " + own, "Content-Length: 0"))
                    .startsWith("HTTP/1.1 403")
                    .contains("web.cancel.enable: true");
            assertThat(answer(page, "GET /config", "Host: " + own))
                    .contains("\"web-submit\":false", "\"web-cancel\":false")
                    .doesNotContainIgnoringCase("access-control-allow-origin: *");
            assertThat(answer(page, "GET /jobmanager/config", "Host: " + own))
                    .contains("{\"key\":\"s3.access-key\",\"value\":\"******\"}")
                    .doesNotContain("hunter2");
        }
    }

    @Test
    void shouldLetJobsBeCancelledWhereThatIsAllowed() {
        Configuration options = options("web.cancel.enable", "true");
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 1)) {
            URI page = flink.webPage();

            assertThat(answer(
                            page,
                            "PATCH /jobs/" + new JobID(),
                            "Host: localhost:" + page.getPort(),
                            "Content-Length: 0"))
                    .startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void shouldKeepItsFilesToItsOwner() throws IOException {
        Configuration options = options("restart-strategy.type", "none");
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 1)) {
            URI page = flink.webPage();
            String shown = answer(page, "GET /jobmanager/config", "Host: localhost:" + page.getPort());
            Matcher folders = Pattern.compile("\"(io\\.tmp\\.dirs|web\\.tmpdir)\",\"value\":\"([^\"]+)\"")
                    .matcher(shown);

            assertThat(folders.results().map(found -> found.group(2)).toList())
                    .hasSize(2)
                    .allSatisfy(found -> assertThat(
                                    PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(found))))
                            .isEqualTo("rwx------"));
        }
    }

    /** {@link #send} once the cluster, which has just started, knows who leads it. */
    private static String answer(URI page, String request, String... headers) {
        return await().atMost(PATIENCE)
                .until(() -> send(page, request, headers), answer -> !answer.startsWith("HTTP/1.1 503"));
    }

    /** Sends a request as it stands and returns what comes until the end of the connection. */
    private static String send(URI page, String request, String... headers) throws IOException {
        try (Socket socket = new Socket(page.getHost(), page.getPort())) {
            String text = request + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JobID submitFailing(EmbeddedFlink flink, Configuration options) {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
        environment
                .fromSequence(2, 10)
                .map(number -> {
                    if (number % 2 == 1) {
                        throw new IllegalArgumentException("numbers must be even: number=" + number);
                    }
                    return number;
                })
                .returns(Types.LONG)
                .sinkTo(new DiscardingSink<>());
        return flink.submit(environment, "fails");
    }

    private Configuration options(String key, String value) {
        return FlinkOptions.effective(Map.of(key, value), folder);
    }
}
