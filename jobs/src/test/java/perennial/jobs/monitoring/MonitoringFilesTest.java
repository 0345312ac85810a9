package perennial.jobs.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import perennial.schemas.MetricField;
import perennial.v1.LayerReport;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** What can be said of the page and of Grafana's files without a job. */
class MonitoringFilesTest {

    private static final String LEARNER = "flink_taskmanager_job_task_operator_learner_";

    /** Those that are no value of a report. */
    private static final List<String> COUNTS = List.of(
            "records", "updates", "divergences", "paused", "updateTimeNanos", "projectionTimeNanos", "task_number");

    @Test
    void shouldDocumentEveryMeasuredValueOnce() throws Exception {
        String page = Files.readString(Monitoring.PAGE);
        Map<String, Schema> scopes = new LinkedHashMap<>();
        scopes.put("", PlasticityReport.getClassSchema());
        scopes.put("layer_", LayerReport.getClassSchema());
        scopes.put("task_", TaskSummary.getClassSchema());
        Set<String> known = new TreeSet<>();
        COUNTS.forEach(name -> known.add(LEARNER + name));
        scopes.forEach((scope, schema) -> {
            for (MetricField field : MetricField.of(schema)) {
                String name = LEARNER + scope + field.name();
                known.add(name);
                assertThat(page.lines().filter(line -> line.startsWith("| `" + name + "` |")))
                        .as("docs/monitoring.md needs a row: | `%s` | unit | %s |", name, field.doc())
                        .singleElement()
                        .asString()
                        .endsWith("| " + field.doc() + " |");
            }
        });

        assertThat(Monitoring.names(page).stream().filter(name -> name.startsWith(LEARNER)))
                .containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void shouldDocumentWhatRulesAndDashboardUse() throws Exception {
        Set<String> documented = Monitoring.names(Files.readString(Monitoring.PAGE));

        assertThat(documented)
                .containsAll(
                        Monitoring.names(String.join(" ", Monitoring.alerts().values())));
        for (var panel : Monitoring.panels().entrySet()) {
            assertThat(documented).as(panel.getKey()).containsAll(Monitoring.names(String.join(" ", panel.getValue())));
        }
    }

    /** What Grafana takes for granted, or would show as an empty or hidden panel. */
    @Test
    void shouldBeADashboardThatGrafanaCanLoad() throws Exception {
        JsonNode dashboard = Monitoring.dashboard();
        Set<Integer> ids = new HashSet<>();
        boolean[][] taken = new boolean[1000][24];

        assertThat(dashboard.get("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
        assertThat(dashboard.get("uid").asText()).isEqualTo("perennial");
        for (JsonNode panel : dashboard.get("panels")) {
            String title = panel.get("title").asText();
            assertThat(ids.add(panel.get("id").asInt())).as(title).isTrue();
            JsonNode place = panel.get("gridPos");
            for (int y = 0; y < place.get("h").asInt(); y++) {
                for (int x = 0; x < place.get("w").asInt(); x++) {
                    boolean[] line = taken[place.get("y").asInt() + y];
                    assertThat(line[place.get("x").asInt() + x]).as(title).isFalse();
                    line[place.get("x").asInt() + x] = true;
                }
            }
            assertThat(panel.get("type").asText()).isIn("row", "stat", "timeseries");
            for (JsonNode target : panel.path("targets")) {
                assertThat(target.at("/datasource/uid").asText()).isEqualTo("${datasource}");
                assertThat(target.get("refId").asText()).isNotEmpty();
            }
        }
        Set<String> variables = new HashSet<>();
        dashboard
                .at("/templating/list")
                .forEach(variable -> variables.add(variable.get("name").asText()));
        assertThat(variables).containsExactlyInAnyOrder("datasource", "job", "learner", "layer");
        assertThat(Monitoring.panels().values().stream().flatMap(List::stream))
                .allSatisfy(expression -> assertThat(expression).doesNotContain("$"));
    }

    @Test
    void shouldProvisionOneDataSourceAndTheFolderOfTheDashboard() throws Exception {
        JsonNode source = Monitoring.yaml(Monitoring.PROVISIONING.resolve("datasources/prometheus.yml"))
                .get("datasources")
                .get(0);
        JsonNode provider = Monitoring.yaml(Monitoring.PROVISIONING.resolve("dashboards/perennial.yml"))
                .get("providers")
                .get(0);

        assertThat(source.get("type").asText()).isEqualTo("prometheus");
        assertThat(source.get("url").asText()).isEqualTo("http://prometheus:9090");
        assertThat(provider.at("/options/path").asText()).isEqualTo("/var/lib/grafana/dashboards");
    }
}
