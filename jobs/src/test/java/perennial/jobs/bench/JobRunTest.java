package perennial.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.jobs.UserException;
import perennial.jobs.bench.JobRun.Way;
import perennial.learning.learner.LearnerSpec;

class JobRunTest {

    @Test
    void shouldTellAProcessEverything() {
        JobRun run = new JobRun(Way.KAFKA, JobCase.DQN_LARGE, 2, 3, 50, "127.0.0.1:9092", 4711, "bench-1", 7);

        assertThat(JobRun.of(run.arguments())).isEqualTo(run);
        assertThat(JobRun.of(JobRun.direct(JobCase.NAP_MLP, 1, 3, 50).arguments()))
                .isEqualTo(JobRun.direct(JobCase.NAP_MLP, 1, 3, 50));
    }

    @ParameterizedTest
    @EnumSource(JobCase.class)
    void shouldFindTheLearnersOfACase(JobCase jobCase) {
        assertThat(JobCase.of(jobCase.id())).isEqualTo(jobCase);
        assertThat(BenchConfiguration.load(List.of())
                        .withLearners(jobCase.learners(1))
                        .learnerSpecs())
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"NAP_MLP", "DQN_MINATAR"})
    void shouldCompareTwoLearnersThatDifferInTheirSeedsAlone(JobCase jobCase) {
        List<LearnerSpec> two = BenchConfiguration.load(List.of())
                .withLearners(jobCase.learners(2))
                .learnerSpecs();

        assertThat(two).hasSize(2);
        assertThat(two.get(0))
                .usingRecursiveComparison()
                .ignoringFields("name", "seed", "provenance")
                .isEqualTo(two.get(1));
    }

    @Test
    void shouldMeasureTheSameLearnersWhereverTheirEventsComeFrom() {
        List<LearnerSpec> own = BenchConfiguration.loadOwn(List.of()).learnerSpecs();
        List<LearnerSpec> kafka = BenchConfiguration.load(List.of())
                .withLearners(JobCase.NAP_MLP.learners(2))
                .learnerSpecs();

        assertThat(own).hasSameSizeAs(kafka);
        for (int i = 0; i < own.size(); i++) {
            assertThat(own.get(i))
                    .usingRecursiveComparison()
                    .ignoringFields("streams", "provenance")
                    .isEqualTo(kafka.get(i));
        }
    }

    @Test
    void shouldNameTheCasesWhereOneIsUnknown() {
        assertThatThrownBy(() -> JobCase.of("mlp"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("case=mlp")
                .hasMessageContaining("nap-mlp, dqn-minatar, dqn-large");
    }

    @Test
    void shouldReadASeriesToItsEnd() {
        Measurement measurement = new Measurement(Map.of("pause0", 1.0, "pause1", 2.0, "pause3", 9.0));

        assertThat(measurement.series("pause")).containsExactly(1.0, 2.0);
        assertThat(measurement.series("state")).isEmpty();
        assertThatThrownBy(measurement::clockMicros)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("missing=clockMicros");
    }
}
