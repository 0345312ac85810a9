package perennial.jobs.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportSeriesTest {

    @Test
    void shouldAverageEachPartOfTheRun() {
        ReportSeries series = new ReportSeries("loss", false);
        for (int update = 1; update <= 8; update++) {
            series.add(Said.report("a", 0, update).setLoss((double) update).build());
        }

        Points points = series.inParts(4);

        assertThat(points.x()).containsExactly(2, 4, 6, 8);
        assertThat(points.y()).containsExactly(1.5, 3.5, 5.5, 7.5);
    }

    @Test
    void shouldHaveNoMorePartsThanReports() {
        ReportSeries series = new ReportSeries("loss", true);
        series.add(Said.report("a", 0, 1).setLoss(3.0).build());
        series.add(Said.report("a", 0, 2).setLoss(1.0).build());

        Points points = series.inParts(40);

        assertThat(points.x()).containsExactly(10, 20);
        assertThat(points.y()).containsExactly(3, 1);
    }

    @Test
    void shouldHaveNoPointsWithoutReports() {
        assertThat(new ReportSeries("loss", false).inParts(4).x()).isEmpty();
    }

    @Test
    void shouldPassOverAReportThatComesAgain() {
        ReportSeries series = new ReportSeries("loss", false);
        series.add(Said.report("a", 0, 1).setLoss(3.0).build());
        series.add(Said.report("a", 0, 2).setLoss(5.0).build());
        series.add(Said.report("a", 0, 1).setLoss(3.0).build());
        series.add(Said.report("a", 0, 2).setLoss(5.0).build());

        assertThat(series.inParts(1).y()).containsExactly(4);
    }

    @Test
    void shouldWeighReturnsByTheEpisodesSinceTheReportBefore() {
        ReportSeries series = new ReportSeries("episodeReturn", false);
        // One episode of 10; then three more, of 2 each; then, in a new task, one of 7.
        series.add(Said.report("a", 0, 1)
                .setEpisodesInTask(1)
                .setMeanEpisodeReturn(10.0)
                .build());
        series.add(Said.report("a", 0, 2)
                .setEpisodesInTask(4)
                .setMeanEpisodeReturn(4.0)
                .build());
        series.add(Said.report("a", 0, 3)
                .setEpisodesInTask(4)
                .setMeanEpisodeReturn(4.0)
                .build());
        series.add(Said.report("a", 1, 4)
                .setEpisodesInTask(1)
                .setMeanEpisodeReturn(7.0)
                .build());

        assertThat(series.inParts(4).y()).containsExactly(10, 2, Double.NaN, 7);
        assertThat(series.inParts(1).y()).containsExactly((10 + 3 * 2 + 7) / 5.0);
    }

    @Test
    void shouldSplitPointsIntoFifths() {
        Points points = new Points(new double[10], new double[] {1, 3, 0, 0, 0, 0, 0, 0, 5, Double.NaN});

        assertThat(points.early()).isEqualTo(2);
        assertThat(points.late()).isEqualTo(5);
        assertThat(points.all()).isEqualTo(1);
        assertThat(new Points(new double[] {1}, new double[] {7}).late()).isEqualTo(7);
    }
}
