package perennial.jobs.dashboard;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import perennial.v1.DeadLetter;
import perennial.v1.PlasticityAlert;

/** {@link Health} as the page is told of it. */
final class HealthJson {

    private HealthJson() {}

    /** Writes the fields of an object that is begun. */
    static void write(JsonGenerator json, Health health) throws IOException {
        json.writeNumberField("nowMs", health.nowMs());
        json.writeStringField("trouble", health.trouble());
        json.writeObjectFieldStart("missing");
        json.writeStringField("lag", health.missing().lag());
        json.writeStringField("deadLetters", health.missing().deadLetters());
        json.writeStringField("policies", health.missing().policies());
        json.writeEndObject();
        if (health.lag().isPresent()) {
            json.writeNumberField("lag", health.lag().getAsLong());
        } else {
            json.writeNullField("lag");
        }
        json.writeNumberField("deadLetters", health.deadLetters());
        json.writeArrayFieldStart("newestDeadLetters");
        for (DeadLetter letter : health.newestDeadLetters()) {
            json.writeStartObject();
            json.writeStringField(
                    "place", letter.getTopic() + "/" + letter.getPartition() + " at " + letter.getOffset());
            json.writeStringField("reason", letter.getReason().name());
            json.writeStringField("error", letter.getError());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("policies");
        for (Map.Entry<String, PolicyAges.Policy> policy : new TreeMap<>(health.policies()).entrySet()) {
            json.writeStartObject();
            json.writeStringField("learner", policy.getKey());
            json.writeNumberField("version", policy.getValue().version());
            json.writeNumberField("publishedMs", policy.getValue().publishedMs());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("alertsTold", health.alertsTold());
        json.writeArrayFieldStart("alerts");
        for (Alerts.Alert alert : health.alerts()) {
            write(json, alert);
        }
        json.writeEndArray();
        json.writeObjectFieldStart("checkpoint");
        json.writeBooleanField("known", health.checkpoint().known());
        json.writeStringField("trouble", health.checkpoint().trouble());
        if (health.checkpoint().completedMs().isPresent()) {
            json.writeNumberField(
                    "completedMs", health.checkpoint().completedMs().get());
        } else {
            json.writeNullField("completedMs");
        }
        json.writeEndObject();
        json.writeNumberField("records", health.records());
        json.writeNumberField("unreadable", health.unreadable());
        json.writeStringField("unreadableExample", health.unreadableExample());
        json.writeNumberField("leftOut", health.leftOut());
    }

    private static void write(JsonGenerator json, Alerts.Alert alert) throws IOException {
        PlasticityAlert newest = alert.newest();
        json.writeStartObject();
        json.writeStringField("learner", newest.getLearner());
        json.writeStringField("rule", newest.getRule());
        json.writeStringField("message", newest.getMessage());
        json.writeNumberField("update", newest.getUpdate());
        json.writeNumberField("task", newest.getTask());
        json.writeNumberField("sinceUpdate", alert.sinceUpdate());
        json.writeNumberField("raisedMs", alert.raisedMs());
        json.writeNumberField("clearedMs", alert.clearedMs());
        write(json, "value", newest.getValue());
        write(json, "limit", newest.getLimit());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Double value) throws IOException {
        if (value != null) {
            // What is no number is written as a text.
            json.writeNumberField(name, value);
        }
    }
}
