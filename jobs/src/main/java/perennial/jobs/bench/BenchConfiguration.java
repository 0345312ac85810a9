package perennial.jobs.bench;

import java.util.List;
import perennial.jobs.config.Configuration;

/** What is measured. */
final class BenchConfiguration {

    private static final String LEARNERS_BEHIND_KAFKA = "/perennial/bench.yaml";
    private static final String LEARNERS_WITH_OWN_LABELS = "/perennial/bench-own.yaml";

    private BenchConfiguration() {}

    /** Learners that get their events from Kafka, and a label stream for a producer. */
    static Configuration load(List<String> overrides) {
        return Configuration.loadResource(LEARNERS_BEHIND_KAFKA, overrides);
    }

    /** Learners that make their examples themselves. */
    static Configuration loadOwn(List<String> overrides) {
        return Configuration.loadResource(LEARNERS_WITH_OWN_LABELS, overrides);
    }
}
