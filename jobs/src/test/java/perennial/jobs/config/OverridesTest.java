package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverridesTest {

    @Test
    void shouldReplaceAValue() {
        assertThat(Texts.parse(Texts.LEARNER, "learners[0].seed=3")
                        .learners()
                        .get(0)
                        .seed())
                .isEqualTo(3);
    }

    @Test
    void shouldLetTheLastOneHold() {
        Configuration configuration = Texts.parse(Texts.LEARNER, "learners[0].seed=3", "learners[0].seed=4");

        assertThat(configuration.learners().get(0).seed()).isEqualTo(4);
    }

    @Test
    void shouldAddSectionsThatWereNotWritten() {
        assertThat(Texts.parse(Texts.LEARNER, "learners[0].onLabelReset.resetOptimiser=true")
                        .learners()
                        .get(0)
                        .onLabelReset()
                        .resetOptimiser())
                .isTrue();
    }

    @Test
    void shouldReadListsAndSectionsAsYaml() {
        LearnerSection learner = Texts.parse(
                        Texts.LEARNER,
                        "learners[0].network.hidden=[16, 32]",
                        "learners[0].streams=[\"*\"]",
                        "learners[0].optimiser={type: sgd, learningRate: 0.5}")
                .learners()
                .get(0);

        assertThat(learner.network().spec().hidden()).containsExactly(16, 32);
        assertThat(learner.streams()).containsExactly("*");
        assertThat(learner.optimiser().spec().learningRate()).isEqualTo(0.5);
    }

    @Test
    void shouldReplaceAnItemOfAList() {
        assertThat(Texts.parse(Texts.LEARNER, "learners[0].network.hidden[0]=9")
                        .learners()
                        .get(0)
                        .network()
                        .spec()
                        .hidden())
                .isEqualTo(List.of(9));
    }

    @Test
    void shouldTakeTheRestOfAPassedThroughPathForOneKey() {
        Configuration configuration = Texts.parse(
                "flink:\n  parallelism: {default: 2}\n",
                "flink.parallelism.default=1",
                "flink.a.b=c=d",
                "kafka.bootstrap.servers=a:1,b:2",
                "kafka.client.id=");

        assertThat(configuration.flink()).containsExactly(entry("a.b", "c=d"), entry("parallelism.default", "1"));
        assertThat(configuration.kafka())
                .containsExactly(entry("bootstrap.servers", "a:1,b:2"), entry("client.id", ""));
    }

    @Test
    void shouldCheckWhatItSets() {
        assertThat(Texts.refusal(Texts.LEARNER, "learners[0].sed=3"))
                .contains("--set: learners[0].sed is an unknown key; did you mean seed?");
        assertThat(Texts.refusal(Texts.LEARNER, "learners[0].seed=x")).contains("--set: learners[0].seed must be");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka.sasl.jaas.config=hunter2",
                "kafka.ssl.key.password=hunter2",
                "flink.s3.access-key=hunter2",
                "flink.s3.secret-key=hunter2",
                "kafka.ssl.keystore.key=hunter2"
            })
    void shouldRefuseSecretsWithoutRepeatingThem(String assignment) {
        assertThat(Texts.refusal("", assignment))
                .contains("--set: " + assignment.replaceFirst("=.*", "") + " looks like a secret")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka={sasl.jaas.config: hunter2}",
                "kafka={ssl: {keystore: {key: hunter2}}}",
                "flink={\"s3.secret-key\": hunter2}"
            })
    void shouldRefuseSecretsInsideAValue(String assignment) {
        assertThat(Texts.refusal("", assignment))
                .startsWith("F is not a valid configuration: errors=1\n")
                .contains("looks like a secret")
                .doesNotContain("hunter2");
    }

    @Test
    void shouldReplaceAPassedThroughMap() {
        assertThat(Texts.parse("kafka: {a: 1}", "kafka={b: 2}").kafka()).containsExactly(entry("b", "2"));
    }

    @Test
    void shouldRefuseWhatIsNoAssignment() {
        assertThat(Texts.refusal("", "format")).contains("an override is written path=value: found=format");
        assertThat(Texts.refusal("", "=json")).contains("an override is written path=value: found==json");
        assertThat(Texts.refusal("", "a..b=1")).contains("a path is written as learners[0].network.hidden: found=a..b");
        assertThat(Texts.refusal("", "a[x]=1")).contains("a path is written as learners[0].network.hidden: found=a[x]");
    }

    @Test
    void shouldRefuseAnItemThatDoesNotExist() {
        assertThat(Texts.refusal(Texts.LEARNER, "learners[1].seed=3"))
                .contains("learners[1].seed must name an item that exists, counted from 0: index=1 learners=1 items");
        assertThat(Texts.refusal("", "learners[0].seed=3")).contains("index=0 learners=0 items");
    }

    @Test
    void shouldRefuseAValueThatIsNoYaml() {
        assertThat(Texts.refusal(Texts.LEARNER, "learners[0].network.hidden=[1, 2"))
                .contains("the text must be YAML");
    }
}
