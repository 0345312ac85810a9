package perennial.jobs.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import perennial.jobs.monitoring.PrometheusProgram.Result;

/** The alerts as promtool sees them: their form, their unit tests, and that each of them has both a test and a place in the runbook. */
class AlertRulesITCase {

    private static final PrometheusProgram PROMTOOL = new PrometheusProgram("promtool");

    @Test
    void shouldBeWellFormed() throws Exception {
        for (String name : List.of("prometheus.yml", "local.yml")) {
            Result result = PROMTOOL.run(
                    "check", "config", Monitoring.FOLDER.resolve(name).toString());

            assertThat(result.exitCode()).as(result.output()).isZero();
            assertThat(result.output()).contains("1 rule files found", "10 rules found");
        }
    }

    @Test
    void shouldPassTheirUnitTests() throws Exception {
        Result result = PROMTOOL.run("test", "rules", Monitoring.RULE_TESTS.toString());

        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    @Test
    void shouldEachBeTestedBothMetAndNotMet() throws Exception {
        Set<String> met = new TreeSet<>();
        Set<String> notMet = new TreeSet<>();
        for (JsonNode test : Monitoring.yaml(Monitoring.RULE_TESTS).get("tests")) {
            for (JsonNode check : test.get("alert_rule_test")) {
                (check.get("exp_alerts").isEmpty() ? notMet : met)
                        .add(check.get("alertname").asText());
            }
        }

        assertThat(met).isEqualTo(new TreeSet<>(Monitoring.alerts().keySet()));
        assertThat(notMet).isEqualTo(met);
    }

    @Test
    void shouldEachHaveAPlaceInTheRunbook() throws Exception {
        List<String> headings = new ArrayList<>();
        for (String line : Files.readAllLines(Monitoring.PAGE)) {
            if (line.startsWith("### ")) {
                headings.add(line.substring(4));
            }
        }
        assertThat(headings)
                .containsExactlyInAnyOrderElementsOf(Monitoring.alerts().keySet());
        for (JsonNode group : Monitoring.yaml(Monitoring.RULES).get("groups")) {
            for (JsonNode rule : group.get("rules")) {
                assertThat(rule.at("/annotations/runbook").asText())
                        .isEqualTo("docs/monitoring.md#"
                                + rule.get("alert").asText().toLowerCase(Locale.ROOT));
            }
        }
    }
}
