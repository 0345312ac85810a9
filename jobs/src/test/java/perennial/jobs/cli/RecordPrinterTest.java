package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.jobs.kafka.Samples;
import perennial.schemas.JsonRecords;
import perennial.v1.AlertState;
import perennial.v1.ControlAudit;
import perennial.v1.ControlCommand;
import perennial.v1.ControlOutcome;
import perennial.v1.DeadLetter;
import perennial.v1.Pause;
import perennial.v1.PlasticityAlert;
import perennial.v1.PlasticityReport;
import perennial.v1.ReportStatus;
import perennial.v1.TaskSummary;

class RecordPrinterTest {

    private final StringWriter text = new StringWriter();
    private final PrintWriter out = new PrintWriter(text);

    @Test
    void shouldPrintAReportAsARowWithItsHeaderOnce() {
        TablePrinter table = new TablePrinter(out);

        table.print(Samples.report("nap", 100, 2.302585));
        table.print(Samples.report("nap", 200, 1.5));
        table.print(Samples.summary("nap", 2, 0.75));

        assertThat(text.toString().lines())
                .hasSize(4)
                .satisfiesExactly(
                        header -> assertThat(header.split("\\s+"))
                                .containsExactly(
                                        ("LEARNER TASK UPDATE LOSS ACCURACY TD ERROR NORM GRADIENT EFF. RATE DEAD DORMANT SRANK NOTE")
                                                .split(" ")),
                        first -> assertThat(first.split("\\s+"))
                                .containsExactly(
                                        "nap",
                                        "2",
                                        "100",
                                        "2.3026",
                                        "0.2500",
                                        "-",
                                        "12.500",
                                        "-",
                                        "1.0000e-03",
                                        "0.1250",
                                        "-",
                                        "-"),
                        second -> assertThat(second).contains("1.5000"),
                        closed -> assertThat(closed).contains("task 2 closed").contains("0.7500"));
    }

    @Test
    void shouldSayWhyAnUpdateWasDiscardedOnOneLine() {
        PlasticityReport report = Samples.report("nap", 100, 2.0);
        report.setLoss(Double.NaN);
        report.setOnlineAccuracy(null);
        report.setStatus(ReportStatus.UPDATE_DISCARDED);
        report.setNote("loss=NaN\n\u001b[31m");

        new TablePrinter(out).print(report);

        assertThat(text.toString().lines().skip(1)).singleElement().satisfies(line -> assertThat(line)
                .contains("NaN")
                .contains("update discarded: loss=NaN")
                .doesNotContain("\u001b"));
    }

    @Test
    void shouldSayWhatBecameOfACommandBetweenTheReports() {
        ControlAudit audit = new ControlAudit(
                "nap",
                "7",
                "setRate",
                ControlOutcome.APPLIED,
                "the learning rate is 0.001, constant",
                150L,
                null,
                List.of(),
                "too\u001bfast");
        TablePrinter table = new TablePrinter(out);

        table.print(Samples.report("nap", 100, 2.0));
        table.print(audit);
        table.print(Samples.report("nap", 200, 1.5));

        assertThat(text.toString().lines())
                .hasSize(4)
                .element(2)
                .isEqualTo("nap: setRate applied after update 150: the learning rate is 0.001, constant (too fast)");
    }

    @Test
    void shouldPrintAlertsAsATableAndAsCsv() {
        PlasticityAlert alert = Samples.alert("none", AlertState.RAISED);
        CsvPrinter csv = CsvPrinter.ofRecords(out, PlasticityAlert.getClassSchema());

        new TablePrinter(out).print(alert);
        csv.begin();
        csv.print(alert);

        assertThat(text.toString().lines())
                .containsExactly(
                        "LEARNER                RULE                   STATE      TASK    UPDATE       VALUE       LIMIT  MESSAGE",
                        "none                   dead-units             raised        3      1500      0.6250      0.5000  none:"
                                + " dead-units: many",
                        "learner,rule,state,stream,update,task,value,limit,message,configHash",
                        "none,dead-units,raised,s,1500,3,0.625,0.5,none: dead-units: many,");
    }

    @Test
    void shouldPrintACommand() {
        new TablePrinter(out).print(new ControlCommand("7", "nap*", 150L, "", new Pause()));

        assertThat(text.toString().lines().skip(1)).singleElement().satisfies(line -> assertThat(line.split("\\s+"))
                .containsExactly("nap*", "pause", "150", "7"));
    }

    @Test
    void shouldPrintWhatParsesAgainAsJson() {
        PlasticityReport report = Samples.report("nap", 100, 0.1);

        new JsonPrinter(out).print(report);

        assertThat(text.toString()).endsWith("}\n");
        assertThat(JsonRecords.parse(text.toString().strip())).isEqualTo(report);
    }

    @Test
    void shouldPrintReportsAsCsvWithEmptyCellsForWhatIsNotThere() {
        CsvPrinter csv = CsvPrinter.ofRecords(out, PlasticityReport.getClassSchema());

        csv.begin();
        assertThat(csv.print(Samples.report("a,\"b\"", 100, 0.1))).isTrue();
        assertThat(csv.print(Samples.summary("nap", 1, 0.5))).isFalse();

        List<String> lines = text.toString().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0))
                .startsWith("learner,stream,variant,update,task,")
                .contains(",loss,onlineAccuracy,taskOnlineAccuracy,tdError,samplePlasticity,")
                .doesNotContain("layers");
        assertThat(lines.get(1)).startsWith("\"a,\"\"b\"\"\",s,nap,100,2,").contains(",trained,,0.1,0.25,,");
    }

    @Test
    void shouldPrintARowForEachLayer() {
        CsvPrinter csv = CsvPrinter.ofLayers(out);

        csv.begin();
        csv.print(Samples.report("nap", 100, 0.1));

        assertThat(text.toString().lines())
                .containsExactly(
                        "learner,stream,variant,update,task,updateInTask,layer,parameterNorm,meanAbsoluteWeight,gradientNorm,"
                                + "gradientL1Norm,gradientL0Norm,updateNorm,"
                                + "relativeUpdate,rotationAngle,effectiveLearningRate,spectralNorm,spectralEstimate,deadUnits,"
                                + "dormantUnits,rarelyActiveUnits,alwaysActiveUnits,"
                                + "linearisedUnits,saturatedUnits",
                        "nap,s,nap,100,2,1,hidden.0,3.5,,,,,,,,,,,,,,,,",
                        "nap,s,nap,100,2,1,output,,,,,,,,,,,,0.5,,,,,");
    }

    @Test
    void shouldPrintBytesAsBase64() {
        CsvPrinter csv = CsvPrinter.ofRecords(out, DeadLetter.getClassSchema());

        csv.print(Samples.deadLetter(7, "wrong"));

        assertThat(text.toString()).isEqualTo("AQID,BA==,events,2,7,undecodable,wrong\n");
    }

    @Test
    void shouldLetThroughOnlyLearnersThatWereNamed() {
        RecordFilter filter = new RecordFilter(List.of("nap*", "none"), false, false);

        assertThat(filter.judge(Samples.report("nap-2", 1, 1.0))).isEqualTo(RecordFilter.Verdict.TAKE);
        assertThat(filter.judge(Samples.report("none", 1, 1.0))).isEqualTo(RecordFilter.Verdict.TAKE);
        assertThat(filter.judge(Samples.report("a.nap", 1, 1.0))).isEqualTo(RecordFilter.Verdict.LEAVE);
        assertThat(filter.judge(Samples.deadLetter(1, "e"))).isEqualTo(RecordFilter.Verdict.LEAVE);
    }

    @Test
    void shouldLetThroughOnlySummariesAndEachOnce() {
        RecordFilter filter = new RecordFilter(List.of(), true, true);
        TaskSummary summary = Samples.summary("nap", 1, 0.5);

        assertThat(filter.judge(summary)).isEqualTo(RecordFilter.Verdict.TAKE);
        assertThat(filter.judge(summary)).isEqualTo(RecordFilter.Verdict.DUPLICATE);
        assertThat(filter.judge(Samples.report("nap", 1, 1.0))).isEqualTo(RecordFilter.Verdict.LEAVE);
    }
}
