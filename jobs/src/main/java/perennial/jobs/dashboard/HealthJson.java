package perennial.jobs.dashboard;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import perennial.v1.DeadLetter;

/** {@link Health} as the page is told of it. */
final class HealthJson {

    private HealthJson() {}

    /** Writes the fields of an object that is begun. */
    static void write(JsonGenerator json, Health health) throws IOException {
        json.writeNumberField("nowMs", health.nowMs());
        json.writeStringField("trouble", health.trouble());
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
        json.writeArrayFieldStart("alerts");
        for (ActiveAlerts.Alert alert : health.alerts()) {
            json.writeStartObject();
            json.writeStringField("learner", alert.learner());
            json.writeStringField("rule", alert.rule());
            json.writeStringField("message", alert.message());
            json.writeNumberField("raisedMs", alert.raisedMs());
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
}
