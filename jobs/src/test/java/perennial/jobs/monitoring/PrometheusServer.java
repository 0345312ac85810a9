package perennial.jobs.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import perennial.jobs.FreePorts;

/** A Prometheus of its own, with the rules of {@code deploy}, that scrapes every two seconds. */
final class PrometheusServer implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final String address;

    /**
     * Starts it and returns when it is ready.
     *
     * @param folder where its files go
     * @param target host and port of what it scrapes
     */
    PrometheusServer(Path folder, String target) throws IOException {
        int port = FreePorts.wantedOrFree(0);
        address = "http://127.0.0.1:" + port;
        Path configuration = Files.writeString(
                folder.resolve("prometheus.yml"), """
                global: {scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 1s}
                rule_files: ['%s']
                scrape_configs:
                  - job_name: perennial
                    static_configs: [{targets: ['%s']}]
                """.formatted(Monitoring.RULES.toRealPath(), target));
        Path output = folder.resolve("prometheus.log");
        process = new PrometheusProgram("prometheus")
                .start(
                        output,
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + folder.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port);
        await("Prometheus").atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
            assertThat(get(address + "/-/ready")).containsIgnoringCase("ready");
        });
    }

    /** What is at an address. */
    String get(String place) {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(place))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(place + "\n" + answer.body()).isEqualTo(200);
            return answer.body();
        } catch (IOException e) {
            throw new AssertionError("it must answer: " + place, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The data of an answer of its HTTP interface. */
    JsonNode api(String path) {
        try {
            JsonNode answer = JSON.readTree(get(address + "/api/v1/" + path));
            assertThat(answer.get("status").asText()).isEqualTo("success");
            return answer.get("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The values of an expression now, by their labels. */
    Map<Map<String, String>, Double> query(String expression) {
        Map<Map<String, String>, Double> values = new java.util.LinkedHashMap<>();
        JsonNode data = api("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        for (JsonNode result : data.get("result")) {
            Map<String, String> labels = new TreeMap<>();
            result.get("metric")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            values.put(labels, Double.parseDouble(result.get("value").get(1).asText()));
        }
        return values;
    }

    /** The one value of an expression now; NaN where there is none. */
    double value(String expression) {
        Map<Map<String, String>, Double> values = query(expression);
        assertThat(values).as(expression).hasSizeLessThan(2);
        return values.values().stream().findFirst().orElse(Double.NaN);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
