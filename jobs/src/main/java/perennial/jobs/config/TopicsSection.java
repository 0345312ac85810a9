package perennial.jobs.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The names of the topics. No two may be the same. */
public record TopicsSection(
        @Option(
                description = "topic that transitions, examples and label resets are read from",
                defaultValue = "perennial.events.v1")
        String events,

        @Option(
                description = "topic of plasticity reports, task summaries and what became of commands",
                defaultValue = "perennial.metrics.v1")
        String metrics,

        @Option(
                description = "topic of policy snapshots and learner progress, for actors",
                defaultValue = "perennial.policies.v1")
        String policies,

        @Option(description = "topic of predictions made before training", defaultValue = "perennial.predictions.v1")
        String predictions,

        @Option(description = "topic of records that could not be used", defaultValue = "perennial.dead-letters.v1")
        String deadLetters,

        @Option(description = "topic of alerts", defaultValue = "perennial.alerts.v1")
        String alerts,

        @Option(
                description = "topic that commands to running learners are read from; docs/control.md tells of them",
                defaultValue = "perennial.control.v1")
        String control) {

    public TopicsSection {
        Map<String, String> roles = new LinkedHashMap<>();
        roles.put("events", events);
        roles.put("metrics", metrics);
        roles.put("policies", policies);
        roles.put("predictions", predictions);
        roles.put("deadLetters", deadLetters);
        roles.put("alerts", alerts);
        roles.put("control", control);
        Collection<String> names = roles.values();
        roles.forEach((role, name) -> {
            if (!name.matches("[a-zA-Z0-9._-]{1,249}") || name.equals(".") || name.equals("..")) {
                throw new IllegalArgumentException(
                        "a topic's name has 1 to 249 letters, digits, dots, underscores and minuses: " + role + "="
                                + name);
            }
            if (names.stream().filter(name::equals).count() > 1) {
                throw new IllegalArgumentException("no two topics may have the same name: " + role + "=" + name);
            }
        });
    }
}
