package perennial.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import perennial.v1.LayerReport;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** Holds the records and docs/metrics.md to the same metrics under the same definition ids. */
class MetricDefinitionsTest {

    private static final String DEFINITION = "definition";
    private static final List<Schema> RECORDS =
            List.of(PlasticityReport.getClassSchema(), LayerReport.getClassSchema(), TaskSummary.getClassSchema());

    /** The first two cells of a row of a table of metrics: definition id and field. */
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z0-9.-]+)` \\| `(PlasticityReport|LayerReport|TaskSummary)\\.(\\w+)` \\|");

    @Test
    void shouldDefineEveryMetricOfTheRecordsAndNoOther() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "metrics.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.find()) {
                String field = row.group(2) + "." + row.group(3);
                assertThat(documented.put(field, row.group(1))).as(field).isNull();
            }
        }

        assertThat(documented).isEqualTo(definitions());
    }

    @Test
    void shouldGiveEveryMeasuredValueADefinitionOfItsOwn() {
        List<String> ids = new ArrayList<>(definitions().values());
        List<String> without = new ArrayList<>();
        for (Schema record : RECORDS) {
            for (Schema.Field field : record.getFields()) {
                if (field.schema().isUnion() && field.getProp(DEFINITION) == null) {
                    without.add(record.getName() + "." + field.name());
                }
            }
        }

        assertThat(without).as("values that can be missing, hence measured").isEmpty();
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void shouldNameTheSetThatReportsName() throws IOException {
        String set = SampleRecords.all()
                .get("PlasticityReport")
                .get(definitionsField())
                .toString();

        assertThat(Files.readString(Path.of("..", "docs", "metrics.md"))).contains("`" + set + "`");
    }

    private static int definitionsField() {
        return PlasticityReport.getClassSchema().getField("definitions").pos();
    }

    /** Definition id by record and field. */
    private static Map<String, String> definitions() {
        Map<String, String> definitions = new TreeMap<>();
        for (Schema record : RECORDS) {
            for (Schema.Field field : record.getFields()) {
                String id = field.getProp(DEFINITION);
                if (id != null) {
                    definitions.put(record.getName() + "." + field.name(), id);
                }
            }
        }
        return definitions;
    }
}
