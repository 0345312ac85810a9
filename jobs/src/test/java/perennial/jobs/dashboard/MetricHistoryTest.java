package perennial.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import perennial.jobs.kafka.Samples;
import perennial.v1.LayerReport;
import perennial.v1.PlasticityReport;

class MetricHistoryTest {

    private final MetricHistory history = new MetricHistory();

    @Test
    void shouldKeepWhatALearnerReportsOfItselfItsLayersAndItsTasks() {
        history.add(Samples.report("nap", 100, 0.5), 0);
        history.add(Samples.summary("nap", 0, 0.75), 0);

        assertThat(values("nap", "loss", "")).containsExactly("100=0.5");
        assertThat(values("nap", "layer.parameter-norm.l2", "hidden.0")).containsExactly("100=3.5");
        assertThat(values("nap", "layer.dead-units", "output")).containsExactly("100=0.5");
        assertThat(values("nap", "task.average-online-accuracy", "")).containsExactly("30=0.75");
        assertThat(values("nap", "srank.kumar-2021", "")).isEmpty();
    }

    @Test
    void shouldKnowTheMetricsThatWereReportedAndNoOther() {
        history.add(Samples.report("nap", 100, 0.5), 0);

        List<String> ids = history.look((arrivals, learners, metrics) ->
                metrics.stream().map(Metric::id).toList());
        assertThat(ids).contains("loss", "dead-units", "layer.dead-units").doesNotContain("task.last-loss", "td-error");
    }

    @Test
    void shouldKeepEachUpdateOnceWhereReportsComeAgain() {
        for (double loss : new double[] {0.5, 0.4, 0.3}) {
            history.add(Samples.report("nap", Math.round(1000 - 1000 * loss), loss), 0);
        }
        history.add(Samples.report("nap", 600, 0.4), 0);
        history.add(Samples.report("nap", 700, 0.3), 0);
        history.add(Samples.report("nap", 800, 0.2), 0);

        assertThat(values("nap", "loss", "")).containsExactly("500=0.5", "600=0.4", "700=0.3", "800=0.2");
    }

    @Test
    void shouldShowALearnerAnewThatBeginsAnew() {
        history.add(Samples.report("nap", 100, 0.5), 0);
        history.add(Samples.report("nap", 200, 0.4), 0);
        history.add(Samples.report("nap", 100, 0.9), 0);

        assertThat(values("nap", "loss", "")).containsExactly("100=0.9");
        assertThat(learner("nap").wentBack()).isEqualTo(3);
    }

    @Test
    void shouldNotLoseReportsWhereOnlyATasksSummaryComesAgain() {
        history.add(Samples.report("nap", 20, 0.5), 0);
        history.add(Samples.summary("nap", 0, 0.75), 0);
        history.add(Samples.report("nap", 40, 0.4), 0);
        history.add(Samples.summary("nap", 0, 0.75), 0);

        assertThat(values("nap", "loss", "")).containsExactly("20=0.5", "40=0.4");
        assertThat(values("nap", "task.average-online-accuracy", "")).containsExactly("30=0.75");
    }

    @Test
    void shouldKnowWhereTasksBegin() {
        history.add(report("nap", 100, 0, 100), 0);
        history.add(report("nap", 200, 1, 50), 0);
        history.add(report("nap", 300, 1, 150), 0);

        assertThat(learner("nap").taskStarts()).containsExactly(Map.entry(0L, 0), Map.entry(150L, 1));
    }

    @Test
    void shouldTellTheSpeedByTheTimesReportsWereWritten() {
        history.add(Samples.report("nap", 100, 0.5), 1_000);
        assertThat(learner("nap").updatesPerSecond()).isZero();

        history.add(Samples.report("nap", 200, 0.5), 1_500);

        assertThat(learner("nap").updatesPerSecond()).isEqualTo(200);
    }

    @Test
    void shouldStayWithinItsMemoryHoweverManyLearnersThereAre() {
        int learners = 6000;
        for (int i = 0; i < learners; i++) {
            history.add(Samples.report("learner-" + i, 100, 0.5), 0);
        }
        for (int update = 200; update <= 40_000; update += 100) {
            history.add(Samples.report("learner-7", update, update), 0);
        }

        long series = history.look((arrivals, all, metrics) ->
                all.stream().mapToLong(one -> one.series().size()).sum());
        int largest = history.look((arrivals, all, metrics) -> all.stream()
                .flatMap(one -> one.series().values().stream())
                .mapToInt(Series::size)
                .max()
                .orElseThrow());
        assertThat(series).isLessThanOrEqualTo(MetricHistory.MAX_POINTS / MetricHistory.MIN_CAPACITY);
        assertThat(largest).isLessThanOrEqualTo(MetricHistory.MIN_CAPACITY);
        assertThat(history.leftOut()).isPositive();
        assertThat(values("learner-7", "loss", "")).contains("100=0.5", "40000=40000.0");
    }

    @Test
    void shouldTakeTheFirstOfTwoLayersOfOneName() {
        PlasticityReport report = Samples.report("nap", 100, 0.5);
        LayerReport again = LayerReport.newBuilder(report.getLayers().get(0))
                .setParameterNorm(9.0)
                .build();
        List<LayerReport> layers = new ArrayList<>(report.getLayers());
        layers.add(again);
        report.setLayers(layers);

        history.add(report, 0);

        assertThat(values("nap", "layer.parameter-norm.l2", "hidden.0")).containsExactly("100=3.5");
    }

    @Test
    void shouldWakeWhoeverWaitsWhenItIsClosed() throws Exception {
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return history.await(Long.MAX_VALUE, 600_000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        history.close();

        assertThat(waiting.get()).isFalse();
    }

    private static PlasticityReport report(String learner, long update, int task, long updateInTask) {
        PlasticityReport report = Samples.report(learner, update, 0.5);
        report.setTask(task);
        report.setUpdateInTask(updateInTask);
        return report;
    }

    private LearnerHistory learner(String name) {
        return history.look((arrivals, learners, metrics) -> learners.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow());
    }

    /** The points of a series as update=value. */
    private List<String> values(String learner, String metric, String layer) {
        List<String> values = new ArrayList<>();
        learner(learner).series().forEach((key, series) -> {
            if (key.metric().equals(metric) && key.layer().equals(layer)) {
                for (int i = 0; i < series.size(); i++) {
                    values.add(series.update(i) + "=" + series.value(i));
                }
            }
        });
        return values;
    }
}
