package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.jobs.CommandRun;

/** Whether the measurements of jobs run and say what they measured; what they measured depends on the machine. */
class BenchJobsITCase {

    private static final String SPREAD = "[0-9.]+ \\([0-9.]+, [0-9.]+\\)";

    @Test
    void shouldTimeAJobAndItsLearnerAlone() {
        CommandRun run = CommandRun.of("bench", "job", "dqn-minatar", "--rounds", "1", "--updates", "20");

        assertThat(rows(run))
                .singleElement()
                .asString()
                .matches(
                        "dqn-minatar( +" + SPREAD + "){2} +[0-9.]+( +" + SPREAD + "){2} +[0-9.]+( +" + SPREAD + "){2}");
    }

    @Test
    void shouldCountWhatAJobTakesIn() {
        CommandRun run = CommandRun.of("bench", "intake", "--rounds", "1", "--records", "5000");

        assertThat(rows(run)).singleElement().asString().matches(SPREAD + "( +" + SPREAD + "){3}");
    }

    @Test
    void shouldCompareOneLearnerWithTwo() {
        CommandRun run = CommandRun.of(
                "bench", "scaling", "dqn-minatar", "--rounds", "1", "--updates", "20", "--events", "direct");

        assertThat(rows(run)).singleElement().asString().matches("dqn-minatar +direct( +" + SPREAD + "){2} +[0-9.]+");
    }

    @Test
    void shouldMeasureThePausesOfCheckpoints() {
        CommandRun run =
                CommandRun.of("bench", "checkpoint", "nap-mlp", "--rounds", "1", "--updates", "400", "--interval", "1");

        List<String> rows = rows(run);
        assertThat(rows).hasSize(13);
        assertThat(rows.get(0)).matches("us/update without checkpoints +" + SPREAD);
        assertThat(rows.get(1)).matches("us/update with one every 1 s +" + SPREAD);
        assertThat(rows.get(2)).matches("slower by +-?[0-9.]+ %");
        assertThat(rows.get(4)).matches("of 1 s +(-|-?[0-9.]+ %)");
        assertThat(rows.subList(6, 13)).allMatch(row -> row.matches("[A-Za-z', ]+ (-|" + SPREAD + ")"));
    }

    @Test
    void shouldWatchADemoUntilItsFirstReport() {
        CommandRun run = CommandRun.of("bench", "start", "--rounds", "1");

        assertThat(rows(run)).singleElement().asString().matches(SPREAD);
    }

    @Test
    void shouldWeighLearnersAndTheirMemories() {
        CommandRun run = CommandRun.of("bench", "memory", "--learners", "2", "--transitions", "60000");

        List<String> rows = rows(run);
        assertThat(rows).hasSize(4);
        assertThat(rows.get(0)).matches("2 small classifiers( +[0-9.]+){4}");
        // Of 400 values each, 60,000 times: 3, 24 and 96 MB, beside some megabytes of anything else, more or less.
        double bits = heapMegabytes(rows.get(1));
        double bytes = heapMegabytes(rows.get(2));
        assertThat(bytes - bits).isBetween(12.0, 32.0);
        assertThat(heapMegabytes(rows.get(3)) - bytes).isBetween(60.0, 85.0);
    }

    private static double heapMegabytes(String row) {
        return Double.parseDouble(row.split(" {2,}")[1]);
    }

    private static List<String> rows(CommandRun run) {
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines()).hasSizeGreaterThan(1);
        return run.lines().subList(1, run.lines().size());
    }
}
