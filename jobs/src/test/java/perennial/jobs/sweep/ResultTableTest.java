package perennial.jobs.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.config.Sweep;
import perennial.jobs.config.Sweep.Member;
import perennial.jobs.results.Estimate;
import perennial.jobs.sweep.ResultTable.Line;

/** Results of what learners said, against numbers by hand. */
class ResultTableTest {

    private static final String SWEEP = """
            name: s
            title: Two methods
            learner:
              labels: {images: {type: synthetic, rows: 2, columns: 2, classes: 3, count: 8}, resets: 2, examplesPerTask: 10}
              task: {input: [4], classes: 3}
              network: {hidden: [8], normalisation: layernorm}
            vary:
              method: {none: {}, nap: {method: {type: nap}}}
              optimiser.learningRate: [0.001, 0.1]
            seeds: [1, 2]
            """;

    @TempDir
    private Path folder;

    @Test
    void shouldAverageOverSeedsAtEachTask() {
        SweepResults results = results("{value: lastLoss, charts: [optimiser.learningRate]}");

        ResultTable table = results.tables().get(0);

        assertThat(table.lines()).extracting(Line::chart).containsExactly("0.001", "0.1", "0.001", "0.1");
        assertThat(table.lines()).extracting(Line::name).containsExactly("none", "none", "nap", "nap");
        Line first = table.lines().get(0);
        assertThat(first.x()).containsExactly(0.0, 1.0);
        // Learners 0 and 1 said 1 and 2 of task 0, and 11 and 12 of task 1.
        assertThat(first.y()).extracting(Estimate::mean).containsExactly(1.5, 11.5);
        assertThat(first.y().get(0).halfWidth()).isCloseTo(12.706205 * 0.5, within(1e-5));
        assertThat(first.early().mean()).isEqualTo(1.5);
        assertThat(first.late().mean()).isEqualTo(11.5);
        assertThat(first.all().mean()).isEqualTo(6.5);
    }

    @Test
    void shouldPoolAxesThatAreNotNamed() {
        Line none = results("{value: lastLoss, lines: [method]}")
                .tables()
                .get(0)
                .lines()
                .get(0);

        // Learners 0 to 3 said 1, 2, 3 and 4 of task 0.
        assertThat(none.name()).isEqualTo("none");
        assertThat(none.y().get(0)).isEqualTo(Estimate.of(1, 2, 3, 4));
    }

    @Test
    void shouldPlotOverAnAxis() {
        ResultTable table = results("{value: lastLoss, over: optimiser.learningRate}")
                .tables()
                .get(0);

        assertThat(table.names()).isEmpty();
        assertThat(table.lines()).extracting(Line::name).containsExactly("none", "nap");
        Line nap = table.lines().get(1);
        assertThat(nap.x()).containsExactly(0.001, 0.1);
        // The last fifth of two tasks is the last of them: 15 and 16, and 17 and 18.
        assertThat(nap.y()).extracting(Estimate::mean).containsExactly(15.5, 17.5);
    }

    @Test
    void shouldNumberThePlacesOfAnAxisOfNames() {
        ResultTable table = results("{value: lastLoss, over: method, lines: [optimiser.learningRate]}")
                .tables()
                .get(0);

        assertThat(table.names()).containsExactly("none", "nap");
        assertThat(table.lines().get(1).name()).isEqualTo("0.1");
        assertThat(table.lines().get(1).x()).containsExactly(0.0, 1.0);
        assertThat(table.lines().get(1).y()).extracting(Estimate::mean).containsExactly(13.5, 17.5);
    }

    @Test
    void shouldCompareTheTwoOfAPair() {
        ResultTable table = results("{value: lastLoss, difference: method, charts: [optimiser.learningRate]}")
                .tables()
                .get(0);

        // Learners 0 and 4, and 1 and 5, are alike but for the method.
        assertThat(table.lines()).extracting(Line::chart).containsExactly("0.001", "0.1");
        assertThat(table.lines()).extracting(Line::name).containsOnly("lastLoss");
        assertThat(table.lines().get(0).y()).containsExactly(Estimate.of(4, 4), Estimate.of(4, 4));
    }

    @Test
    void shouldTakeFromTheLastReportOfATaskWhatItsSummaryDoesNotHave() {
        Line first = results("{value: gradientNorm, lines: [method]}")
                .tables()
                .get(0)
                .lines()
                .get(0);

        assertThat(first.y()).extracting(Estimate::mean).containsExactly(4.0, 8.0);
    }

    @Test
    void shouldAverageReportsOverUpdates() {
        Line first = results("{value: gradientNorm, over: update, points: 2, lines: [method]}")
                .tables()
                .get(0)
                .lines()
                .get(0);

        assertThat(first.x()).containsExactly(4.0, 8.0);
        assertThat(first.y()).extracting(Estimate::mean).containsExactly(3.0, 7.0);
    }

    @Test
    void shouldWriteARowForEachLearnerAndTask() throws IOException {
        Path file = folder.resolve("tasks.csv");

        TaskCsv.write(results(""), file);

        List<String> rows = Files.readAllLines(file);
        assertThat(rows).hasSize(1 + 8 * 2);
        assertThat(rows.get(0))
                .startsWith(
                        "learner,method,optimiser.learningRate,seed,task,updates,records,position,averageOnlineAccuracy,")
                .contains(",lastLoss,", ",gradientNorm,")
                .doesNotContain("stream");
        int lastLoss = List.of(rows.get(0).split(",")).indexOf("lastLoss");
        assertThat(rows.get(1)).startsWith("none-0.001-seed1,none,0.001,1,0,2,20,19,");
        assertThat(rows.get(1).split(",")[lastLoss]).isEqualTo("1.0");
        assertThat(rows.get(16)).startsWith("nap-0.1-seed2,nap,0.1,2,1,2,20,39,");
        assertThat(rows.get(16).split(",")[lastLoss]).isEqualTo("18.0");
    }

    @Test
    void shouldWriteTheLinesAndThePlotsOfAResult() throws IOException {
        ResultTable table = results("{value: lastLoss, file: loss, charts: [method]}")
                .tables()
                .get(0);

        List<String> bitmaps = new ResultFiles(folder).write(table);

        assertThat(bitmaps).containsExactly("loss-none.png", "loss-nap.png");
        assertThat(folder).isDirectoryContaining("glob:**loss-nap.svg").isDirectoryContaining("glob:**loss-none.png");
        assertThat(Files.readAllLines(folder.resolve("loss.csv")))
                .hasSize(1 + 4 * 2)
                .startsWith("chart,line,task,mean,low,high,runs")
                .anyMatch(row -> row.startsWith("nap,0.1,1.0,17.5,") && row.endsWith(",2"));
    }

    @Test
    void shouldSummariseInMarkdown() {
        SweepResults results = results(
                "{value: lastLoss, charts: [method]}, {value: lastLoss, file: rates, over: optimiser.learningRate}");

        String page = SweepSummary.markdown(results, results.tables(), List.of(List.of("a.png"), List.of("b.png")));

        assertThat(page)
                .startsWith(
                        "# Two methods\n\n8 learners:\n\n- method: none, nap\n- optimiser.learningRate: 0.001, 0.1\n- seed: 1, 2\n")
                .contains("32 updates in all, 0 of them discarded")
                .contains("| plot | line | first fifth | last fifth | all | learners |")
                .contains("| nap | 0.1 | 7.500 ± 6.353 | 17.500 ± 6.353 | 12.500 ± 6.353 | 2 |")
                .contains("| line | optimiser.learningRate 0.001 | optimiser.learningRate 0.1 |")
                .contains("| nap | 15.500 ± 6.353 | 17.500 ± 6.353 |")
                .contains("![lastLoss](b.png)");
    }

    /** Learner i said i + 1 and i + 11 as the last losses of its tasks, each with two reports. */
    private static SweepResults results(String results) {
        Sweep sweep = Sweep.parse(
                SWEEP + "results: [" + results + "]\n", "F", Sweep.SMALL, Optional.empty(), List.of(), name -> null);
        SweepResults said = new SweepResults(sweep);
        double value = 1;
        for (Member member : sweep.members()) {
            for (int task = 0; task < 2; task++) {
                for (int report = 1; report <= 2; report++) {
                    int update = 4 * task + 2 * report;
                    said.add(Said.report(member.learner(), task, update)
                            .setGradientNorm((double) update)
                            .build());
                }
                said.add(Said.summary(member.learner(), task)
                        .setLastLoss(value + 10 * task)
                        .build());
            }
            value++;
        }
        return said;
    }
}
