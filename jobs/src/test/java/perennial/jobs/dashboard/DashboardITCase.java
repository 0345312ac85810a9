package perennial.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import perennial.jobs.UserException;
import perennial.jobs.config.TopicsSection;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.Samples;
import perennial.v1.PlasticityReport;
import perennial.v1.PolicySnapshot;

/** The dashboard's server over a real broker, without a browser. */
class DashboardITCase {

    private static final DashboardAddress ANY_PORT = new DashboardAddress(DashboardAddress.LOOPBACK, 0, false);

    private static EmbeddedKafka kafka;

    private TestTopics topics;
    private Dashboard dashboard;

    @BeforeAll
    static void startKafka() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @BeforeEach
    void start(TestInfo test) throws Exception {
        topics = new TestTopics(kafka, test.getTestMethod().orElseThrow().getName());
        dashboard = Dashboard.start(topics.source(), ANY_PORT);
    }

    @AfterEach
    void stop() {
        dashboard.close();
    }

    @Test
    void shouldTellThePastThatIsAskedForAndThenWhatComes() throws Exception {
        topics.metrics(
                Samples.report("nap", 100, 0.1), Samples.report("none", 100, 2.25), Samples.summary("nap", 2, 0.9));

        try (ToldEvents page = told("metric=loss&metric=layer.parameter-norm.l2&learner=nap")) {
            eventually().untilAsserted(() -> assertThat(page.points("nap loss")).containsExactly("100=0.1"));
            assertThat(page.points("nap layer.parameter-norm.l2 hidden.0")).containsExactly("100=3.5");
            topics.metricsAsJson(Samples.report("nap", 200, 1e-300));

            eventually().untilAsserted(() -> assertThat(page.points("nap loss"))
                    .containsExactly("100=0.1", "200=1.0E-300"));
            assertThat(page.points("none loss")).isEmpty();
            assertThat(page.points("nap dead-units")).isEmpty();
            assertThat(page.metrics()).contains("loss", "layer.dead-units", "task.average-online-accuracy");
            assertThat(page.hello().path("job").asText()).isEqualTo("the job");
            assertThat(page.hello().path("learners").size()).isEqualTo(3);
            assertThat(page.learner("none").path("update").asLong()).isEqualTo(100);
            assertThat(page.learner("nap").path("tasks").toString()).isEqualTo("[[2,99],[2,199]]");
        }
    }

    @Test
    void shouldTellOnlyWhatIsNewToAPageThatComesBack() throws Exception {
        topics.metrics(Samples.report("nap", 100, 0.5), Samples.report("nap", 200, 0.4));
        String had;
        try (ToldEvents page = told("metric=loss")) {
            eventually().until(() -> page.points("nap loss").size() == 2);
            had = page.lastId();
        }
        topics.metrics(Samples.report("nap", 300, 0.3));

        try (ToldEvents back = new ToldEvents(dashboard.address(), "metric=loss", had);
                ToldEvents stranger = new ToldEvents(dashboard.address(), "metric=loss", "another-server:2")) {
            eventually().untilAsserted(() -> assertThat(back.points("nap loss")).containsExactly("300=0.3"));
            assertThat(back.hello().path("anew").asBoolean()).isFalse();
            eventually().until(() -> stranger.points("nap loss").size() == 3);
            assertThat(stranger.hello().path("anew").asBoolean()).isTrue();
        }
    }

    @Test
    void shouldShowEachUpdateOnceThoughTheTopicHasItTwice() throws Exception {
        try (ToldEvents page = told("metric=loss")) {
            topics.metrics(Samples.report("nap", 100, 0.5), Samples.report("nap", 200, 0.4));
            eventually().until(() -> page.points("nap loss").size() == 2);

            topics.metrics(
                    Samples.report("nap", 100, 0.5), Samples.report("nap", 200, 0.4), Samples.report("nap", 300, 0.3));

            eventually().untilAsserted(() -> assertThat(page.points("nap loss"))
                    .containsExactly("100=0.5", "200=0.4", "300=0.3"));
        }
    }

    @Test
    void shouldShowWhatAnOpenTransactionHasWritten() throws Exception {
        try (ToldEvents page = told("metric=loss");
                Producer<byte[], byte[]> open = topics.openTransaction(Samples.report("nap", 100, 0.5))) {
            eventually().until(() -> page.points("nap loss").equals(List.of("100=0.5")));
            open.abortTransaction();
        }
    }

    @Test
    void shouldGoOnAfterRecordsThatCannotBeRead() throws Exception {
        topics.garbage("", "no record", "{\"type\":\"report\"}", "{\"type\":\"report\",\"of\":\"a newer version\"}");
        PlasticityReport infinite = Samples.report("nap", 100, Double.POSITIVE_INFINITY);
        topics.metrics(Samples.example("s", 0, 1), infinite);

        try (ToldEvents page = told("metric=loss")) {
            eventually().untilAsserted(() -> assertThat(page.points("nap loss")).containsExactly("100=Infinity"));
            eventually().until(() -> page.health().path("records").asInt() == 6);
            assertThat(page.health().path("unreadable").asInt()).isEqualTo(4);
            assertThat(page.health().path("unreadableExample").asText()).startsWith("partition=0 offset=3 error=");
            assertThat(page.health().path("trouble").asText()).isEmpty();
        }
    }

    @Test
    void shouldTellLagDeadLettersPoliciesAndCheckpoints() throws Exception {
        topics.events(30, 18);
        topics.deadLetter(Samples.deadLetter(7, "label out of range: label=12"));
        topics.policy(PolicySnapshot.newBuilder()
                .setLearner("dqn")
                .setStream("play")
                .setVersion(400)
                .setTrainedThrough(List.of())
                .setTensors(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                .build());
        Instant completed = Instant.ofEpochMilli(1_700_000_000_000L);

        try (Dashboard withFlink =
                        Dashboard.start(topics.source().withCheckpoints(() -> Optional.of(completed)), ANY_PORT);
                ToldEvents page = new ToldEvents(withFlink.address(), "", null)) {
            eventually().untilAsserted(() -> {
                assertThat(page.health().path("lag").asInt()).isEqualTo(12);
                assertThat(page.health().path("deadLetters").asInt()).isEqualTo(1);
                assertThat(page.health().at("/newestDeadLetters/0/error").asText())
                        .contains("label=12");
                assertThat(page.health().at("/policies/0/version").asInt()).isEqualTo(400);
                assertThat(page.health().at("/checkpoint/completedMs").asLong()).isEqualTo(completed.toEpochMilli());
            });
        }
        try (ToldEvents page = told("")) {
            eventually()
                    .until(() ->
                            page.health() != null && page.health().path("lag").asInt() == 12);
            assertThat(page.health().at("/checkpoint/known").asBoolean()).isFalse();
        }
    }

    @Test
    void shouldSayThatTheTopicIsMissingAndShowItOnceItIsThere() throws Exception {
        DashboardSource source = topics.source();
        TopicsSection missing = TestTopics.names("later");
        try (Dashboard early = Dashboard.start(
                        new DashboardSource(
                                "later", source.kafka(), missing, List.of(), source.group(), Optional.empty()),
                        ANY_PORT);
                ToldEvents page = new ToldEvents(early.address(), "metric=loss", null)) {
            eventually().until(() -> page.health().path("trouble").asText().contains("topic=later.metrics"));

            new TestTopics(kafka, "later").metrics(Samples.report("nap", 100, 0.5));

            eventually().until(() -> page.points("nap loss").equals(List.of("100=0.5")));
            eventually().until(() -> page.health().path("trouble").asText().isEmpty());
        }
    }

    @Test
    void shouldSayThatTheBrokerIsGoneAndEndAllTheSame() throws Exception {
        EmbeddedKafka other = EmbeddedKafka.start();
        try {
            TestTopics there = new TestTopics(other, "short");
            there.metrics(Samples.report("nap", 100, 0.5));
            try (Dashboard orphan = Dashboard.start(there.source(), ANY_PORT);
                    ToldEvents page = new ToldEvents(orphan.address(), "metric=loss", null)) {
                eventually().until(() -> page.points("nap loss").equals(List.of("100=0.5")));

                other.close();

                eventually().until(() -> page.health().path("trouble").asText().contains("no broker answered"));
                assertThat(page.points("nap loss")).containsExactly("100=0.5");
            }
        } finally {
            other.close();
        }
    }

    @Test
    void shouldEndWhatItTellsWhenItIsClosed() throws Exception {
        try (ToldEvents page = told("")) {
            eventually().until(() -> page.health() != null);

            dashboard.close();

            eventually().until(page::ended);
        }
    }

    @Test
    void shouldServeThePageWithEverythingItLoads() throws Exception {
        HttpResponse<String> page = get("");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(page.body()).doesNotContain("http://", "https://");
        for (String part : List.of("main.js", "dashboard.css", "favicon.svg", "chart.js")) {
            assertThat(get(part).statusCode()).as(part).isEqualTo(200);
            assertThat(page.body()).contains(part);
        }
        assertThat(get("main.js").headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/javascript");
        assertThat(get("Dashboard.class").statusCode()).isEqualTo(404);
        assertThat(get("..%2fDashboard.class").statusCode()).isIn(400, 404);
    }

    @Test
    void shouldTellTheBrowserToLoadNothingFromElsewhere() throws Exception {
        for (String part : List.of("", "main.js", "missing")) {
            HttpResponse<String> response = get(part);

            assertThat(response.headers().firstValue("Content-Security-Policy"))
                    .as(part)
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                            .doesNotContain("unsafe"));
            assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
            assertThat(response.headers().firstValue("Server")).isEmpty();
        }
    }

    @Test
    void shouldAnswerNobodyWhoCallsItByAnotherName() throws IOException {
        int port = dashboard.address().getPort();

        assertThat(statusLine("GET / HTTP/1.1", "evil.example:" + port)).contains(" 403 ");
        assertThat(statusLine("GET /events HTTP/1.1", "127.0.0.1.evil.example")).contains(" 403 ");
        assertThat(statusLine("GET / HTTP/1.1", "localhost:" + port)).contains(" 200 ");
        assertThat(statusLine("GET / HTTP/1.1", "[::1]:" + port)).contains(" 200 ");
        assertThat(statusLine("POST / HTTP/1.1", "localhost:" + port)).contains(" 405 ");
    }

    @Test
    void shouldListenToThisMachineOnly() throws IOException {
        int port = dashboard.address().getPort();
        InetAddress other = InetAddress.getByName("127.0.0.2");

        assertThat(dashboard.address().getHost()).isEqualTo("127.0.0.1");
        // Linux has the whole network 127 on its loopback interface; a server on all interfaces would answer there.
        assertThatThrownBy(() -> new Socket(other, port).close()).isInstanceOf(IOException.class);
    }

    @Test
    void shouldTakeTheNextPortOrSayThatItIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(DashboardAddress.LOOPBACK))) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> Dashboard.start(
                            topics.source(), new DashboardAddress(DashboardAddress.LOOPBACK, port, false)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("port=" + port)
                    .hasMessageContaining("--port");
            try (Dashboard next =
                    Dashboard.start(topics.source(), new DashboardAddress(DashboardAddress.LOOPBACK, port, true))) {
                assertThat(next.address().getPort()).isGreaterThan(port);
            }
        }
    }

    private ToldEvents told(String query) throws Exception {
        return new ToldEvents(dashboard.address(), query, null);
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI address = URI.create(dashboard.address() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The first line of the answer to a request that names the server so; Java's own client would not let it. */
    private String statusLine(String request, String host) throws IOException {
        try (Socket socket =
                new Socket(DashboardAddress.LOOPBACK, dashboard.address().getPort())) {
            socket.getOutputStream()
                    .write((request + "\r\nHost: " + host + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofMinutes(2)).ignoreExceptionsInstanceOf(NullPointerException.class);
    }
}
