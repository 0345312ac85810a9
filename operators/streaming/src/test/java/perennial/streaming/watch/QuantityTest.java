package perennial.streaming.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

class QuantityTest {

    @Test
    void shouldReadNumbersOfReportsAndOfTasks() {
        PlasticityReport report = new PlasticityReport();
        report.setParameterNorm(22.5);
        report.setUpdate(7);
        TaskSummary summary = new TaskSummary();
        summary.setParameterNorm(3.5);

        assertThat(new Quantity("parameterNorm").in(report)).isEqualTo(22.5);
        assertThat(new Quantity("update").in(report)).isEqualTo(7);
        assertThat(new Quantity("loss").in(report)).isNaN();
        assertThat(new Quantity("parameterNorm").in(summary)).isNaN();
        assertThat(new Quantity("task.parameterNorm").in(summary)).isEqualTo(3.5);
        assertThat(new Quantity("task.parameterNorm").in(report)).isNaN();
    }

    @Test
    void shouldRefuseWhatIsNoNumberAndNameThoseThatAre() {
        for (String name : new String[] {"learner", "layers", "status", "deadUnit", "task.", "task.definitions", ""}) {
            assertThatThrownBy(() -> new Quantity(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("quantity=" + name + " allowed: ")
                    .hasMessageContaining("deadUnits")
                    .hasMessageContaining("task.averageOnlineAccuracy");
        }
    }
}
