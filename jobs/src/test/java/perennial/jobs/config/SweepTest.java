package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.UserException;
import perennial.jobs.config.Sweep.Axis;
import perennial.jobs.config.Sweep.Member;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.TaskSpec;
import perennial.learning.method.MethodSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;

class SweepTest {

    private static final String BASE = """
            name: s
            learner:
              labels: {images: {type: synthetic, rows: 2, columns: 2, classes: 3, count: 8}, resets: 2, examplesPerTask: 10}
              task: {input: [4], classes: 3}
              network: {hidden: [8]}
              optimiser: {type: adam, learningRate: 0.01, epsilon: 1.0e-4}
            """;

    private static final String GRID = BASE + """
            vary:
              method:
                none: {network: {normalisation: none}}
                nap: {network: {normalisation: layernorm}, method: {type: nap}}
              optimiser:
                sgd: {optimiser: {type: sgd, learningRate: 0.1}}
                adam: {}
            seeds: [7, 8]
            """;

    @TempDir
    private Path folder;

    @Test
    void shouldCombineEveryVariantWithEverySeed() {
        Sweep sweep = parse(GRID);

        assertThat(sweep.axes())
                .containsExactly(
                        new Axis("method", List.of("none", "nap")), new Axis("optimiser", List.of("sgd", "adam")));
        assertThat(sweep.members())
                .containsExactly(
                        new Member("none-sgd-seed7", List.of("none", "sgd"), 7),
                        new Member("none-sgd-seed8", List.of("none", "sgd"), 8),
                        new Member("none-adam-seed7", List.of("none", "adam"), 7),
                        new Member("none-adam-seed8", List.of("none", "adam"), 8),
                        new Member("nap-sgd-seed7", List.of("nap", "sgd"), 7),
                        new Member("nap-sgd-seed8", List.of("nap", "sgd"), 8),
                        new Member("nap-adam-seed7", List.of("nap", "adam"), 7),
                        new Member("nap-adam-seed8", List.of("nap", "adam"), 8));
        assertThat(sweep.configuration().learners())
                .extracting(LearnerSection::name)
                .containsExactlyElementsOf(
                        sweep.members().stream().map(Member::learner).toList());
    }

    @Test
    void shouldLayVariantsOverTheBase() {
        List<LearnerSpec> learners = parse(GRID).configuration().learnerSpecs();

        LearnerSpec first = learners.get(0);
        assertThat(first.variant()).isEqualTo("none-sgd");
        assertThat(first.network().hidden()).containsExactly(8);
        assertThat(first.network().normalisation()).isEqualTo(Normalisation.NONE);
        assertThat(first.method()).isEqualTo(new MethodSpec.None());
        // Another type takes none of the keys of the one below it.
        assertThat(first.optimiser()).isEqualTo(new OptimiserSpec.Sgd(0.1));
        LearnerSpec last = learners.get(7);
        assertThat(last.variant()).isEqualTo("nap-adam");
        assertThat(last.network().hidden()).containsExactly(8);
        assertThat(last.network().normalisation()).isEqualTo(Normalisation.LAYER_NORM);
        assertThat(last.optimiser()).isEqualTo(new OptimiserSpec.Adam(0.01, 0.9, 0.999, 1e-4));
    }

    @Test
    void shouldGiveEachSeedToItsLearnerAndTheLearnersSource() {
        LearnerSection learner = parse(GRID).configuration().learners().get(1);

        assertThat(learner.seed()).isEqualTo(8);
        assertThat(learner.labels().orElseThrow().seed()).isEqualTo(8);
        assertThat(learner.labels().orElseThrow().stream()).isEqualTo("labels");
    }

    @Test
    void shouldLeaveASeedThatTheSourceHasOfItsOwn() {
        LearnerSection learner =
                parse(GRID, "learner.labels.seed=3").configuration().learners().get(1);

        assertThat(learner.seed()).isEqualTo(8);
        assertThat(learner.labels().orElseThrow().seed()).isEqualTo(3);
    }

    @Test
    void shouldTakeAListOfValuesForTheKeyThatAnAxisIsCalledAfter() {
        Sweep sweep = parse(BASE + """
                vary:
                  optimiser.learningRate: [0.1, 1.0e-3]
                seeds: [1]
                """);

        assertThat(sweep.members()).extracting(Member::learner).containsExactly("0.1-seed1", "1.0e-3-seed1");
        assertThat(sweep.configuration().learnerSpecs())
                .extracting(LearnerSpec::optimiser)
                .containsExactly(
                        new OptimiserSpec.Adam(0.1, 0.9, 0.999, 1e-4), new OptimiserSpec.Adam(0.001, 0.9, 0.999, 1e-4));
    }

    @Test
    void shouldKeepAndLeaveOutCombinations() {
        assertThat(names(parse(GRID, "seeds=[1]", "exclude=[{method: nap, optimiser: sgd}]")))
                .containsExactly("none-sgd-seed1", "none-adam-seed1", "nap-adam-seed1");
        assertThat(names(parse(GRID, "seeds=[1]", "only=[{optimiser: sgd}, {method: nap}]")))
                .containsExactly("none-sgd-seed1", "nap-sgd-seed1", "nap-adam-seed1");
        assertThat(names(parse(GRID, "seeds=[1]", "only=[{method: nap}]", "exclude=[{optimiser: sgd}]")))
                .containsExactly("nap-adam-seed1");
    }

    @Test
    void shouldTellTheTwoRunsOfTwinsApart() {
        Sweep sweep = parse(
                GRID,
                "seeds=[1]",
                "vary.method.nap.method={type: nap, twin: perLayer}",
                "exclude=[{optimiser: sgd}]",
                "results=[{value: loss, over: update, difference: run}]");

        assertThat(sweep.axes()).last().isEqualTo(new Axis("run", List.of("projected", "free")));
        assertThat(sweep.members())
                .containsExactly(
                        new Member("none-adam-seed1", List.of("none", "adam", "projected"), 1),
                        new Member("nap-adam-seed1", List.of("nap", "adam", "projected"), 1),
                        new Member("nap-adam-seed1.free", List.of("nap", "adam", "free"), 1));
        assertThat(sweep.configuration().learners()).hasSize(2);
    }

    @Test
    void shouldRunWithoutAnyAxis() {
        assertThat(names(parse(BASE + "seeds: [1, 2]\n"))).containsExactly("seed1", "seed2");
    }

    @Test
    void shouldLayASizeOverTheWholeFile() {
        String sized = GRID + """
                sizes:
                  paper:
                    learner: {labels: {resets: 500}}
                    seeds: [1, 2, 3]
                """;

        assertThat(parse(sized)
                        .configuration()
                        .learners()
                        .get(0)
                        .labels()
                        .orElseThrow()
                        .resets())
                .isEqualTo(2);
        Sweep paper = Sweep.parse(sized, "F", "paper", Optional.empty(), List.of(), name -> null);
        assertThat(paper.members()).hasSize(12);
        LabelsSection labels = paper.configuration().learners().get(0).labels().orElseThrow();
        assertThat(labels.resets()).isEqualTo(500);
        assertThat(labels.examplesPerTask()).isEqualTo(10);
        assertThat(refusalOfSize("papre", sized)).contains("no such size: size=papre; did you mean paper?");
    }

    @Test
    void shouldCountTheRecordsOfEachLearner() {
        // Two tasks of ten examples, each closed by a reset.
        assertThat(parse(GRID).configuration().ownRecords()).hasSize(8).containsEntry("none-sgd-seed7", 22L);
    }

    @Test
    void shouldTellSweepsApartByTheirLearners() {
        String hash = parse(GRID).configuration().learnersHash();

        assertThat(parse(GRID, "flink.parallelism.default=2").configuration().learnersHash())
                .isEqualTo(hash);
        assertThat(parse(GRID, "learner.labels.resets=3").configuration().learnersHash())
                .isNotEqualTo(hash);
        assertThat(parse(GRID, "seeds=[8,7]").configuration().learnersHash()).isNotEqualTo(hash);
    }

    @Test
    void shouldTakeImagesFromFiles() throws IOException {
        // An IDX file of two images of 3 rows and 2 columns, and one of their labels.
        Files.write(
                folder.resolve("train-images-idx3-ubyte"),
                bytes(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
        Files.write(folder.resolve("train-labels-idx1-ubyte"), bytes(0, 0, 8, 1, 0, 0, 0, 2, 0, 1));

        LearnerSection learner = Sweep.parse(
                        GRID,
                        "F",
                        Sweep.SMALL,
                        Optional.of(folder),
                        List.of("learner.labels.images.count=2"),
                        name -> null)
                .configuration()
                .learners()
                .get(0);

        assertThat(learner.labels().orElseThrow().images())
                .isEqualTo(new LabelsSection.ImagesSection.Idx(new LabelsSection.ImagesSection.Folder(
                        folder.toAbsolutePath().toString(), 2)));
        assertThat(((TaskSpec.Classification) learner.task().spec()).input()).containsExactly(1, 3, 2);
    }

    @Test
    void shouldRefuseImagesThatAreNotThere() {
        UserException refusal = catchThrowableOfType(
                UserException.class,
                () -> Sweep.parse(GRID, "F", Sweep.SMALL, Optional.of(folder), List.of(), name -> null));

        assertThat(refusal).hasMessageContaining("--images: ");
    }

    @Test
    void shouldNameTheNearestOfWhatIsNotKnown() {
        assertThat(refusal(GRID + "sedes: [1]\n")).contains("sedes is an unknown key; did you mean seeds?");
        assertThat(refusal(GRID, "only=[{methode: nap}]")).contains("only[0].methode is no axis; did you mean method?");
        assertThat(refusal(GRID, "exclude=[{method: nop}]"))
                .contains("exclude[0].method is no variant: found=nop")
                .contains("allowed: none, nap");
        assertThat(refusal(GRID, "learner.netwrok={hidden: [3]}"))
                .contains("learner.netwrok is an unknown key; did you mean network?");
    }

    @Test
    void shouldSayOnceWhatIsWrongWithManyLearners() {
        String message = refusal(GRID, "learner.network.hidden=[0]");

        assertThat(message).contains("errors=1").contains("learner.network.hidden[0] must be");
    }

    @Test
    void shouldNameTheLineOfAVariantThatIsWrong() {
        assertThat(refusal(GRID.replace("learningRate: 0.1}", "learningRat: 0.1}")))
                .contains("F:12: learner.optimiser.learningRat is an unknown key; did you mean learningRate?");
    }

    @Test
    void shouldRefuseKeysThatItGivesItself() {
        assertThat(refusal(GRID, "learner.seed=1"))
                .contains("learner.seed is given by the sweep itself; remove it and write seeds");
        assertThat(refusal(GRID.replace("adam: {}", "adam: {name: a}")))
                .contains("vary.optimiser.adam.name is given by the sweep itself");
    }

    @Test
    void shouldRefuseAxesWithoutVariants() {
        assertThat(refusal(BASE + "vary: {method: 3}\nseeds: [1]\n"))
                .contains("vary.method must be a section of variants, or a list of values");
        assertThat(refusal(BASE + "vary: {network.hidden: [[1], [2]]}\nseeds: [1]\n"))
                .contains("vary.network.hidden may list single values only");
        assertThat(refusal(BASE + "vary: {batch.size: [2, 2]}\nseeds: [1]\n")).contains("lists a value twice: found=2");
        assertThat(refusal(BASE + "vary: {m: {a/b: {}}}\nseeds: [1]\n")).contains("found=a/b");
    }

    @Test
    void shouldRefuseSeedsThatAreNone() {
        assertThat(refusal(BASE)).contains("seeds is needed");
        assertThat(refusal(BASE + "seeds: []\n")).contains("at least one seed");
        assertThat(refusal(BASE + "seeds: [1, 1]\n")).contains("seeds must differ");
    }

    @Test
    void shouldRefuseASweepWithoutLearners() {
        assertThat(refusal(GRID, "exclude=[{method: nap}, {method: none}]")).contains("must leave a learner");
    }

    @Test
    void shouldRefuseResultsOfWhatThereIsNot() {
        assertThat(refusal(GRID, "results=[{value: lastLos}]"))
                .contains("results[0].value is no quantity: found=lastLos; did you mean lastLoss?");
        assertThat(refusal(GRID, "results=[{value: lastLoss, over: update}]")).contains("found=lastLoss");
        assertThat(refusal(GRID, "results=[{value: loss, over: taks}]")).contains("did you mean task?");
        assertThat(refusal(GRID, "results=[{value: loss, charts: [optimizer]}]"))
                .contains("did you mean optimiser?");
        assertThat(refusal(GRID, "results=[{value: loss, over: method, lines: [method]}]"))
                .contains("names an axis twice");
        assertThat(refusal(GRID, "results=[{value: loss, difference: method}]", "vary.method.other={}"))
                .contains("results[0].difference must be an axis of two variants: axis=method variants=3");
        assertThat(refusal(GRID, "results=[{value: loss}, {value: loss}]"))
                .contains("is taken by another result: file=loss");
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static List<String> names(Sweep sweep) {
        return sweep.members().stream().map(Member::learner).toList();
    }

    private static Sweep parse(String yaml, String... overrides) {
        return Sweep.parse(yaml, "F", Sweep.SMALL, Optional.empty(), List.of(overrides), name -> null);
    }

    private static String refusal(String yaml, String... overrides) {
        return refusalOfSize(Sweep.SMALL, yaml, overrides);
    }

    private static String refusalOfSize(String size, String yaml, String... overrides) {
        UserException refusal = catchThrowableOfType(
                UserException.class,
                () -> Sweep.parse(yaml, "F", size, Optional.empty(), List.of(overrides), name -> null));
        assertThat(refusal).as(yaml).isNotNull();
        return refusal.getMessage();
    }
}
