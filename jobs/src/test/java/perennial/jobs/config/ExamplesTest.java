package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.environment.labels.LabelStreamSpec;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.TaskSpec;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.network.Activation;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;

class ExamplesTest {

    private static final Path EXAMPLES = Path.of("..", "docs", "examples");

    /** All but those of the optional Atari module, which has a test of its own for them. */
    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.getFileName().toString().startsWith("ale-"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void shouldLoad(Path file) {
        Configuration configuration = Configuration.load(file, List.of());

        assertThat(configuration.learnerSpecs()).isNotEmpty();
        if (configuration.hasOwnSources()) {
            assertThat(configuration.kafka()).isEmpty();
            return;
        }
        if (configuration.environment().isPresent()) {
            assertThat(configuration.actorStreams()).hasSameSizeAs(configuration.learners());
        } else {
            assertThat(configuration.labelStream().resets()).isPositive();
        }
        assertThat(configuration.kafka()).containsKey("bootstrap.servers");
    }

    @ParameterizedTest
    @MethodSource("examplesOfGuides")
    void shouldLoadThoseOfTheGuides(Path file) {
        if (file.getParent().endsWith("sweeps")) {
            assertThat(Sweep.load(file, Sweep.SMALL, Optional.empty(), List.of())
                            .results())
                    .isNotEmpty();
        } else {
            assertThat(Configuration.load(file, List.of()).learnerSpecs()).isNotEmpty();
        }
    }

    static List<Path> examplesOfGuides() throws IOException {
        try (Stream<Path> files = Files.walk(EXAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.getParent().equals(EXAMPLES))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldHaveAllExamples() throws IOException {
        assertThat(examples())
                .extracting(file -> file.getFileName().toString())
                .contains(
                        "baselines.yaml",
                        "label-reset.yaml",
                        "cnn.yaml",
                        "minatar.yaml",
                        "breakout-in-job.yaml",
                        "stream-q.yaml");
    }

    @Test
    void shouldShowTheDemoInTheExample() {
        Configuration demo = Configuration.loadResource("/perennial/demo.yaml", List.of());
        Configuration example = Configuration.load(EXAMPLES.resolve("label-reset.yaml"), List.of());

        assertThat(example.learners()).isEqualTo(demo.learners());
        assertThat(example.labels()).isEqualTo(demo.labels());
    }

    @Test
    void shouldRunTheDemoOnRandomLabels() {
        Configuration demo = Configuration.loadResource("/perennial/demo.yaml", List.of());

        assertThat(demo.labelStream())
                .isEqualTo(new LabelStreamSpec(
                        "random-labels",
                        new Images.Synthetic(1, 28, 28, 10, 1280, 0.15),
                        new Change.RandomLabels(),
                        7,
                        40,
                        64000,
                        0));
        assertThat(demo.kafka()).isEmpty();
    }

    @Test
    void shouldCompareThreeLearnersInTheDemo() {
        List<LearnerSpec> learners =
                Configuration.loadResource("/perennial/demo.yaml", List.of()).learnerSpecs();

        assertThat(learners).extracting(LearnerSpec::name).containsExactly("none", "layernorm", "nap");
        assertThat(learners).extracting(LearnerSpec::variant).containsExactly("none", "layernorm", "nap");
        assertThat(learners)
                .extracting(learner -> learner.network().normalisation())
                .containsExactly(Normalisation.NONE, Normalisation.LAYER_NORM, Normalisation.LAYER_NORM);
        assertThat(learners)
                .extracting(LearnerSpec::method)
                .containsExactly(
                        new MethodSpec.None(),
                        new MethodSpec.None(),
                        new MethodSpec.NormalizeAndProject(1, new Affine(AffineMode.DECAY, 0.999), false));
        assertThat(learners).allSatisfy(learner -> {
            assertThat(learner.streams()).containsExactly("random-labels");
            assertThat(learner.seed()).isEqualTo(7);
            assertThat(learner.task()).isEqualTo(new TaskSpec.Classification(List.of(784), 10, 1 / 255.0));
            assertThat(learner.network().convolutions()).isEmpty();
            assertThat(learner.network().hidden()).containsExactly(128, 128);
            assertThat(learner.network().activation()).isEqualTo(Activation.RELU);
            assertThat(learner.optimiser()).isEqualTo(new OptimiserSpec.Adam(1e-3, 0.9, 0.999, 1e-8));
            assertThat(learner.batchSize()).isEqualTo(128);
            assertThat(learner.metrics().every()).isEqualTo(100);
        });
    }
}
