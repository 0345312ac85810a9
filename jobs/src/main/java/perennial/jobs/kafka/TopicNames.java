package perennial.jobs.kafka;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The topics of an installation by what they are for. */
public record TopicNames(
        String events, String metrics, String policies, String predictions, String deadLetters, String alerts) {

    /** The names where nothing else is configured. */
    public static final TopicNames STANDARD = new TopicNames(
            "perennial.events.v1",
            "perennial.metrics.v1",
            "perennial.policies.v1",
            "perennial.predictions.v1",
            "perennial.dead-letters.v1",
            "perennial.alerts.v1");

    public TopicNames {
        requireNonNull(events, "events");
        requireNonNull(metrics, "metrics");
        requireNonNull(policies, "policies");
        requireNonNull(predictions, "predictions");
        requireNonNull(deadLetters, "deadLetters");
        requireNonNull(alerts, "alerts");
    }

    /** The names by what they are for, as the command line and the configuration spell it; in a fixed order. */
    public Map<String, String> byPurpose() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("events", events);
        names.put("metrics", metrics);
        names.put("policies", policies);
        names.put("predictions", predictions);
        names.put("dead-letters", deadLetters);
        names.put("alerts", alerts);
        return Collections.unmodifiableMap(names);
    }

    /** The topic that is meant by a purpose such as {@code dead-letters}, or else by its own name. */
    public String resolve(String purposeOrName) {
        return byPurpose().getOrDefault(purposeOrName, purposeOrName);
    }
}
