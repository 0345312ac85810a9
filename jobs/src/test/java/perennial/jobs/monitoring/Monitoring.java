package perennial.jobs.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of {@code deploy} that Prometheus and Grafana are given, and what they ask for. */
final class Monitoring {

    static final Path RULES = Path.of("..", "deploy", "prometheus", "rules", "perennial.yml");
    static final Path RULE_TESTS = Path.of("..", "deploy", "prometheus", "tests", "perennial.yml");
    static final Path FOLDER = Path.of("..", "deploy", "prometheus");
    static final Path DASHBOARD = Path.of("..", "deploy", "grafana", "dashboards", "perennial.json");
    static final Path PROVISIONING = Path.of("..", "deploy", "grafana", "provisioning");
    static final Path PAGE = Path.of("..", "docs", "monitoring.md");

    /** All that Flink's reporter exports begins so. */
    private static final Pattern NAME = Pattern.compile("\\bflink_\\w+");

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private Monitoring() {}

    static JsonNode yaml(Path file) throws IOException {
        return YAML.readTree(file.toFile());
    }

    /** The expressions of the alerts, by the alerts' names. */
    static Map<String, String> alerts() throws IOException {
        Map<String, String> alerts = new LinkedHashMap<>();
        for (JsonNode group : yaml(RULES).get("groups")) {
            for (JsonNode rule : group.get("rules")) {
                alerts.put(rule.get("alert").asText(), rule.get("expr").asText());
            }
        }
        return alerts;
    }

    static JsonNode dashboard() throws IOException {
        return new ObjectMapper().readTree(DASHBOARD.toFile());
    }

    /** The expressions of the dashboard's panels, as Grafana sends them for all jobs, learners and layers. */
    static Map<String, List<String>> panels() throws IOException {
        Map<String, List<String>> panels = new LinkedHashMap<>();
        for (JsonNode panel : dashboard().get("panels")) {
            for (JsonNode target : panel.path("targets")) {
                panels.computeIfAbsent(panel.get("title").asText(), title -> new ArrayList<>())
                        .add(withValues(target.get("expr").asText()));
            }
        }
        return panels;
    }

    /** The queries that the dashboard's choices are filled by. */
    static List<String> variables() throws IOException {
        List<String> queries = new ArrayList<>();
        for (JsonNode variable : dashboard().get("templating").get("list")) {
            if (variable.get("type").asText().equals("query")) {
                queries.add(withValues(variable.get("query").get("query").asText()));
            }
        }
        return queries;
    }

    private static String withValues(String expression) {
        return expression
                .replace("$__rate_interval", "10m")
                .replace("$job", ".*")
                .replace("$learner", ".*")
                .replace("$layer", ".*");
    }

    /** The names of metrics in an expression, or in a page. */
    static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = NAME.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }
}
