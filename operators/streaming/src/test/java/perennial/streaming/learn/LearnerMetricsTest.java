package perennial.streaming.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.Report;
import perennial.schemas.MetricField;
import perennial.streaming.RecordedMetrics;
import perennial.streaming.RecordingOutput;
import perennial.streaming.Records;
import perennial.streaming.Specs;
import perennial.streaming.assign.DeadLetters;
import perennial.streaming.assign.LearnerKeys;
import perennial.streaming.learn.LearnersHarness.RecordingFactory;
import perennial.streaming.types.LearnerCommand;
import perennial.streaming.types.LearnerEvent;
import perennial.streaming.types.RecordSerializer;
import perennial.v1.ControlCommand;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.PlasticityReport;
import perennial.v1.Retire;
import perennial.v1.TaskSummary;

class LearnerMetricsTest {

    @Test
    void shouldCountRecordsUpdatesAndDivergencesOfEachLearner() throws Exception {
        RecordedMetrics metrics = new RecordedMetrics(LearnerKeys.KEY_GROUPS);
        var harness = harness(metrics, null);

        for (int i = 0; i < 5; i++) {
            harness.processElement(event(1, "a"), 0);
        }
        harness.processElement(event(2, "b"), 0);
        harness.processElement(event(3, "gone"), 0);
        harness.close();

        // Read after the learners were closed: a gauge must not touch them.
        assertThat(metrics.value("a.records")).isEqualTo(5);
        assertThat(metrics.value("a.updates")).isEqualTo(2);
        assertThat(metrics.value("a.divergences")).isEqualTo(2);
        assertThat(metrics.value("b.records")).isEqualTo(1);
        assertThat(metrics.value("b.updates")).isZero();
        assertThat(metrics.value(".eventsOfUnknownLearners")).isEqualTo(1);
    }

    /** A learner that has stopped reports no more, so that only its state can tell. */
    @Test
    void shouldShowUpdatesAndDivergencesAfterARestoreBeforeAnyReport() throws Exception {
        var before = harness(new RecordedMetrics(LearnerKeys.KEY_GROUPS), null);
        for (int i = 0; i < 5; i++) {
            before.processElement(event(1, "a"), 0);
        }
        OperatorSubtaskState state = before.snapshot(1, 1);
        before.close();
        RecordedMetrics metrics = new RecordedMetrics(LearnerKeys.KEY_GROUPS);

        harness(metrics, state).close();

        assertThat(metrics.value("a.updates")).isEqualTo(2);
        assertThat(metrics.value("a.divergences")).isEqualTo(2);
    }

    /** What is shown is what is reported: each measured value under its field's name, with its learner and layer. */
    @Test
    void shouldShowWhatIsReported() throws Exception {
        RecordedMetrics metrics = new RecordedMetrics(LearnerKeys.KEY_GROUPS);
        LearnerSpec spec = Specs.classifier("a", "s");
        RecordingOutput<SpecificRecord> output = output();
        var harness = harness(metrics, operator(new EngineLearners("cpu"), spec), null, output);

        for (int i = 0; i <= 12; i++) {
            harness.processElement(event(1, spec, i), 0);
        }

        List<SpecificRecord> reports = output.main();
        TaskSummary summary = (TaskSummary) reports.get(reports.size() - 1);
        PlasticityReport last = (PlasticityReport) reports.get(reports.size() - 2);
        Set<String> expected = new TreeSet<>(List.of(
                "a.records",
                "a.updates",
                "a.divergences",
                "a.paused",
                "a.updateTimeNanos",
                "a.projectionTimeNanos",
                "a.task.number"));
        check(metrics, last, "a.", expected);
        check(metrics, summary, "a.task.", expected);
        last.getLayers().forEach(layer -> check(metrics, layer, "a/" + layer.getLayer() + ".", expected));
        assertThat(metrics.ofLearner("a")).isEqualTo(expected);
        assertThat(expected).contains("a.parameterNorm", "a/hidden.0.deadUnits", "a.task.averageOnlineAccuracy");
        assertThat(metrics.value("a.task.number")).isZero();
        assertThat(metrics.histogram("a.updateTimeNanos").getCount()).isEqualTo(1);
        assertThat(metrics.histogram("a.projectionTimeNanos").getCount()).isEqualTo(1);
        assertThat(metrics.histogram("a.updateTimeNanos").getStatistics().getMin())
                .isGreaterThan(metrics.histogram("a.projectionTimeNanos")
                        .getStatistics()
                        .getMin());
        harness.close();
        assertThat(metrics.ofLearner("a")).isEmpty();
    }

    private static void check(RecordedMetrics metrics, SpecificRecord record, String prefix, Set<String> names) {
        for (MetricField field : MetricField.of(record.getSchema())) {
            if (record.get(field.position()) instanceof Number value) {
                names.add(prefix + field.name());
                assertThat(metrics.number(prefix + field.name())).isEqualTo(value.doubleValue());
            }
        }
    }

    /** What is measured now and then is shown in between, too. */
    @Test
    void shouldKeepTheNewestOfAValueThatAReportLacks() throws Exception {
        RecordedMetrics metrics = new RecordedMetrics(LearnerKeys.KEY_GROUPS);
        LearnerMetrics learner = new LearnerMetrics(
                Specs.classifier("a", "s"),
                metrics.environment().getMetricGroup().getOrAddOperator("learners"));
        PlasticityReport first = ReportMapping.record(new Report());
        first.setLearner("a");
        first.setSrank(7.0);
        learner.show(first);
        assertThat(metrics.ofLearner("a")).contains("a.srank").doesNotContain("a.loss");
        PlasticityReport second = ReportMapping.record(new Report());
        second.setLearner("a");
        second.setLoss(0.5);

        learner.show(second);

        assertThat(metrics.number("a.srank")).isEqualTo(7);
        assertThat(metrics.number("a.loss")).isEqualTo(0.5);
    }

    @Test
    void shouldShowATwinsFreeRunUnderItsOwnName() throws Exception {
        RecordedMetrics metrics = new RecordedMetrics(LearnerKeys.KEY_GROUPS);
        LearnerSpec spec = Specs.twin("a", "s");
        var harness = harness(metrics, operator(new EngineLearners("cpu"), spec), null, output());

        for (int i = 0; i < 6; i++) {
            harness.processElement(event(1, spec, i), 0);
        }

        String free = LearnerSpec.freeName("a");
        assertThat(metrics.ofLearner(free)).contains(free + ".parameterNorm", free + "/hidden.0.parameterNorm");
        assertThat(metrics.number(free + ".parameterNorm")).isNotEqualTo(metrics.number("a.parameterNorm"));
        harness.close();
        assertThat(metrics.ofLearner(free)).isEmpty();
    }

    /** Also where it went on from a checkpoint before; {@link RecordedMetrics} throws where one is there twice. */
    @Test
    void shouldShowNothingOfALearnerThatIsRetired() throws Exception {
        LearnerSpec spec = Specs.classifier("a", "s");
        var before = harness(
                new RecordedMetrics(LearnerKeys.KEY_GROUPS), operator(new EngineLearners("cpu"), spec), null, output());
        before.processElement(event(1, spec, 0), 0);
        OperatorSubtaskState state = before.snapshot(1, 1);
        before.close();
        RecordedMetrics metrics = new RecordedMetrics(LearnerKeys.KEY_GROUPS);
        LearnerOperator operator = operator(new EngineLearners("cpu"), spec);
        var harness = harness(metrics, operator, state, output());
        for (int i = 1; i < 6; i++) {
            harness.processElement(event(1, spec, i), 0);
        }
        assertThat(metrics.ofLearner("a")).contains("a.updates", "a.loss", "a/output.parameterNorm");

        operator.take(new LearnerCommand(1, "a", new ControlCommand("1", "a", null, "", new Retire())));

        assertThat(metrics.ofLearner("a")).isEmpty();
        harness.processElement(event(1, spec, 6), 0);
        assertThat(metrics.ofLearner("a")).isEmpty();
        assertThat(metrics.value(".eventsOfRetiredLearners")).isEqualTo(1);
        harness.close();
    }

    @Test
    void shouldCountLettersAboutWhatIsNoCommand() throws Exception {
        RecordedMetrics metrics = new RecordedMetrics(LearnerKeys.KEY_GROUPS);
        LearnerOperator operator = operator(new RecordingFactory(false), Specs.classifier("a", "s"));
        var harness = harness(metrics, operator, null, output());
        DeadLetter letter = new DeadLetters(1000)
                .letter(Records.raw(new byte[1], 0), DeadLetterReason.UNDECODABLE, "it is no command");

        operator.take(new LearnerCommand(1, "", letter));

        assertThat(metrics.value("UNDECODABLE.deadLetters")).isEqualTo(1);
        assertThat(metrics.value("TOO_LARGE.deadLetters")).isZero();
        harness.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<Integer, LearnerEvent, SpecificRecord> harness(
            RecordedMetrics metrics, OperatorSubtaskState state) throws Exception {
        return harness(
                metrics,
                operator(new RecordingFactory(false), Specs.classifier("a", "s"), Specs.classifier("b", "s")),
                state,
                output());
    }

    private static LearnerOperator operator(LearnerFactory factory, LearnerSpec... specs) {
        return new LearnerOperator(List.of(specs), factory, false, Map.of());
    }

    private static RecordingOutput<SpecificRecord> output() {
        return new RecordingOutput<>(record -> record);
    }

    private static KeyedOneInputStreamOperatorTestHarness<Integer, LearnerEvent, SpecificRecord> harness(
            RecordedMetrics metrics,
            LearnerOperator operator,
            OperatorSubtaskState state,
            RecordingOutput<SpecificRecord> output)
            throws Exception {
        var harness = new KeyedOneInputStreamOperatorTestHarness<Integer, LearnerEvent, SpecificRecord>(
                operator, LearnerEvent::key, BasicTypeInfo.INT_TYPE_INFO, metrics.environment());
        harness.setOutputCreator(serialiser -> output);
        harness.setup(new RecordSerializer<>(SpecificRecord.class));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }

    private static LearnerEvent event(Integer key, LearnerSpec spec, long sequence) {
        LearnerEvent event = new LearnerEvent(Specs.event(spec, sequence));
        event.address(key, spec.name());
        return event;
    }

    private static LearnerEvent event(Integer key, String learner) {
        LearnerEvent event = new LearnerEvent();
        event.address(key, learner);
        return event;
    }
}
