package perennial.jobs.flink;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.MetricOptions;

/** Flink's options for a process on this machine that serves its metrics to Prometheus, on localhost. */
public final class PrometheusOptions {

    /** Where Flink's metrics are looked for. */
    public static final int USUAL_PORT = 9249;

    private static final String REPORTER = "perennial";
    private static final String PREFIX = "metrics.reporter." + REPORTER + ".";
    private static final String PORT = PREFIX + LoopbackPrometheusReporterFactory.PORT;

    private PrometheusOptions() {}

    /** The options for {@code port}. */
    public static Map<String, String> at(int port) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(PREFIX + "factory.class", LoopbackPrometheusReporterFactory.class.getName());
        options.put(PORT, Integer.toString(port));
        // Otherwise the layer hidden.0 would be hidden_0, and a learner's name another than in reports.
        options.put(PREFIX + "filterLabelValueCharacters", "false");
        return options;
    }

    /** As {@link #at(int)}, and the reporter is among those that {@code given} names, where it names those that it wants. */
    public static Map<String, String> at(int port, Map<String, String> given) {
        Map<String, String> options = at(port);
        String wanted = given.get(MetricOptions.REPORTERS_LIST.key());
        if (wanted != null) {
            options.put(MetricOptions.REPORTERS_LIST.key(), wanted + "," + REPORTER);
        }
        return options;
    }

    /** Where metrics are, if {@code options} have those of {@link #at(int)}. */
    public static Optional<String> addressIn(Map<String, String> options) {
        return Optional.ofNullable(options.get(PORT)).map(port -> "http://localhost:" + port + "/metrics");
    }
}
