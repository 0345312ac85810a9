package perennial.jobs.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.v1.PlasticityReport;
import perennial.v1.ReportStatus;

class PlayResultsTest {

    private final PlayResults results = new PlayResults(List.of("a", "b"));

    @Test
    void shouldTellTheMeanReturnOfTheEpisodesSinceTheReportBefore() {
        results.add(report("a", 100, 0, 400, 10, 0.5));
        // 30 episodes of 2 on average are 60, of which the first 10 had 5: 55 in 20 episodes.
        results.add(report("a", 200, 0, 800, 30, 2.0));
        results.add(report("a", 300, 0, 1200, 30, 2.0));
        // A task counts from its beginning.
        results.add(report("a", 400, 1, 1600, 4, 3.0));

        assertThat(results.of("a")).extracting(PlayResults.Point::episodes).containsExactly(10L, 20L, 0L, 4L);
        assertThat(results.of("a")).extracting(PlayResults.Point::meanReturn).containsExactly(0.5, 2.75, null, 3.0);
    }

    @Test
    void shouldNotShowWhatRoundingLeavesOfAReturnOfNothing() {
        results.add(report("a", 0, 0, 4, 1, 7));
        for (int episodes = 2; episodes < 200; episodes++) {
            results.add(report("a", episodes, 0, 4 * episodes, episodes, 7.0 / episodes));
            assertThat(results.line("a")).contains("return 0.00 ");
        }
    }

    @Test
    void shouldCountAReportOnceThatComesTwice() {
        results.add(report("a", 100, 0, 400, 10, 0.5));
        results.add(report("a", 100, 0, 400, 10, 0.5));

        assertThat(results.of("a")).hasSize(1);
    }

    @Test
    void shouldWaitForTheStepsOfEachLearnerThatStillLearns() {
        results.add(report("a", 100, 0, 400, 10, 0.5));
        assertThat(results.haveAllLearned(400)).isFalse();

        results.add(report("b", 100, 0, 399, 10, 0.5));
        assertThat(results.haveAllLearned(399)).isTrue();
        assertThat(results.haveAllLearned(400)).isFalse();

        results.add(stopped("b", 101));
        assertThat(results.haveAllLearned(400)).isTrue();
        assertThat(results.haveAllLearned(401)).isFalse();
        assertThat(results.haveAllStopped()).isFalse();

        results.add(stopped("a", 101));
        assertThat(results.haveAllStopped()).isTrue();
        assertThat(results.haveAllLearned(1_000_000)).isTrue();
    }

    @Test
    void shouldShowTheLastReportOfEachLearnerBesideItsFirstReturn() {
        results.add(report("a", 100, 0, 4000, 10, 0.5));
        results.add(report("a", 200, 0, 8000, 30, 2.0));

        assertThat(results.table())
                .satisfiesExactly(
                        line -> assertThat(line.split(" +"))
                                .containsExactly(
                                        "learner",
                                        "steps",
                                        "updates",
                                        "episodes",
                                        "return",
                                        "first",
                                        "return",
                                        "loss",
                                        "norm"),
                        line -> assertThat(line.split(" +"))
                                .containsExactly("a", "8,000", "200", "20", "2.75", "0.50", "0.2500", "7.000"),
                        line -> assertThat(line).isEqualTo("b            waiting for its first report"));

        results.add(stopped("a", 201));

        assertThat(results.table().get(1)).endsWith("stopped learning");
        assertThat(results.line("a")).endsWith("stopped learning");
    }

    @Test
    void shouldSumUpTheFirstAndTheLastTenthOfTheSteps() {
        // Episodes since the report before, and their returns: 10 of 1, then 10 of 3, then 20 of 8 and 5 of 9 each.
        results.add(report("a", 1, 0, 500, 10, 1));
        results.add(report("a", 2, 0, 1000, 20, 2));
        results.add(report("a", 3, 0, 9200, 40, 5));
        results.add(report("a", 4, 0, 10_000, 45, 245 / 45.0));

        List<String> lines = results.summary();

        assertThat(lines.get(1).split(" +")).containsExactly("a", "10,000", "45", "2.00", "8.20");
        assertThat(lines.get(2)).isEqualTo("b            no report");
    }

    @Test
    void shouldTakeTheFirstReportForTheFirstTenthWhereItComesLater() {
        results.add(report("a", 1, 0, 3000, 10, 1));
        results.add(report("a", 2, 0, 10_000, 20, 2));

        assertThat(results.summary().get(1).split(" +")).containsExactly("a", "10,000", "20", "1.00", "3.00");
    }

    private static PlasticityReport report(
            String learner, long update, int task, long steps, long episodesInTask, double meanReturn) {
        PlasticityReport report = new PlasticityReport();
        report.setLearner(learner);
        report.setUpdate(update);
        report.setTask(task);
        report.setRecordsSeen(steps);
        report.setStatus(ReportStatus.TRAINED);
        report.setLoss(0.25);
        report.setParameterNorm(7.0);
        report.setEpisodesInTask(episodesInTask);
        report.setMeanEpisodeReturn(meanReturn);
        return report;
    }

    private static PlasticityReport stopped(String learner, long update) {
        PlasticityReport report = report(learner, update, 0, 500, 10, 0.5);
        report.setStatus(ReportStatus.LEARNER_STOPPED);
        return report;
    }
}
