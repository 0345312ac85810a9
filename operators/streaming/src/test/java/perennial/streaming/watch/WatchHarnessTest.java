package perennial.streaming.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import perennial.streaming.types.RecordSerializer;
import perennial.streaming.watch.AlertRule.Baseline;
import perennial.streaming.watch.AlertRule.Divergence;
import perennial.streaming.watch.AlertRule.Side;
import perennial.streaming.watch.AlertRule.Silence;
import perennial.streaming.watch.AlertRule.Threshold;
import perennial.v1.AlertState;
import perennial.v1.ControlAudit;
import perennial.v1.ControlOutcome;
import perennial.v1.PlasticityAlert;
import perennial.v1.PlasticityReport;
import perennial.v1.ReportStatus;
import perennial.v1.TaskSummary;

class WatchHarnessTest {

    private static final WatchRule DEAD_UNITS = new WatchRule(
            "dead-units",
            List.of("*"),
            new Threshold(new Quantity("deadUnits"), 1, Baseline.NONE, Side.ABOVE, 0.5, 0.4, 2));

    private static final WatchRule SILENCE = new WatchRule("silence", List.of("nap*"), new Silence(1000));

    private KeyedOneInputStreamOperatorTestHarness<String, SpecificRecord, PlasticityAlert> harness;
    private final List<PlasticityAlert> alerts = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void shouldRaiseAfterEnoughValuesAndClearOnlyBeyondTheOtherLimit() throws Exception {
        start(DEAD_UNITS);

        deadUnits("nap", 100, 0.6);
        deadUnits("nap", 200, 0.5);
        deadUnits("nap", 300, 0.6);
        assertThat(alerts).isEmpty();
        deadUnits("nap", 400, 0.7);
        deadUnits("nap", 500, 0.45);
        deadUnits("nap", 600, 0.3);
        deadUnits("nap", 700, 0.45);
        deadUnits("nap", 800, 0.3);
        deadUnits("nap", 900, 0.4);

        assertThat(alerts)
                .extracting(PlasticityAlert::getMessage)
                .containsExactly(
                        "nap: dead-units: deadUnits is 0.7, above 0.5 (update 400, task 0)",
                        "nap: dead-units ends: deadUnits is 0.4, no longer above 0.4 (update 900, task 0)");
        assertThat(alerts.get(0).getValue()).isEqualTo(0.7);
        assertThat(alerts.get(0).getLimit()).isEqualTo(0.5);
    }

    @Test
    void shouldKeepLearnersApart() throws Exception {
        start(DEAD_UNITS);

        deadUnits("nap", 100, 0.9);
        deadUnits("sn", 100, 0.9);
        deadUnits("sn", 200, 0.9);

        assertThat(alerts).extracting(PlasticityAlert::getLearner).containsExactly("sn");
    }

    @Test
    void shouldPassOverReportsThatComeAgain() throws Exception {
        start(DEAD_UNITS);

        deadUnits("nap", 100, 0.1);
        deadUnits("nap", 200, 0.9);
        deadUnits("nap", 200, 0.9);
        assertThat(alerts).isEmpty();
        deadUnits("nap", 300, 0.9);
        deadUnits("nap", 200, 0.1);
        deadUnits("nap", 300, 0.1);

        assertThat(alerts).hasSize(1);
    }

    @Test
    void shouldWatchALearnerAnewThatBeginsAnew() throws Exception {
        start(DEAD_UNITS);
        deadUnits("nap", 100, 0.9);
        deadUnits("nap", 200, 0.9);

        deadUnits("nap", 100, 0.1);
        deadUnits("nap", 200, 0.9);
        deadUnits("nap", 300, 0.9);

        assertThat(alerts)
                .extracting(PlasticityAlert::getMessage)
                .containsExactly(
                        "nap: dead-units: deadUnits is 0.9, above 0.5 (update 200, task 0)",
                        "nap: dead-units ends, since the learner began anew",
                        "nap: dead-units: deadUnits is 0.9, above 0.5 (update 300, task 0)");
    }

    @Test
    void shouldCompareTasksWithTheBestOnesBefore() throws Exception {
        start(new WatchRule(
                "plasticity-loss",
                List.of("*"),
                new Threshold(new Quantity("task.averageOnlineAccuracy"), 2, Baseline.BEST, Side.BELOW, 0.8, 0.9, 1)));

        accuracy("nap", 0, 0.5);
        accuracy("nap", 1, 0.9);
        accuracy("nap", 2, 0.9);
        accuracy("nap", 3, 0.6);
        assertThat(alerts).isEmpty();
        accuracy("nap", 4, 0.6);
        accuracy("nap", 5, 0.9);
        accuracy("nap", 6, 0.9);

        // Means: 0.7, 0.9 (best), 0.75, 0.6 (two thirds of it), 0.75, 0.9.
        assertThat(alerts).extracting(PlasticityAlert::getTask).containsExactly(4, 6);
        assertThat(alerts.get(0).getValue()).isCloseTo(0.6 / 0.9, org.assertj.core.api.Assertions.within(1e-12));
    }

    @Test
    void shouldCompareGrowthWithTheFirstValues() throws Exception {
        start(new WatchRule(
                "norm-growth",
                List.of("*"),
                new Threshold(new Quantity("deadUnits"), 1, Baseline.FIRST, Side.ABOVE, 3, 3, 1)));

        deadUnits("nap", 100, 0.2);
        deadUnits("nap", 200, 0.1);
        deadUnits("nap", 300, 0.6);
        assertThat(alerts).isEmpty();
        deadUnits("nap", 400, 0.7);

        assertThat(alerts)
                .singleElement()
                .extracting(PlasticityAlert::getUpdate)
                .isEqualTo(400L);
    }

    @Test
    void shouldSayWhatIsComparedWithWhat() throws Exception {
        start(
                new WatchRule(
                        "growth",
                        List.of("*"),
                        new Threshold(new Quantity("deadUnits"), 2, Baseline.FIRST, Side.ABOVE, 2, 1.5, 1)),
                new WatchRule(
                        "loss",
                        List.of("*"),
                        new Threshold(new Quantity("deadUnits"), 1, Baseline.BEST, Side.BELOW, 0.5, 0.5, 1)));

        deadUnits("nap", 100, 0.15);
        deadUnits("nap", 200, 0.15);
        deadUnits("nap", 300, 1.0);
        deadUnits("nap", 400, 1.0 / 3);

        assertThat(alerts)
                .extracting(PlasticityAlert::getMessage)
                .containsExactly(
                        "nap: growth: deadUnits (mean of 2) is 3.833 times what it was at first (0.15), above 2.0"
                                + " (update 300, task 0)",
                        "nap: loss: deadUnits is 0.3333 times the best it was (1.0), below 0.5 (update 400, task 0)");
    }

    @Test
    void shouldCompareWithABestThatIsAboveZeroOnly() throws Exception {
        start(new WatchRule(
                "loss",
                List.of("*"),
                new Threshold(new Quantity("deadUnits"), 1, Baseline.BEST, Side.BELOW, 0.5, 0.5, 1)));

        deadUnits("nap", 100, -2.0);
        deadUnits("nap", 200, -1.0);
        deadUnits("nap", 300, -3.0);
        deadUnits("nap", 400, 0.0);
        assertThat(alerts).isEmpty();
        deadUnits("nap", 500, 4.0);
        deadUnits("nap", 600, -1.0);

        assertThat(alerts).singleElement().extracting(PlasticityAlert::getValue).isEqualTo(-0.25);
    }

    @Test
    void shouldTellOfWhatIsInfinite() throws Exception {
        start(DEAD_UNITS);

        deadUnits("nap", 100, Double.POSITIVE_INFINITY);
        deadUnits("nap", 200, Double.POSITIVE_INFINITY);

        assertThat(alerts)
                .singleElement()
                .extracting(PlasticityAlert::getMessage)
                .isEqualTo("nap: dead-units: deadUnits is Infinity, above 0.5 (update 200, task 0)");
    }

    @Test
    void shouldPassOverWhatIsMissingOrNoNumber() throws Exception {
        start(DEAD_UNITS);

        deadUnits("nap", 100, 0.9);
        deadUnits("nap", 200, null);
        deadUnits("nap", 300, Double.NaN);
        deadUnits("nap", 400, 0.9);

        assertThat(alerts)
                .singleElement()
                .extracting(PlasticityAlert::getUpdate)
                .isEqualTo(400L);
    }

    @Test
    void shouldTellOfDivergenceAtOnceAndOfItsEnd() throws Exception {
        start(new WatchRule("divergence", List.of("*"), new Divergence(2)));

        status("nap", 100, ReportStatus.TRAINED);
        status("nap", 101, ReportStatus.UPDATE_DISCARDED);
        status("nap", 102, ReportStatus.UPDATE_DISCARDED);
        status("nap", 200, ReportStatus.TRAINED);
        assertThat(alerts).hasSize(1);
        status("nap", 300, ReportStatus.TRAINED);

        assertThat(alerts).extracting(PlasticityAlert::getUpdate).containsExactly(101L, 300L);
    }

    @Test
    void shouldTellOfSilenceByTheClock() throws Exception {
        start(SILENCE);
        harness.setProcessingTime(10_000);

        deadUnits("nap", 100, 0.1);
        deadUnits("sn", 100, 0.1);
        at(10_500);
        deadUnits("nap", 200, 0.1);
        at(11_200);
        assertThat(alerts).isEmpty();
        at(11_500);
        at(20_000);
        deadUnits("nap", 300, 0.1);
        at(20_999);
        at(21_000);

        assertThat(alerts)
                .extracting(PlasticityAlert::getMessage)
                .containsExactly(
                        "nap: silence: nothing has come for 1.0 s (update 200, task 0)",
                        "nap: silence ends: reports come again (update 300, task 0)",
                        "nap: silence: nothing has come for 1.0 s (update 300, task 0)");
    }

    @Test
    void shouldLetAPausedLearnerBeSilent() throws Exception {
        start(SILENCE);
        harness.setProcessingTime(10_000);
        deadUnits("nap", 100, 0.1);

        audit("nap", "pause", ControlOutcome.APPLIED);
        restart(SILENCE);
        at(10_100);
        at(50_000);
        assertThat(alerts).isEmpty();
        audit("nap", "resume", ControlOutcome.APPLIED);
        at(50_999);
        assertThat(alerts).isEmpty();
        at(52_000);

        assertThat(alerts).extracting(PlasticityAlert::getState).containsExactly(AlertState.RAISED);
    }

    @Test
    void shouldForgetALearnerThatIsRetired() throws Exception {
        start(DEAD_UNITS, SILENCE);
        harness.setProcessingTime(10_000);
        deadUnits("nap", 100, 0.9);
        deadUnits("nap", 200, 0.9);

        audit("nap", "retire", ControlOutcome.REFUSED);
        assertThat(alerts).hasSize(1);
        audit("nap", "retire", ControlOutcome.APPLIED);
        audit("nobody", "retire", ControlOutcome.REFUSED);
        at(50_000);

        assertThat(alerts)
                .last()
                .extracting(PlasticityAlert::getMessage)
                .isEqualTo("nap: dead-units ends, since the learner was retired");
        assertThat(alerts).hasSize(2);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void shouldGoOnFromACheckpointAtAnyPointAsIfItHadNotStopped() throws Exception {
        double[] values = {0.6, 0.7, 0.45, 0.3, 0.35, 0.9, 0.2, 0.9, 0.9};
        start(DEAD_UNITS);
        for (int i = 0; i < values.length; i++) {
            deadUnits("nap", i, values[i]);
        }
        List<PlasticityAlert> undisturbed = List.copyOf(alerts);
        assertThat(undisturbed).hasSize(3);

        alerts.clear();
        harness.close();
        start(DEAD_UNITS);
        for (int i = 0; i < values.length; i++) {
            deadUnits("nap", i, values[i]);
            restart(DEAD_UNITS);
        }

        assertThat(alerts).isEqualTo(undisturbed);
    }

    @Test
    void shouldNotTakeItsOwnSleepForALearnersSilence() throws Exception {
        start(SILENCE);
        harness.setProcessingTime(10_000);
        deadUnits("nap", 100, 0.1);

        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        open(state, SILENCE);
        harness.setProcessingTime(90_000);
        at(90_100);
        assertThat(alerts).isEmpty();
        at(91_100);

        assertThat(alerts).hasSize(1);
    }

    @Test
    void shouldEndTheAlertsOfARuleThatWasChanged() throws Exception {
        start(DEAD_UNITS);
        deadUnits("nap", 100, 0.9);
        deadUnits("nap", 200, 0.9);

        restart(new WatchRule(
                "dead-units",
                List.of("*"),
                new Threshold(new Quantity("deadUnits"), 1, Baseline.NONE, Side.ABOVE, 0.95, 0.9, 1)));
        deadUnits("nap", 300, 0.92);

        assertThat(alerts)
                .last()
                .extracting(PlasticityAlert::getMessage)
                .isEqualTo("nap: dead-units ends, since the rule was changed or removed");
    }

    private void start(WatchRule... rules) throws Exception {
        open(null, rules);
    }

    private void restart(WatchRule... rules) throws Exception {
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        open(state, rules);
    }

    private void open(OperatorSubtaskState state, WatchRule... rules) throws Exception {
        harness = new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new WatchFunction(List.of(rules))),
                record ->
                        record.get(record.getSchema().getField("learner").pos()).toString(),
                BasicTypeInfo.STRING_TYPE_INFO);
        harness.setup(new RecordSerializer<>(PlasticityAlert.class));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
    }

    private void at(long time) throws Exception {
        harness.setProcessingTime(time);
        collect();
    }

    private void deadUnits(String learner, long update, Double fraction) throws Exception {
        PlasticityReport report = report(learner, update);
        report.setDeadUnits(fraction);
        send(report);
    }

    private void status(String learner, long update, ReportStatus status) throws Exception {
        PlasticityReport report = report(learner, update);
        report.setStatus(status);
        send(report);
    }

    private void audit(String learner, String action, ControlOutcome outcome) throws Exception {
        send(new ControlAudit(learner, "7", action, outcome, "", 0L, null, List.of(), ""));
    }

    private void accuracy(String learner, int task, double accuracy) throws Exception {
        TaskSummary summary = new TaskSummary();
        summary.setLearner(learner);
        summary.setStream("s");
        summary.setTask(task);
        summary.setAverageOnlineAccuracy(accuracy);
        send(summary);
    }

    private static PlasticityReport report(String learner, long update) {
        PlasticityReport report = new PlasticityReport();
        report.setLearner(learner);
        report.setStream("s");
        report.setUpdate(update);
        report.setStatus(ReportStatus.TRAINED);
        report.setConfigHash("hash");
        return report;
    }

    private void send(SpecificRecord record) throws Exception {
        harness.processElement(record, 0);
        collect();
    }

    private void collect() {
        alerts.addAll(harness.extractOutputValues());
        harness.getOutput().clear();
    }
}
