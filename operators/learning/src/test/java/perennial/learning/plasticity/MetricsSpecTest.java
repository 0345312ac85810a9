package perennial.learning.plasticity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MetricsSpecTest {

    @Test
    void shouldPutAGroupIntoTheFirstReportAfterEachOfItsPeriods() {
        MetricsSpec spec = MetricsSpec.cheap(100);

        assertThat(due(spec, 1000, 3000)).containsExactly(1000L, 2000L, 3000L);
        assertThat(due(spec, 250, 1000)).containsExactly(300L, 500L, 800L, 1000L);
        assertThat(due(spec, 30, 300)).containsExactly(100L, 200L, 300L);
        assertThat(due(spec, 0, 1000)).isEmpty();
    }

    private static List<Long> due(MetricsSpec spec, int cadence, long updates) {
        return LongStream.rangeClosed(1, updates)
                .filter(update -> spec.isReported(update) && spec.isDue(cadence, update))
                .boxed()
                .toList();
    }

    @Test
    void shouldRefuseWhatCannotBeMeasured() {
        assertThatThrownBy(() -> MetricsSpec.cheap(0)).hasMessageContaining("every=0");
        assertThatThrownBy(() -> new MetricsSpec(1, 0, -1, 0, 0, 0, 0, 0, 1, 1, 1, 1))
                .hasMessageContaining("ranks=-1");
        assertThatThrownBy(() -> new MetricsSpec(1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1))
                .hasMessageContaining("probeSize=0");
    }
}
