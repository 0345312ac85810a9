package perennial.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A page without a browser: reads the server-sent events of a dashboard in a thread of its own. */
public final class ToldEvents implements AutoCloseable {

    private final List<JsonNode> hello = new CopyOnWriteArrayList<>();
    private final List<String> metrics = new CopyOnWriteArrayList<>();
    private final Map<String, JsonNode> learners = new TreeMap<>();
    private final Map<String, List<String>> points = new TreeMap<>();
    private final InputStream in;
    private final Thread thread;
    private JsonNode health;
    private String lastId = "";
    private int told;

    /** @param lastEventId id of the last event that was had; null for none */
    public ToldEvents(URI dashboard, String query, String lastEventId) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(dashboard.resolve("events?" + query));
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        in = response.body();
        thread = new Thread(this::read, "told-events");
        thread.start();
    }

    private void read() {
        ObjectMapper json = new ObjectMapper();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String type = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("id: ")) {
                    id(line.substring(4));
                } else if (line.startsWith("data: ")) {
                    take(type, json.readTree(line.substring(6)));
                }
            }
        } catch (IOException e) {
            // The server or the test has ended it.
        }
    }

    private synchronized void id(String id) {
        lastId = id;
    }

    private synchronized void take(String type, JsonNode data) {
        switch (type) {
            case "hello" -> hello.add(data);
            case "health" -> health = data;
            case "metrics" ->
                data.path("metrics")
                        .forEach(metric -> metrics.add(metric.path("id").asText()));
            case "learners" ->
                data.path("learners")
                        .forEach(learner -> learners.put(learner.path("name").asText(), learner));
            case "points" -> data.path("series").forEach(this::points);
            default -> throw new IllegalStateException("an event must be known: type=" + type);
        }
    }

    private void points(JsonNode series) {
        String learner = series.path("learner").asText();
        if (series.path("forget").asBoolean()) {
            points.keySet().removeIf(key -> key.startsWith(learner + " "));
            return;
        }
        String layer = series.path("layer").asText();
        String key = learner + " " + series.path("metric").asText() + (layer.isEmpty() ? "" : " " + layer);
        List<String> all = points.computeIfAbsent(key, name -> new ArrayList<>());
        for (int i = 0; i < series.path("updates").size(); i++) {
            all.add(series.path("updates").get(i).asText() + "="
                    + series.path("values").get(i).asText());
            told++;
        }
    }

    JsonNode hello() {
        return hello.get(0);
    }

    List<String> metrics() {
        return metrics;
    }

    synchronized JsonNode learner(String name) {
        return learners.get(name);
    }

    public synchronized JsonNode health() {
        return health;
    }

    /** The points of a series as update=value; its key is the learner, the metric and, if any, the layer. */
    synchronized List<String> points(String series) {
        return List.copyOf(points.getOrDefault(series, List.of()));
    }

    /** Points that were told, whether they were there before or not. */
    synchronized int told() {
        return told;
    }

    synchronized String lastId() {
        return lastId;
    }

    /** Whether the server has ended. */
    boolean ended() {
        return !thread.isAlive();
    }

    @Override
    public void close() {
        try {
            in.close();
            thread.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
