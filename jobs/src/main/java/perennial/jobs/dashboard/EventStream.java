package perennial.jobs.dashboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import perennial.v1.PlasticityReport;

/**
 * The server-sent events of one page: first the past, then what comes. Not thread-safe.
 *
 * <p>The id of an event says how far the page has come, as {@code epoch:arrival}: the history it was taken from, and the number of the
 * newest record in it. A page that comes back with it is told what is new since; with the id of another history, or none, it is told all.
 * So nothing has to be kept for a page, and a slow one is told more at a time.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, server-sent events</a>
 */
final class EventStream {

    /** The page draws no faster than this. */
    private static final long PAUSE_MS = 250;

    /** A page that hears nothing for longer takes the connection for lost. */
    private static final long SILENCE_MS = 2000;

    /** JDKs before 19 write some numbers with more digits than needed. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private final MetricHistory history;
    private final HealthWatch watch;
    private final String epoch;
    private final Subscription subscription;
    private final OutputStream out;
    private long told;
    private long toldHealth = -1;
    private int toldMetrics;

    /** Writes the fields of an object. */
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /**
     * @param epoch names the history among those of other servers
     * @param lastEventId id of the last event that the page has had; null where it has had none
     * @param out to the page
     */
    EventStream(
            MetricHistory history,
            HealthWatch watch,
            String epoch,
            Subscription subscription,
            String lastEventId,
            OutputStream out) {
        this.history = history;
        this.watch = watch;
        this.epoch = epoch;
        this.subscription = subscription;
        this.out = out;
        this.told = told(lastEventId);
    }

    /** How far the page has come; -1 where it knows nothing of this history. */
    private long told(String lastEventId) {
        if (lastEventId == null || !lastEventId.startsWith(epoch + ":")) {
            return -1;
        }
        try {
            long arrival = Long.parseLong(lastEventId.substring(epoch.length() + 1));
            return arrival < 0 || arrival > history.arrivals() ? -1 : arrival;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /**
     * Tells until the history is closed.
     *
     * @param source what is shown, as the first event says
     * @throws IOException when the page is gone
     */
    void run(DashboardSource source) throws IOException, InterruptedException {
        out.write("retry: 1000\n\n".getBytes(StandardCharsets.UTF_8));
        boolean anew = told < 0;
        send(event("hello", "", json -> {
            json.writeStringField("epoch", epoch);
            json.writeBooleanField("anew", anew);
            json.writeStringField("job", source.job());
            json.writeStringField("topic", source.topics().metrics());
            json.writeStringField("address", source.kafka().bootstrapServers());
            json.writeArrayFieldStart("learners");
            for (String learner : source.learners()) {
                json.writeString(learner);
            }
            json.writeEndArray();
        }));
        do {
            Health health = watch.health();
            if (health.number() != toldHealth) {
                toldHealth = health.number();
                send(event("health", "", json -> HealthJson.write(json, health)));
            }
            send(news());
            out.flush();
        } while (history.await(Long.MAX_VALUE, PAUSE_MS) && history.await(told, SILENCE_MS));
    }

    private void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** What is new in the history; made while it stands still, and sent when it does no longer, since a page may be slow. */
    private byte[] news() {
        return history.look((arrivals, learners, metrics) -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            if (metrics.size() != toldMetrics) {
                toldMetrics = metrics.size();
                bytes.writeBytes(event("metrics", "", json -> metrics(json, metrics)));
            }
            if (arrivals > told || told < 0) {
                bytes.writeBytes(event("learners", "", json -> learners(json, learners)));
                bytes.writeBytes(event("points", epoch + ":" + arrivals, json -> points(json, learners)));
                told = arrivals;
            }
            return bytes.toByteArray();
        });
    }

    private static byte[] event(String type, String id, Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try {
            bytes.writeBytes(("event: " + type + (id.isEmpty() ? "" : "\nid: " + id) + "\ndata: ")
                    .getBytes(StandardCharsets.UTF_8));
            try (JsonGenerator json = JSON.createGenerator(bytes)) {
                json.writeStartObject();
                fields.write(json);
                json.writeEndObject();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("bytes can always be written to memory", e);
        }
        bytes.writeBytes(new byte[] {'\n', '\n'});
        return bytes.toByteArray();
    }

    private static void metrics(JsonGenerator json, Collection<Metric> metrics) throws IOException {
        json.writeArrayFieldStart("metrics");
        for (Metric metric : metrics) {
            json.writeStartObject();
            json.writeStringField("id", metric.id());
            json.writeStringField("name", metric.name());
            json.writeStringField("doc", metric.doc());
            json.writeStringField("scope", metric.scope().spelling());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Who the learners are that have reported since, whether the page shows them or not. */
    private void learners(JsonGenerator json, Collection<LearnerHistory> learners) throws IOException {
        json.writeArrayFieldStart("learners");
        for (LearnerHistory learner : learners) {
            PlasticityReport newest = learner.newest();
            if (learner.arrival() > told && newest != null) {
                json.writeStartObject();
                json.writeStringField("name", learner.name());
                json.writeStringField("variant", newest.getVariant());
                json.writeStringField("stream", newest.getStream());
                json.writeNumberField("update", newest.getUpdate());
                json.writeNumberField("task", newest.getTask());
                json.writeNumberField("records", newest.getRecordsSeen());
                json.writeStringField("status", newest.getStatus().name());
                json.writeStringField("note", newest.getNote());
                json.writeNumberField("divergences", newest.getDivergences());
                json.writeStringField("definitions", newest.getDefinitions());
                json.writeStringField("configHash", newest.getConfigHash());
                json.writeStringField("codeVersion", newest.getCodeVersion());
                json.writeStringField("engine", newest.getEngine());
                json.writeNumberField("reportedMs", learner.reportedMs());
                json.writeNumberField("updatesPerSecond", learner.updatesPerSecond());
                json.writeArrayFieldStart("tasks");
                for (Map.Entry<Long, Integer> start : learner.taskStarts().entrySet()) {
                    json.writeStartArray();
                    json.writeNumber(start.getValue());
                    json.writeNumber(start.getKey());
                    json.writeEndArray();
                }
                json.writeEndArray();
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private void points(JsonGenerator json, Collection<LearnerHistory> learners) throws IOException {
        json.writeArrayFieldStart("series");
        for (LearnerHistory learner : learners) {
            if (subscription.wants(learner) && learner.arrival() > told) {
                // Where it went back, the page forgets what it knew and is told all that there is.
                boolean anew = learner.wentBack() > told;
                if (anew) {
                    json.writeStartObject();
                    json.writeStringField("learner", learner.name());
                    json.writeBooleanField("forget", true);
                    json.writeEndObject();
                }
                for (Map.Entry<SeriesKey, Series> one : learner.series().entrySet()) {
                    if (subscription.wants(one.getKey())) {
                        points(json, learner.name(), one.getKey(), one.getValue(), anew);
                    }
                }
            }
        }
        json.writeEndArray();
    }

    private void points(JsonGenerator json, String learner, SeriesKey key, Series series, boolean anew)
            throws IOException {
        int first = anew ? 0 : series.firstAfter(told);
        if (first == series.size()) {
            return;
        }
        json.writeStartObject();
        json.writeStringField("learner", learner);
        json.writeStringField("metric", key.metric());
        json.writeStringField("layer", key.layer());
        json.writeArrayFieldStart("updates");
        for (int i = first; i < series.size(); i++) {
            json.writeNumber(series.update(i));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("values");
        for (int i = first; i < series.size(); i++) {
            // What is no number is written as a text.
            json.writeNumber(series.value(i));
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
