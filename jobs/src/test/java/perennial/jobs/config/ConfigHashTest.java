package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigHashTest {

    /** Stands in reports that are kept: if it changes, so does the meaning of theirs, and the changelog must say so. */
    @Test
    void shouldBeWhatItWas() {
        List<LearnerSection> demo =
                Configuration.loadResource("/perennial/demo.yaml", List.of()).learners();

        assertThat(demo)
                .extracting(LearnerSection::configHash)
                .containsExactly("bf9a0afc20c34ff0", "8fd434876c2778c1", "e1cc946b5e4e9ff0");
    }

    @Test
    void shouldNotDependOnWhetherDefaultsAreWritten() {
        Configuration brief = Texts.parse(Texts.LEARNER);
        Configuration full = Texts.parse(brief.effectiveYaml(false));

        assertThat(hash(full)).isEqualTo(hash(brief));
    }

    @Test
    void shouldNotDependOnTheOrderOfKeysOrTheSpellingOfNumbers() {
        String one = Texts.learner(
                "task: {input: [4], classes: 3, scale: 0.5}\nnetwork: {hidden: [1000], type: mlp}\nseed: 7");
        String other = Texts.learner(
                "seed: 7\nnetwork: {type: mlp, hidden: [1_000]}\ntask: {scale: 5.0e-1, classes: 3, input: [4]}");

        assertThat(hash(Texts.parse(one))).isEqualTo(hash(Texts.parse(other)));
    }

    @Test
    void shouldNotDependOnTheSignOfZero() {
        assertThat(hash(Texts.parse(Texts.LEARNER, "learners[0].gradient.maxNorm=-0.0")))
                .isEqualTo(hash(Texts.parse(Texts.LEARNER)));
    }

    @Test
    void shouldNotDependOnTheRestOfTheConfiguration() {
        assertThat(hash(Texts.parse(
                        Texts.LEARNER,
                        "delivery=at-least-once",
                        "kafka.client.id=x",
                        "topics.events=e",
                        "alerts=[{name: d, type: divergence}]")))
                .isEqualTo(hash(Texts.parse(Texts.LEARNER)));
    }

    @Test
    void shouldNotDependOnWhereTheEventsAreMade() {
        assertThat(hash(Texts.parse(Texts.OWN_PLAYER, "learners[0].streams=[s]")))
                .isEqualTo(hash(Texts.parse(Texts.PLAYER)));
        assertThat(hash(Texts.parse(Texts.OWN_LABELS, "learners[0].labels.seed=9")))
                .isEqualTo(hash(Texts.parse(
                        Texts.LEARNER, "learners[0].streams=[t]", "learners[0].task={input: [784], classes: 10}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name=b",
                "variant=other",
                "streams=[t]",
                "seed=1",
                "task.scale=2",
                "network.hidden=[9]",
                "network.normalisation=rmsnorm",
                "interventions=[{type: l2}]",
                "optimiser.learningRate=0.002",
                "optimiser.type=adamw",
                "schedule={type: linear, updates: 9}",
                "batch.size=9",
                "gradient.maxNorm=1",
                "onLabelReset.resetOptimiser=true",
                "metrics.every=9",
                "metrics.ranks=9",
                "divergence.maxDiscarded=9",
                "predictions=true"
            })
    void shouldDependOnEveryPartOfTheLearner(String assignment) {
        assertThat(hash(Texts.parse(Texts.LEARNER, "learners[0]." + assignment)))
                .matches("[0-9a-f]{16}")
                .isNotEqualTo(hash(Texts.parse(Texts.LEARNER)));
    }

    @Test
    void shouldNotDependOnWhatIsKeptToGoBackTo() {
        assertThat(hash(Texts.parse(Texts.LEARNER, "learners[0].snapshots={every: 9, keep: 1}")))
                .isEqualTo(hash(Texts.parse(Texts.LEARNER)));
    }

    private static String hash(Configuration configuration) {
        return configuration.learners().get(0).configHash();
    }
}
