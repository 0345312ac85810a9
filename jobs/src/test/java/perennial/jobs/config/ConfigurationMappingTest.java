package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import perennial.environment.labels.LabelStreamSpec;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;
import perennial.jobs.CodeVersion;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.LearnerSpec.Provenance;
import perennial.learning.learner.TaskSpec;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Initialiser;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.optimise.ScheduleSpec;

/** Each key, written with a value that is not its default, must arrive where it belongs. */
class ConfigurationMappingTest {

    private static final String TOP = """
            name: job-7
            kafka: {bootstrap.servers: "k:1"}
            flink: {parallelism.default: 3}
            topics: {events: e, metrics: m, policies: p, predictions: q, deadLetters: d, alerts: a}
            delivery: at-least-once
            format: json
            engine: nd4j
            limits: {maxRecordBytes: 5000}
            """;

    private static final String CNN = """
            learners:
              - name: first
                variant: mine
                streams: [s, "t*"]
                seed: 7
                task: {type: classification, input: [3, 9, 8], classes: 5, scale: 0.5}
                network:
                  type: cnn
                  convolutions: [{channels: 4, kernel: 3, stride: 2, padding: 1}]
                  hidden: [6, 7]
                  activation: leakyRelu
                  leakySlope: 0.2
                  normalisation: layernorm
                  normalisationEpsilon: 1.0e-5
                  initialiser: heNormal
                method: {type: nap, projectEvery: 9, affine: {mode: joint, rate: 0.5}, rescaleMoments: true}
                optimiser: {type: adam, learningRate: 0.1, beta1: 0.2, beta2: 0.3, epsilon: 0.4}
                schedule: {type: cosine, initialLearningRate: 0.01, warmUpUpdates: 5, endLearningRate: 0.02, updates: 50,
                  restartOnReset: true}
                batch: {size: 11}
                gradient: {maxNorm: 12.5}
                onLabelReset: {resetOptimiser: true}
                metrics: {every: 13}
                divergence: {maxDiscarded: 14}
                predictions: true
            """;

    private static final String LABELS = """
            labels:
              stream: r
              images: {type: synthetic, channels: 2, rows: 3, columns: 4, classes: 5, count: 6, litFraction: 0.7}
              change: {type: pixelPermutation, composed: true}
              seed: 8
              resets: 9
              examplesPerTask: 10
              examplesPerSecond: 11.5
            """;

    @Test
    void shouldMapEveryKeyOfTheTop() {
        Configuration configuration = Texts.parse(TOP);

        assertThat(configuration.name()).isEqualTo("job-7");
        assertThat(configuration.kafka()).isEqualTo(Map.of("bootstrap.servers", "k:1"));
        assertThat(configuration.flink()).isEqualTo(Map.of("parallelism.default", "3"));
        assertThat(configuration.topics()).isEqualTo(new TopicsSection("e", "m", "p", "q", "d", "a"));
        assertThat(configuration.delivery()).isEqualTo(Delivery.AT_LEAST_ONCE);
        assertThat(configuration.format()).isEqualTo(Format.JSON);
        assertThat(configuration.engine()).isEqualTo(EngineChoice.ND4J);
        assertThat(configuration.limits()).isEqualTo(new LimitsSection(5000));
    }

    @Test
    void shouldMapEveryKeyOfALearner() {
        Configuration configuration = Texts.parse(CNN);

        assertThat(configuration.learnerSpecs())
                .containsExactly(new LearnerSpec(
                        "first",
                        "mine",
                        List.of("s", "t*"),
                        7,
                        new TaskSpec.Classification(List.of(3, 9, 8), 5, 0.5),
                        new NetworkSpec(
                                List.of(new ConvolutionSpec(4, 3, 2, 1)),
                                List.of(6, 7),
                                Activation.LEAKY_RELU,
                                0.2,
                                Normalisation.LAYER_NORM,
                                1.0e-5,
                                Initialiser.HE_NORMAL),
                        new MethodSpec.NormalizeAndProject(9, new Affine(AffineMode.JOINT, 0.5), true),
                        new OptimiserSpec.Adam(0.1, 0.2, 0.3, 0.4),
                        new ScheduleSpec.Cosine(0.01, 5, 0.02, 50, true),
                        11,
                        12.5,
                        true,
                        13,
                        14,
                        true,
                        new Provenance(configuration.learners().get(0).configHash(), CodeVersion.current())));
    }

    @Test
    void shouldMapEveryKeyOfALabelStream() {
        assertThat(Texts.parse(LABELS).labelStream())
                .isEqualTo(new LabelStreamSpec(
                        "r",
                        new Images.Synthetic(2, 3, 4, 5, 6, 0.7),
                        new Change.PixelPermutation(true),
                        8,
                        9,
                        10,
                        11.5));
    }

    @Test
    void shouldMapEveryTypeOfTask() {
        LearnerSpec spec = spec("task={type: regression, input: [4], outputs: 2, scale: 0.5}");

        assertThat(spec.task()).isEqualTo(new TaskSpec.Regression(List.of(4), 2, 0.5));
    }

    @Test
    void shouldMapEveryTypeOfNetwork() {
        LearnerSpec spec =
                spec("network={type: mlp, hidden: [5], activation: crelu, leakySlope: 0.3, normalisation: rmsnorm,"
                        + " normalisationEpsilon: 0.1, initialiser: lecunUniform}");

        assertThat(spec.network())
                .isEqualTo(new NetworkSpec(
                        List.of(),
                        List.of(5),
                        Activation.CRELU,
                        0.3,
                        Normalisation.RMS_NORM,
                        0.1,
                        Initialiser.LECUN_UNIFORM));
    }

    @Test
    void shouldMapEveryTypeOfMethod() {
        assertThat(spec("method={type: none}").method()).isEqualTo(new MethodSpec.None());
    }

    @Test
    void shouldMapEveryTypeOfOptimiser() {
        assertThat(spec("optimiser={type: sgd, learningRate: 0.1}").optimiser()).isEqualTo(new OptimiserSpec.Sgd(0.1));
        assertThat(spec("optimiser={type: momentum, learningRate: 0.1, momentum: 0.2, nesterov: true}")
                        .optimiser())
                .isEqualTo(new OptimiserSpec.Momentum(0.1, 0.2, true));
        assertThat(
                        spec("optimiser={type: adamw, learningRate: 0.1, beta1: 0.2, beta2: 0.3, epsilon: 0.4, weightDecay: 0.5}")
                                .optimiser())
                .isEqualTo(new OptimiserSpec.AdamW(0.1, 0.2, 0.3, 0.4, 0.5));
        assertThat(spec("optimiser={type: rmsprop, learningRate: 0.1, decay: 0.2, epsilon: 0.3, centred: true}")
                        .optimiser())
                .isEqualTo(new OptimiserSpec.RmsProp(0.1, 0.2, 0.3, true));
    }

    @Test
    void shouldMapEveryTypeOfSchedule() {
        assertThat(spec("schedule={type: constant}").schedule()).isEqualTo(new ScheduleSpec.Constant());
        assertThat(spec("schedule={type: linear, endLearningRate: 0.1, updates: 20, restartOnReset: true}")
                        .schedule())
                .isEqualTo(new ScheduleSpec.Linear(0.1, 20, true));
    }

    @Test
    void shouldMapEveryTypeOfImages() {
        assertThat(stream("images={type: idx, directory: a/b, count: 3}").images())
                .isEqualTo(new Images.Idx(Path.of("a/b"), 3));
        assertThat(stream("images={type: cifar10, directory: a/b, count: 3}").images())
                .isEqualTo(new Images.Cifar10(Path.of("a/b"), 3));
    }

    @Test
    void shouldMapEveryTypeOfChange() {
        assertThat(stream("change={type: randomLabels}").change()).isEqualTo(new Change.RandomLabels());
        assertThat(stream("change={type: classPermutation, composed: true}").change())
                .isEqualTo(new Change.ClassPermutation(true));
        assertThat(stream("change={type: partialRelabelling, fraction: 0.25}").change())
                .isEqualTo(new Change.PartialRelabelling(0.25));
    }

    /** The tests above cannot know of a key or type that is added later; this one does. */
    @Test
    void shouldHaveATestForEveryTypeAndKey() {
        Set<String> found = new TreeSet<>();
        collect(Configuration.class, found);

        assertThat(found)
                .containsExactly(
                        "AdamW[learningRate, beta1, beta2, epsilon, weightDecay]",
                        "Adam[learningRate, beta1, beta2, epsilon]",
                        "AffineSection[mode, rate]",
                        "BatchSection[size]",
                        "Cifar10[directory, count]",
                        "ClassPermutation[composed]",
                        "Classification[input, scale, classes]",
                        "Configuration[name, kafka, flink, topics, delivery, format, engine, limits, learners, labels]",
                        "Constant[]",
                        "ConvolutionSection[channels, kernel, stride, padding]",
                        "Convolutional[convolutions, hidden, activation, leakySlope, normalisation, normalisationEpsilon, initialiser]",
                        "Cosine[initialLearningRate, warmUpUpdates, endLearningRate, updates, restartOnReset]",
                        "DivergenceSection[maxDiscarded]",
                        "GradientSection[maxNorm]",
                        "Idx[directory, count]",
                        "LabelsSection[stream, images, change, seed, resets, examplesPerTask, examplesPerSecond]",
                        "LearnerSection[name, variant, streams, seed, task, network, method, optimiser, schedule, batch, gradient, onLabelReset, metrics, divergence, predictions]",
                        "LimitsSection[maxRecordBytes]",
                        "Linear[endLearningRate, updates, restartOnReset]",
                        "MetricsSection[every]",
                        "Momentum[learningRate, momentum, nesterov]",
                        "Nap[projectEvery, affine, rescaleMoments]",
                        "None[]",
                        "OnLabelResetSection[resetOptimiser]",
                        "PartialRelabelling[fraction]",
                        "Perceptron[hidden, activation, leakySlope, normalisation, normalisationEpsilon, initialiser]",
                        "PixelPermutation[composed]",
                        "RandomLabels[]",
                        "Regression[input, scale, outputs]",
                        "RmsProp[learningRate, decay, epsilon, centred]",
                        "Sgd[learningRate]",
                        "Synthetic[channels, rows, columns, classes, count, litFraction]",
                        "TopicsSection[events, metrics, policies, predictions, deadLetters, alerts]");
    }

    /** Adds the sections below {@code section}, each with its keys. */
    private static void collect(Class<?> section, Set<String> found) {
        for (Class<?> type : Keys.types(section).values()) {
            collect(type, found);
        }
        if (!section.isRecord()) {
            return;
        }
        found.add(section.getSimpleName()
                + Keys.of(section).stream().map(RecordComponent::getName).toList());
        for (RecordComponent key : Keys.of(section)) {
            collect(key.getType(), found);
            if (key.getGenericType() instanceof ParameterizedType generic
                    && generic.getActualTypeArguments()[0] instanceof Class<?> content) {
                collect(content, found);
            }
        }
    }

    private static LearnerSpec spec(String assignment) {
        return Texts.parse(Texts.LEARNER, "learners[0]." + assignment)
                .learnerSpecs()
                .get(0);
    }

    private static LabelStreamSpec stream(String assignment) {
        return Texts.parse(Texts.LABELS, "labels." + assignment).labelStream();
    }
}
