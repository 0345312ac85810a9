package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class EffectiveYamlTest {

    @Property
    void shouldLoadAgainToAnEqualConfiguration(@ForAll("configurations") Configuration configuration) {
        String yaml = configuration.effectiveYaml(false);
        Configuration again = Texts.parse(yaml);

        assertThat(again).isEqualTo(configuration);
        assertThat(again.effectiveYaml(false)).isEqualTo(yaml);
        assertThat(again.learners())
                .extracting(LearnerSection::configHash)
                .isEqualTo(configuration.learners().stream()
                        .map(LearnerSection::configHash)
                        .toList());
    }

    @Property
    void shouldKeepEveryPassedThroughText(@ForAll("texts") Map<String, String> properties) {
        Configuration empty = Texts.parse("");
        Configuration configuration = new Configuration(
                empty.name(),
                properties,
                properties,
                empty.topics(),
                empty.delivery(),
                empty.format(),
                empty.engine(),
                empty.limits(),
                empty.learners(),
                empty.alerts(),
                empty.labels(),
                empty.environment());

        assertThat(Texts.parse(configuration.effectiveYaml(false))).isEqualTo(configuration);
    }

    @Test
    void shouldLoadAgainWhenMasked() {
        Configuration configuration = Texts.parse(Texts.LEARNER + Texts.LABELS.replace("stream: s", "stream: other"));

        assertThat(Texts.parse(configuration.effectiveYaml(true))).isEqualTo(configuration);
    }

    @Provide
    Arbitrary<Map<String, String>> texts() {
        Arbitrary<String> awkward = Arbitraries.of(
                "",
                " ",
                "null",
                "~",
                "true",
                "No",
                "1_000",
                "1e3",
                "- a",
                "a: b",
                "a #b",
                "'",
                "\"",
                "\\n",
                "a\nb\n",
                "\t",
                "${env:SEED}",
                "$${file:x}",
                "*",
                "&a",
                "!t",
                "{",
                "]",
                "%",
                "@",
                "`",
                "é",
                "\uD83D\uDE00",
                "x".repeat(300));
        Arbitrary<String> any = Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(20);
        // A dotted key may not be the beginning of another that is nested, so keys have no empty part.
        Arbitrary<String> keys = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars("ABC019_-.:# ")
                .ofMinLength(1)
                .ofMaxLength(12);
        return Arbitraries.maps(keys, Arbitraries.oneOf(awkward, any)).ofMaxSize(8);
    }

    @Provide
    Arbitrary<Configuration> configurations() {
        Arbitrary<Double> positive = Arbitraries.doubles().between(1e-12, 100).ofScale(15);
        Arbitrary<Double> fraction = Arbitraries.doubles().between(0, 0.999999).ofScale(9);
        Arbitrary<Integer> count = Arbitraries.integers().between(1, 100_000);

        Arbitrary<String> optimiser = Arbitraries.oneOf(
                positive.map(rate -> "{type: sgd, learningRate: " + rate + "}"),
                Combinators.combine(positive, fraction, Arbitraries.of(true, false))
                        .as((rate, momentum, nesterov) -> "{type: momentum, learningRate: " + rate + ", momentum: "
                                + momentum + ", nesterov: " + nesterov + "}"),
                Combinators.combine(positive, fraction, fraction, positive)
                        .as((rate, beta1, beta2, epsilon) -> "{learningRate: " + rate + ", beta1: " + beta1
                                + ", beta2: " + beta2 + ", epsilon: " + epsilon + "}"),
                positive.map(decay -> "{type: adamw, weightDecay: " + decay + "}"),
                fraction.map(decay -> "{type: rmsprop, decay: " + decay + ", centred: true}"));
        Arbitrary<String> schedule = Arbitraries.oneOf(
                Arbitraries.just("{}"),
                Combinators.combine(positive, count)
                        .as((end, updates) -> "{type: linear, endLearningRate: " + end + ", updates: " + updates + "}"),
                count.map(warmUp -> "{type: cosine, warmUpUpdates: " + warmUp + ", updates: " + (warmUp + 1) + "}"));
        Arbitrary<String> network = Combinators.combine(
                        count.list().ofMinSize(1).ofMaxSize(3),
                        Arbitraries.of("relu", "leakyRelu", "crelu", "tanh"),
                        Arbitraries.of("layernorm", "rmsnorm"),
                        Arbitraries.of("pytorch", "heUniform", "glorotNormal"),
                        Arbitraries.of("", "type: cnn, convolutions: [{channels: 3, kernel: 2}], "))
                .as((hidden, activation, normalisation, initialiser, type) -> "{" + type + "hidden: " + hidden
                        + ", activation: " + activation + ", normalisation: " + normalisation + ", initialiser: "
                        + initialiser
                        + "}");
        Arbitrary<String> method = Arbitraries.oneOf(
                Arbitraries.just("{type: none}"),
                Combinators.combine(count, Arbitraries.of("free", "decay", "dropped"), fraction)
                        .as((every, mode, rate) -> String.format(
                                Locale.ROOT,
                                "{type: nap, projectEvery: %d, affine: {mode: %s, rate: %s}}",
                                every,
                                mode,
                                rate)));
        Arbitrary<String> labels = Arbitraries.of(
                "",
                "labels: {stream: x, examplesPerTask: 5, change: {type: partialRelabelling, fraction: 0.1}}\n",
                "labels: {stream: x, examplesPerTask: 5, images: {type: cifar10, directory: 'a b'}, examplesPerSecond: 1.5}\n");

        return Combinators.combine(optimiser, schedule, network, method, Arbitraries.longs(), labels)
                .as((o, s, n, m, seed, l) -> Texts.parse(
                        Texts.learner("task: {input: [2, 5, 5], classes: 3}\nseed: " + seed + "\noptimiser: " + o
                                        + "\nschedule: " + s + "\nnetwork: " + n + "\nmethod: " + m)
                                + l));
    }

    @Test
    void shouldListEveryConfigurationInTheSameOrder() {
        String yaml = Texts.parse("engine: cpu\nflink: {b: 1, a: 2}\nkafka: {d: 1, c: 2}\n")
                .effectiveYaml(false);

        assertThat(yaml.lines().filter(line -> !line.startsWith("  ")).map(line -> line.replaceFirst(":.*", "")))
                .isEqualTo(List.of(
                        "name",
                        "kafka",
                        "flink",
                        "topics",
                        "delivery",
                        "format",
                        "engine",
                        "limits",
                        "learners",
                        "alerts"));
        assertThat(yaml).contains("\nkafka:\n  c: \"2\"\n  d: \"1\"\nflink:\n  a: \"2\"\n  b: \"1\"\n");
    }
}
