package perennial.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import perennial.v1.LayerReport;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

class MetricTest {

    @Test
    void shouldFindTheMetricsOfARecordInItsSchema() {
        List<Metric> metrics = Metric.of(PlasticityReport.getClassSchema(), Metric.Scope.LEARNER);

        assertThat(metrics)
                .filteredOn(metric -> metric.id().equals("effective-learning-rate.nap"))
                .singleElement()
                .satisfies(metric -> {
                    assertThat(metric.name()).isEqualTo("Effective learning rate");
                    assertThat(metric.doc()).startsWith("Effective learning rate over the norm");
                });
        assertThat(metrics).extracting(Metric::name).contains("Loss", "Gradient L1 norm", "Td error");
        assertThat(metrics).extracting(Metric::id).doesNotContain("update", "learner");
    }

    @Test
    void shouldNameThoseThatThePageShowsFirstAsTheSchemasDo() throws IOException {
        String script;
        try (InputStream resource = MetricTest.class.getResourceAsStream("page/selection.js")) {
            script = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
        Matcher list = Pattern.compile("export const USUAL = \\[(.*?)]", Pattern.DOTALL)
                .matcher(script);
        assertThat(list.find()).isTrue();
        List<String> usual = new ArrayList<>();
        Matcher id = Pattern.compile("\"([^\"]+)\"").matcher(list.group(1));
        while (id.find()) {
            usual.add(id.group(1));
        }

        assertThat(usual).isNotEmpty().isSubsetOf(ids());
    }

    @Test
    void shouldFindTheMetricOfTheLayersByTheMetricOfTheLearner() {
        // The page's button "layers" puts the word in front.
        assertThat(ids()).contains("parameter-norm.l2", "layer.parameter-norm.l2", "dead-units", "layer.dead-units");
    }

    private static List<String> ids() {
        return Stream.of(
                        Metric.of(PlasticityReport.getClassSchema(), Metric.Scope.LEARNER),
                        Metric.of(LayerReport.getClassSchema(), Metric.Scope.LAYER),
                        Metric.of(TaskSummary.getClassSchema(), Metric.Scope.TASK))
                .flatMap(List::stream)
                .map(Metric::id)
                .toList();
    }
}
