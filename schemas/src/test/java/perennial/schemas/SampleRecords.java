package perennial.schemas;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import perennial.v1.ActorPosition;
import perennial.v1.AlertState;
import perennial.v1.ControlAudit;
import perennial.v1.ControlCommand;
import perennial.v1.ControlOutcome;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.EpisodeEnd;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;
import perennial.v1.LayerReport;
import perennial.v1.LearnerProgress;
import perennial.v1.OriginalHeader;
import perennial.v1.Pause;
import perennial.v1.PlasticityAlert;
import perennial.v1.PlasticityReport;
import perennial.v1.PolicySnapshot;
import perennial.v1.Prediction;
import perennial.v1.ReportStatus;
import perennial.v1.Resume;
import perennial.v1.Retire;
import perennial.v1.RollBack;
import perennial.v1.ScheduleKind;
import perennial.v1.SetRate;
import perennial.v1.SetSchedule;
import perennial.v1.TakeSnapshot;
import perennial.v1.TaskSummary;
import perennial.v1.Transition;

/** One record of every shape, by name. Fields that a later version adds have their defaults here. */
final class SampleRecords {

    private SampleRecords() {}

    static Map<String, SpecificRecord> all() {
        Map<String, SpecificRecord> samples = new LinkedHashMap<>();
        samples.put(
                "Event-example", new Event("images", 7L, 0, 0L, new LabelledExample(bytes(0, 1, 127, 128, 255), 3)));
        samples.put(
                "Event-regression",
                new Event(
                        "slow-bits",
                        8L,
                        0,
                        1_700_000_000_123L,
                        new LabelledExample(List.of(0.0f, -1.5f, 3.4028235e38f), List.of(0.1f))));
        samples.put(
                "Event-label-reset",
                new Event("images", 60_000L, 0, 0L, new LabelReset(12, LabelResetKind.LABELS_REDRAWN, "seed 7")));
        samples.put(
                "Event-transition",
                new Event("breakout", 5L, 2, 0L, new Transition(bytes(0, 1, 1), 4, 1.0f, false, false, 3L, null)));
        samples.put(
                "Event-last-transition",
                new Event(
                        "breakout",
                        6L,
                        2,
                        0L,
                        new Transition(List.of(0.25f), 0, -0.5f, true, false, 3L, List.of(0.75f))));
        samples.put("Event-episode-end", new Event("breakout", 7L, 2, 0L, new EpisodeEnd(3L, 11.5, 42L)));
        samples.put("PlasticityReport", report());
        samples.put("TaskSummary", summary());
        samples.put(
                "PolicySnapshot",
                new PolicySnapshot(
                        "nap", "breakout", 100L, List.of(new ActorPosition("breakout", 2, 7L)), 1, 3, bytes(9, 8, 7)));
        samples.put(
                "LearnerProgress",
                new LearnerProgress(
                        "nap",
                        "breakout",
                        100L,
                        List.of(new ActorPosition("breakout", 1, 5L), new ActorPosition("breakout", 2, 7L))));
        samples.put("Prediction-class", new Prediction("nap", "images", 0, 7L, 3, 0.9f, null, 55L));
        samples.put(
                "Prediction-values", new Prediction("nap", "slow-bits", 0, 8L, null, null, List.of(0.5f, 1e-7f), 55L));
        samples.put(
                "DeadLetter",
                new DeadLetter(
                        bytes(0xC3, 1, 0),
                        bytes('s'),
                        List.of(new OriginalHeader("trace", bytes(7, 0)), new OriginalHeader("empty", null)),
                        "perennial.events.v1",
                        1,
                        99L,
                        DeadLetterReason.UNDECODABLE,
                        "a record must begin with C3 01: length=3"));
        samples.put("ControlCommand-rate", new ControlCommand("7", "nap", null, "plateau", new SetRate(3e-4)));
        samples.put(
                "ControlCommand-schedule",
                new ControlCommand(
                        "8",
                        "nap*",
                        5_000L,
                        "",
                        new SetSchedule(ScheduleKind.COSINE, 1e-3, 1e-5, 100_000L, 1e-7, 1_000L, true)));
        samples.put("ControlCommand-pause", new ControlCommand("9", "*", null, "", new Pause()));
        samples.put("ControlCommand-resume", new ControlCommand("10", "*", null, "", new Resume()));
        samples.put("ControlCommand-snapshot", new ControlCommand("11", "nap", 6_000L, "", new TakeSnapshot()));
        samples.put("ControlCommand-roll-back", new ControlCommand("12", "nap", null, "", new RollBack(6_000L)));
        samples.put("ControlCommand-retire", new ControlCommand("13", "nap", null, "done", new Retire()));
        samples.put(
                "ControlAudit",
                new ControlAudit(
                        "nap",
                        "8",
                        "setSchedule",
                        ControlOutcome.REFUSED,
                        "the learner has made more updates: update=5001",
                        5_001L,
                        5_000L,
                        List.of(new ActorPosition("images", 0, 80_015L)),
                        "plateau"));
        samples.put(
                "PlasticityAlert",
                new PlasticityAlert(
                        "nap",
                        "dead-units",
                        AlertState.RAISED,
                        "random-labels",
                        1300L,
                        4,
                        0.53,
                        0.5,
                        "nap: dead-units: deadUnits, is 0.53, above 0.5 (update 1300, task 4)",
                        "5e0c"));
        return samples;
    }

    private static PlasticityReport report() {
        LayerReport hidden = new LayerReport();
        hidden.setLayer("hidden.0");
        hidden.setParameterNorm(22.6);
        hidden.setMeanAbsoluteWeight(0.0178);
        hidden.setGradientNorm(0.013);
        hidden.setGradientL1Norm(2.9);
        hidden.setGradientL0Norm(100_352.0);
        hidden.setUpdateNorm(0.31);
        hidden.setRelativeUpdate(0.0137);
        hidden.setRotationAngle(0.0137);
        hidden.setEffectiveLearningRate(4.4e-5);
        hidden.setSpectralNorm(1.9);
        hidden.setSpectralEstimate(1.8);
        hidden.setDeadUnits(0.0);
        hidden.setDormantUnits(0.05);
        hidden.setRarelyActiveUnits(0.01);
        hidden.setAlwaysActiveUnits(0.02);
        hidden.setLinearisedUnits(0.1);
        hidden.setSaturatedUnits(0.55);
        LayerReport output = new LayerReport();
        output.setLayer("output");
        output.setParameterNorm(3.2);
        output.setGradientNorm(0.5);
        output.setUpdateNorm(0.01);
        output.setRelativeUpdate(0.003);
        output.setRotationAngle(0.003);
        output.setEffectiveLearningRate(1e-3);
        PlasticityReport report = new PlasticityReport();
        report.setLearner("nap");
        report.setStream("images");
        report.setVariant("nap");
        report.setUpdate(1000L);
        report.setTask(2);
        report.setUpdateInTask(62L);
        report.setRecordsSeen(128_000L);
        report.setPosition(128_001L);
        report.setStatus(ReportStatus.TRAINED);
        report.setNote("");
        report.setLoss(2.302585092994046);
        report.setOnlineAccuracy(0.1015625);
        report.setLearningRate(1e-3);
        report.setEffectiveLearningRate(4.4e-5);
        report.setGradientNorm(0.6);
        report.setParameterNorm(22.8);
        report.setDeadUnits(0.0);
        report.setDormantUnits(0.05);
        report.setLinearisedUnits(0.1);
        report.setSaturatedUnits(0.52);
        report.setProbeRows(128);
        report.setSrank(61.0);
        report.setEffectiveRank(70.5);
        report.setInputGradientNorm(0.4);
        report.setParameterJacobianNorm(31.0);
        report.setLayers(List.of(hidden, output));
        report.setEpisodesInTask(3L);
        report.setMeanEpisodeReturn(0.5);
        report.setDivergences(0L);
        report.setDefinitions("perennial-metrics-1");
        report.setConfigHash("0123456789abcdef");
        report.setCodeVersion("0.1.0");
        report.setEngine("cpu/Haswell");
        return report;
    }

    private static TaskSummary summary() {
        return new TaskSummary(
                "nap",
                "images",
                "nap",
                2,
                468L,
                60_000L,
                180_002L,
                0.87,
                0.85,
                2.4,
                0.2,
                0.45,
                22.8,
                4.4e-5,
                0.0,
                1406L,
                12L,
                0.75,
                1L,
                "perennial-metrics-1",
                "0123456789abcdef",
                "0.1.0",
                "cpu/Haswell");
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length);
        for (int value : values) {
            bytes.put((byte) value);
        }
        return bytes.flip();
    }
}
