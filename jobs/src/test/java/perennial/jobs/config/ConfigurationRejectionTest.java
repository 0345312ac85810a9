package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.jobs.UserException;

class ConfigurationRejectionTest {

    @Test
    void shouldNameFileLinePathAndTheNearestKey() {
        String refusal = Texts.refusal("""
                learners:
                  - name: a
                    streams: [s]
                    task: {input: [4], classes: 3}
                    network:
                      hiden: [8]
                      hidden: [8]
                """);

        assertThat(refusal)
                .isEqualTo("F is not a valid configuration: errors=1\n"
                        + "  F:6: learners[0].network.hiden is an unknown key; did you mean hidden? allowed: type, hidden,"
                        + " activation, leakySlope, normalisation, normalisationEpsilon, initialiser");
    }

    @Test
    void shouldReportAllErrorsTogetherByLine() {
        String refusal = Texts.refusal("""
                delivery: twice
                learners:
                  - name: a
                    streams: [s]
                    seed: x
                    task: {input: [4], classes: 1}
                    network: {hidden: [8]}
                    method: {type: nap}
                    optimiser: {type: adam, beta1: 1}
                  - name: a
                    streams: []
                    task: {input: [4], classes: 3}
                    network: {hidden: [0]}
                labels: {stream: s}
                """);

        assertThat(refusal.lines()
                        .map(line -> line.replaceFirst("(F:\\d+: \\S+).*", "$1").strip()))
                .containsExactly(
                        "F is not a valid configuration: errors=9",
                        "F:1: delivery",
                        "F:5: learners[0].seed",
                        "F:6: learners[0].task.classes",
                        "F:8: learners[0].method",
                        "F:9: learners[0].optimiser.beta1",
                        "F:10: learners[1].name",
                        "F:11: learners[1].streams",
                        "F:13: learners[1].network.hidden[0]",
                        "F:14: labels:");
    }

    private static String alert(String rest) {
        return "alerts=[{type: above, name: dead, " + rest + "}]";
    }

    static Stream<Arguments> wrongValues() {
        return Stream.of(
                arguments("learners[0].seed=1.5", "learners[0].seed must be a whole number: found=1.5"),
                arguments("learners[0].seed=010", "must be a whole number: found=010"),
                arguments("learners[0].seed=9223372036854775808", "must be a whole number, of 64 bits"),
                arguments(
                        "learners[0].batch.size=0",
                        "batch.size must be a whole number, at least 1 and at most 1000000"),
                arguments(
                        "learners[0].metrics.every=0",
                        "metrics.every must be a whole number, at least 1 and at most 2147483647"),
                arguments("learners[0].metrics.ranks=-1", "metrics.ranks must be a whole number, at least 0"),
                arguments("learners[0].metrics.probeSize=0", "metrics.probeSize must be a whole number, at least 1"),
                arguments("learners[0].batch.size=3000000000", "of 32 bits: found=3000000000"),
                arguments("learners[0].batch.size=[1]", "batch.size must be a single value: found=a list of 1"),
                arguments("learners[0].batch=5", "batch must be a section (lines of key: value): found=5"),
                arguments("learners[0].optimiser=adam", "optimiser must be a section such as {type: sgd}: found=adam"),
                arguments("learners[0].optimiser.learningRate=fast", "must be a number, at least 0: found=fast"),
                arguments("learners[0].optimiser.learningRate=NaN", "must be a number, at least 0: found=NaN"),
                arguments("learners[0].optimiser.learningRate=1e999", "must be a number, at least 0: found=1e999"),
                arguments("learners[0].optimiser.learningRate=-1", "must be a number, at least 0: found=-1"),
                arguments("learners[0].optimiser.type=adm", "type has an unknown value: found=adm; did you mean adam?"),
                arguments("learners[0].method.type=zz", "found=zz; allowed: none, nap, sn, wn"),
                arguments(
                        "learners[0].network.activation=Relu",
                        "found=Relu; did you mean relu? allowed: relu, leakyRelu, crelu, tanh"),
                arguments(
                        "learners[0].interventions=[{strength: 1}]",
                        "learners[0].interventions[0].type is needed: allowed: l2, l2Init, gradientPenalty, noisyUpdates"),
                arguments(
                        "learners[0].interventions=[{type: l2, decay: 1}]",
                        "learners[0].interventions[0].decay is a key of type continualBackprop: type=l2"),
                arguments(
                        "learners[0].interventions=[{type: l2, strength: -1}]",
                        "strength must be a number, at least 0"),
                arguments(
                        "learners[0].interventions=[{type: gradientPenalty}]",
                        "learners[0].interventions[0].strength is needed: strength of the penalty"),
                arguments(
                        "learners[0].interventions=[{type: l2}, {type: l2}]",
                        "learners[0]: an intervention is written once at most: interventions=l2 twice"),
                arguments(
                        "learners[0].interventions=[{type: reinitialise, layers: [-1, -2], values: zero}]",
                        "only the output layer can begin with zeros"),
                arguments(
                        "learners[0].interventions=[{type: reinitialise, layers: []}]",
                        "reinitialise needs layers counted from the output"),
                arguments("learners[0].predictions=yes", "predictions must be true or false: found=yes"),
                arguments("learners[0].snapshots.keep=0", "snapshots.keep must"),
                arguments("learners[0].snapshots.every=-1", "snapshots.every must"),
                arguments("learners[0].streams=s", "streams must be a list, as in [a, b]: found=s"),
                arguments("learners[0].network.hidden=[8, x]", "hidden[1] must be a whole number, at least 1"),
                arguments("learners[0].task.input=[1, 2]", "input must be [size] or [channels, rows, columns]"),
                arguments("learners[0].task.scale=0", "scale must be finite and not 0: scale=0.0"),
                arguments(
                        "learners[0].task.outputs=3", "task.outputs is a key of type regression: type=classification"),
                arguments(
                        "learners[0].network.convolutions=[]",
                        "learners[0].network.convolutions is a key of type cnn: type=mlp"),
                arguments("learners[0].optimiser.nesterov=true", "nesterov is a key of type momentum: type=adam"),
                arguments("learners[0].schedule={type: linear}", "schedule.updates is needed: updates from"),
                arguments(
                        "learners[0].schedule={type: cosine, updates: 5, warmUpUpdates: 5}",
                        "updates must be more than warmUpUpdates"),
                arguments("learners[0].name=a b", "learners[0].name may have letters, digits"),
                arguments("learners[0].name=\"\"", "learners[0].name may have letters, digits"),
                arguments(
                        "alerts=[{type: abov, name: a}]",
                        "alerts[0].type has an unknown value: found=abov; did you mean above? allowed: above, below,"
                                + " divergence, silence"),
                arguments("alerts=[{type: divergence}]", "alerts[0].name is needed: name of the rule"),
                arguments("alerts=[{type: silence, name: a b}]", "alerts[0].name may have letters, digits"),
                arguments(
                        "alerts=[{type: silence, name: a}, {type: divergence, name: a}]",
                        "alerts[1].name must be unique: found=a, which is also the name of alerts[0]"),
                arguments(
                        alert("quantity: deadUnit, raise: 1, clear: 0"),
                        "alerts[0].quantity is no number of reports or task summaries: found=deadUnit; did you mean"
                                + " deadUnits? allowed: update, task,"),
                arguments(alert("quantity: learner, raise: 1, clear: 0"), "; rule=dead"),
                arguments(alert("quantity: loss, raise: 1"), "alerts[0].clear is needed: limit at which it is cleared"),
                arguments(
                        alert("quantity: loss, raise: 1, clear: 2"),
                        "alerts[0].clear must be on the good side of raise, or equal to it: found=2.0 allowed: at most"
                                + " 1.0; rule=dead"),
                arguments(
                        "alerts=[{type: below, name: low, quantity: loss, raise: 1, clear: 0.5}]",
                        "found=0.5 allowed: at least 1.0; rule=low"),
                arguments(
                        "alerts=[{type: below, name: low, quantity: loss, baseline: best, raise: 1, clear: 1.5}]",
                        "alerts[0].clear could never be reached, since nothing is better than the best: found=1.5"
                                + " allowed: at most 1.0; rule=low"),
                arguments(
                        alert("quantity: loss, baseline: best, raise: 1, clear: 0.5"),
                        "nothing is better than the best: found=0.5 allowed: at least 1.0; rule=dead"),
                arguments(
                        alert("quantity: loss, baseline: last, raise: 1, clear: 1"),
                        "alerts[0].baseline has an unknown value: found=last"),
                arguments(
                        alert("quantity: loss, values: 1001, raise: 1, clear: 1"),
                        "alerts[0].values must be a whole number, at least 1 and at most 1000: found=1001"),
                arguments(
                        alert("quantity: loss, hold: 0, raise: 1, clear: 1"),
                        "hold must be a whole number, at least 1"),
                arguments(
                        alert("quantity: loss, after: 9, raise: 1, clear: 1"),
                        "alerts[0].after is a key of type silence: type=above"),
                arguments("alerts=[{type: silence, name: a, after: 0}]", "after must be a whole number, at least 1"),
                arguments("alerts=[{type: divergence, name: a, clearAfter: 0}]", "clearAfter must be a whole number"),
                arguments("name=a job", "a job's name may have letters, digits"),
                arguments("delivery=exactlyonce", "did you mean exactly-once? allowed: exactly-once, at-least-once"),
                arguments("format=xml", "format has an unknown value: found=xml"),
                arguments("engine=gpu", "engine has an unknown value: found=gpu"),
                arguments("topics.events=a topic", "topics: a topic's name has 1 to 249 letters"),
                arguments("topics.events=perennial.metrics.v1", "no two topics may have the same name"),
                arguments("limits.maxRecordBytes=10", "must be a whole number, at least 1024"),
                arguments("labels.resets=2147483648", "at least 0 and at most 2147483647: found=2147483648"),
                arguments("labels.stream=*", "a stream's name has 1 to 249 letters"),
                arguments(
                        "labels.change={type: partialRelabelling, fraction: 0}", "more than 0 and at most 1: found=0"),
                arguments("labels.examplesPerTask=0", "labels: one of examplesPerTask and epochsPerTask is needed"),
                arguments("labels.epochsPerTask=3", "and not both: examplesPerTask=100 epochsPerTask=3"),
                arguments("labels.images={type: bits}", "bits go with a change of type slowBits"),
                arguments("labels.change={type: slowBits}", "bits go with a change of type slowBits"),
                arguments("labels.change={type: classSubsets}", "labels.change.sizes is needed"),
                arguments(
                        "labels.change={type: classSubsets, sizes: [2, 0]}",
                        "sizes[1] must be a whole number, at least 1"),
                arguments("labels.change={type: classSubsets, sizes: []}", "sizes must be numbers of classes"),
                arguments("labels.change={type: targetMeans, means: []}", "means must be finite numbers, at least one"),
                arguments("labels.pixels=floats", "labels.pixels has an unknown value: found=floats"),
                arguments("labels.images={type: idx}", "labels.images.directory is needed: folder of the files"),
                arguments("labels.images.litFraction=2", "at least 0 and at most 1: found=2"),
                arguments("learnrs=[]", "learnrs is an unknown key; did you mean learners?"),
                arguments("zzz=1", "zzz is an unknown key; allowed: name, kafka, flink, topics"));
    }

    @ParameterizedTest
    @MethodSource("wrongValues")
    void shouldSayWhatWasFoundAndWhatIsAllowed(String assignment, String sentence) {
        String refusal = Texts.refusal(Texts.LEARNER + Texts.LABELS.replace("stream: s", "stream: other"), assignment);

        assertThat(refusal)
                .startsWith("F is not a valid configuration: errors=1\n")
                .contains(sentence);
    }

    static Stream<Arguments> wrongCombinations() {
        String mlp = "task: {input: [4], classes: 3}\nnetwork: {hidden: [8], %s}\n";
        String cnn = "task: {input: [3, 8, 6], classes: 3}\nnetwork: {type: cnn, hidden: [8], convolutions: %s}\n";
        return Stream.of(
                arguments(
                        mlp.formatted("") + "method: {type: nap}",
                        "learners[0].method of type nap needs a normalisation"),
                arguments(
                        mlp.formatted("normalisation: layernorm, activation: tanh")
                                + "method: {type: nap, affine: {mode: joint}}",
                        "learners[0].method.affine.mode joint needs a nonlinearity with f(cx) = c f(x): activation=tanh"),
                arguments(
                        "task: {input: [4], classes: 3}\nnetwork: {hidden: [], normalisation: layernorm}\nmethod: {type: nap}",
                        "needs a hidden layer to project: hidden=[]"),
                arguments(
                        mlp.formatted("normalisation: layernorm")
                                + "method: {type: nap, rescaleMoments: true}\noptimiser: {type: sgd}",
                        "learners[0].method.rescaleMoments needs an optimiser that keeps moments: optimiser=sgd"),
                arguments(
                        mlp.formatted("normalisation: layernorm")
                                + "method: {type: nap, twin: perLayer}\ninterventions: [{type: l2}]",
                        "learners[0]: a twin's two runs differ in their projection only"),
                arguments(
                        mlp.formatted("normalisation: layernorm")
                                + "method: {type: nap, twin: perLayer, affine: {mode: joint}}",
                        "learners[0].method: a twin needs scales and offsets that both runs treat alike"),
                arguments(
                        "task: {type: regression, input: [4], outputs: 2}\nnetwork: {hidden: [8]}\n"
                                + "interventions: [{type: gradientPenalty, strength: 1}]",
                        "learners[0]: a gradient penalty needs outputs of which the greatest is chosen"),
                arguments(
                        mlp.formatted("") + "method: {type: wn}\ninterventions: [{type: redo}]",
                        "learners[0]: redo is not defined under weight normalisation"),
                arguments(
                        mlp.formatted("activation: crelu") + "interventions: [{type: redo}]",
                        "learners[0]: redo is not defined for activation crelu"),
                arguments(
                        mlp.formatted("") + "interventions: [{type: reinitialise, layers: [-3]}]",
                        "reinitialise chooses a layer that the network does not have: layer=-3 layers=2"),
                arguments(cnn.formatted("[]"), "a network of type cnn needs at least one convolution"),
                arguments(
                        "task: {input: [3, 8, 8], classes: 3}\nnetwork: {type: cnn, hidden: [8]}",
                        "learners[0].network.convolutions is needed"),
                arguments(
                        "task: {input: [48], classes: 3}\n"
                                + "network: {type: cnn, hidden: [8], convolutions: [{channels: 1, kernel: 3}]}",
                        "learners[0].task.input must be [channels, rows, columns] for a network of type cnn: found=[48]"),
                arguments(
                        cnn.formatted("[{channels: 1, kernel: 7}]"),
                        "convolutions[0].kernel must fit into the layer's padded input: kernel=7 rows=8 columns=6 padding=0"),
                arguments(
                        cnn.formatted("[{channels: 1, kernel: 4}, {channels: 1, kernel: 4}]"),
                        "convolutions[1].kernel must fit into the layer's padded input: kernel=4 rows=5 columns=3 padding=0"),
                arguments(
                        "task: {type: streamQ, input: [4], actions: 3}\nnetwork: {hidden: [8]}\nbatch: {size: 1}",
                        "streamQ is learned by an optimiser that follows eligibility traces, obgd or adaptiveObgd"),
                arguments(
                        "task: {type: streamQ, input: [4], actions: 3}\nnetwork: {hidden: [8]}\noptimiser: {type: obgd}",
                        "batch.size must be 1 and gradient.maxNorm 0: batchSize=128 maxGradientNorm=0.0"),
                arguments(mlp.formatted("") + "optimiser: {type: obgd}", "task=Classification optimiser=Obgd"),
                arguments(
                        "task: {type: reinforcement, input: [4], actions: 3, head: {type: dqn, dueling: true}}\nnetwork: {hidden: []}",
                        "learners[0].task.head.dueling needs a hidden layer, whose width both streams have: network.hidden=[]"),
                arguments(
                        "task: {input: [99999, 99999, 99999], classes: 3}\nnetwork: {hidden: [8]}",
                        "learners[0].task.input has too many values"));
    }

    @ParameterizedTest
    @MethodSource("wrongCombinations")
    void shouldRefuseCombinationsThatCannotWork(String learner, String sentence) {
        assertThat(Texts.refusal(Texts.learner(learner)))
                .startsWith("F is not a valid configuration: errors=1\n")
                .contains(sentence);
    }

    @Test
    void shouldAcceptAKernelThatFitsByItsPadding() {
        String learner = "task: {input: [3, 8, 6], classes: 3}\n"
                + "network: {type: cnn, hidden: [], convolutions: [{channels: 1, kernel: 8, padding: 1}]}";

        assertThat(Texts.parse(Texts.learner(learner)).learners()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"momentum", "adam", "adamw", "rmsprop"})
    void shouldAcceptRescaledMomentsWhereThereAreMoments(String optimiser) {
        String learner = "task: {input: [4], classes: 3}\nnetwork: {hidden: [8], normalisation: rmsnorm}\n"
                + "method: {type: nap, rescaleMoments: true}\noptimiser: {type: " + optimiser + "}";

        assertThat(Texts.parse(Texts.learner(learner)).learners()).hasSize(1);
    }

    @Test
    void shouldRefuseALearnerWithTheNameOfAFreeRun() {
        String twins = """
                learners:
                  - {name: a, streams: [s], task: {input: [4], classes: 3}, network: {hidden: [8], normalisation: layernorm},
                     method: {type: nap, twin: global}}
                  - {name: a.free, streams: [s], task: {input: [4], classes: 3}, network: {hidden: [8]}}
                """;

        assertThat(Texts.refusal(twins))
                .contains(
                        "learners[1].name must be unique: found=a.free, which is also the name of learners[0].method.twin");
    }

    @Test
    void shouldRefuseLearnersOfTheSameName() {
        String twice = Texts.LEARNER + Texts.LEARNER.replace("learners:\n", "");

        assertThat(Texts.refusal(twice))
                .contains("F:6: learners[1].name must be unique: found=a, which is also the name of learners[0]");
    }

    @ParameterizedTest
    @MethodSource("wrongGlobs")
    void shouldRefuseWrongGlobs(String streams, String sentence) {
        assertThat(Texts.refusal(Texts.LEARNER, "learners[0].streams=" + streams))
                .contains(sentence);
    }

    static Stream<Arguments> wrongGlobs() {
        return Stream.of(
                arguments("[]", "learners[0].streams must name at least one stream"),
                arguments("[\"\"]", "learners[0].streams[0] must be a stream's name"),
                arguments("[\"a b\"]", "learners[0].streams[0] must be a stream's name"),
                arguments("[s, \"{a,b}\"]", "learners[0].streams[1] must be a stream's name"),
                arguments("[s, s]", "learners[0].streams[1] is written twice: found=s"));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void shouldRefuseALearnerThatCannotTakeTheLabelStream(String assignment, String sentence) {
        String fitting = Texts.LEARNER.replace("input: [4], classes: 3", "input: [784], classes: 10") + Texts.LABELS;

        assertThat(Texts.parse(fitting).learners()).hasSize(1);
        assertThat(Texts.refusal(fitting, assignment)).contains(sentence);
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                arguments(
                        "labels.images={type: synthetic, channels: 1024, rows: 4096, columns: 4096}",
                        "values=784 image=17179869184"),
                arguments("labels.images.rows=27", "task.input must have as many values as an image"),
                arguments("labels.images={type: cifar10, directory: d}", "values=784 image=3072"),
                arguments("labels.images={type: cifar100, directory: d}", "classes=10 images=100"),
                arguments("labels.images={type: cifar100, directory: d, classes: coarse}", "classes=10 images=20"),
                arguments(
                        "labels.change={type: classSubsets, sizes: [11], reused: true, renumbered: true}",
                        "classes=10 images=11"),
                arguments("learners[0].task.classes=9", "task.classes must be at least the classes of the images"),
                arguments(
                        "learners[0].task={type: regression, input: [784], outputs: 1}",
                        "task.type must be classification, since the learner follows the label stream s"));
    }

    static Stream<Arguments> endless() {
        return Stream.of(
                arguments("images={type: idx, directory: d}"), arguments("change={type: classSubsets, sizes: [2]}"));
    }

    @ParameterizedTest
    @MethodSource("endless")
    void shouldRefuseEpochsOfImagesWhoseNumberIsUnknown(String assignment) {
        assertThat(Texts.refusal(
                        Texts.LABELS, "labels.examplesPerTask=0", "labels.epochsPerTask=2", "labels." + assignment))
                .contains("epochsPerTask needs tasks that show the same images, and their number");
    }

    @Test
    void shouldRefuseALearnerOfClassesForAStreamOfTargets() {
        String bits = Texts.LEARNER + Texts.LABELS;

        assertThat(Texts.refusal(
                        bits,
                        "labels.images={type: bits}",
                        "labels.change={type: slowBits}",
                        "learners[0].task.input=[20]"))
                .contains("task.type must be regression, since the learner follows the label stream s");
        assertThat(Texts.refusal(
                        bits,
                        "labels.images={type: bits}",
                        "labels.change={type: slowBits}",
                        "learners[0].task={type: regression, input: [19], outputs: 2}"))
                .contains("values=19 image=20", "task.outputs must be 1, the target value");
    }

    @Test
    void shouldSayThatLearnersAreNeeded() {
        Configuration configuration = Texts.parse(Texts.LABELS);

        assertThatThrownBy(configuration::learnerSpecs)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("must have at least one learner");
    }

    @Test
    void shouldSayThatALabelStreamIsNeeded() {
        Configuration configuration = Texts.parse(Texts.LEARNER);

        assertThatThrownBy(configuration::labelStream)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("must describe a label stream");
    }

    static Stream<Arguments> unplayable() {
        return Stream.of(
                arguments("environment.name=minatar/pong", "environment cannot be created: unknown environment"),
                arguments(
                        "environment.options.stiky=1",
                        "environment cannot be created: minatar/breakout has no such option"),
                arguments("environment.changes=[soon]", "a scheduled change must read STEP [next]"),
                arguments("environment.learners=[b]", "environment.learners[0] must be the name of a learner: found=b"),
                arguments(
                        "environment.maxLead=100",
                        "environment.maxLead must be more than the learner's policies.progressEvery"),
                arguments("environment.epsilon={warmUp: 9, steps: 8}", "steps must be at least warmUp"),
                arguments("learners[0].streams=[\"s*\"]", "needs learners whose first stream is a name, no glob"),
                arguments("learners[0].task.actions=5", "environment.name must have the observations and the actions"),
                arguments(
                        "learners[0].task.input=[4, 10, 9]",
                        "environment.name must have the observations and the actions"),
                arguments(
                        "learners[0].task.head={type: c51, lowest: 1, highest: 1}",
                        "the lowest atom must be below the highest"),
                arguments(
                        "learners[0].task.replay.capacity=2",
                        "learners[0].task.replay.capacity must be a whole number, at least 3"),
                arguments(
                        "learners[0].task={type: streamQ, input: [4, 10, 10], actions: 6, lambda: 1.5}",
                        "learners[0].task.lambda must be a number, at least 0 and at most 1"),
                arguments(
                        "learners[0].task={type: streamQ, input: [4, 10, 10], actions: 5}",
                        "environment.name must have the observations and the actions"),
                arguments(
                        "learners[0].optimiser={type: obgd, kappa: 1}", "learners[0].optimiser.kappa must be a number"),
                arguments("learners[0].method={type: sn, layers: []}", "sn needs layers counted from the output"),
                arguments("learners[0].method={type: sn}", "learners[0].method.layers is needed"),
                arguments(
                        "learners[0].method={type: sn, layers: [-2], scheduler: divOut, gradientThroughSigma: true}",
                        "a scheduler takes the singular values for constants"));
    }

    @ParameterizedTest
    @MethodSource("unplayable")
    void shouldRefuseWhatNoActorCouldPlay(String assignment, String sentence) {
        assertThat(Texts.refusal(Texts.PLAYER, assignment)).contains(sentence);
    }

    @Test
    void shouldRefuseTwoProducersOfOneStream() {
        String twice = Texts.PLAYER.replace(
                "environment:\n",
                "  - {name: b, streams: [s], task: {type: reinforcement, input: [400], actions: 6}, network: {hidden: [4]}}\n"
                        + "environment:\n");

        assertThat(Texts.refusal(twice)).contains("a stream has one producer: stream=s learners=a,b");
        assertThat(Texts.parse(twice, "environment.learners=[a]").actorStreams())
                .hasSize(1);
    }

    @Test
    void shouldSayThatAnEnvironmentIsNeeded() {
        Configuration configuration = Texts.parse(Texts.LEARNER);

        assertThatThrownBy(configuration::actorStreams)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("must describe an environment");
    }

    static Stream<Arguments> wrongSources() {
        String player = Texts.OWN_PLAYER;
        String labels = Texts.OWN_LABELS;
        String mixed = "learners=[{name: a, environment: {name: minatar/breakout, steps: 9}, network: {hidden: [4]},"
                + " task: {type: reinforcement, input: [400], actions: 6}},"
                + " {name: b, streams: [s], network: {hidden: [4]}, task: {input: [4], classes: 3}}]";
        return Stream.of(
                arguments(
                        player,
                        "learners[0].labels={stream: t, resets: 1, examplesPerTask: 9}",
                        "learners[0].labels cannot stand beside environment: a learner has one source"),
                arguments(
                        player,
                        "learners[0].streams=[s, t]",
                        "learners[0].streams must be left out, or be one name for the stream that the learner makes itself:"
                                + " found=[s, t]"),
                arguments(player, "learners[0].streams=[\"s*\"]", "must be left out, or be one name"),
                arguments(
                        labels,
                        "learners[0].streams=[s]",
                        "learners[0].streams must be left out, since the learner makes its stream itself: found=[s]"
                                + " labels.stream=t"),
                arguments(
                        player,
                        "learners[0].task={input: [400], classes: 6}",
                        "learners[0].task.type must be reinforcement, since the learner has an environment:"
                                + " found=classification"),
                arguments(
                        labels,
                        "learners[0].task={type: reinforcement, input: [784], actions: 6}",
                        "learners[0].task.type must be classification, since its own labels are the stream t"),
                arguments(labels, "learners[0].task.classes=9", "must be at least the classes of the images"),
                arguments(labels, "learners[0].task.input=[4]", "must have as many values as an image"),
                arguments(
                        labels,
                        "learners[0].labels.resets=0",
                        "learners[0].labels.resets must be 1 or more, since a learner's own stream has an end: found=0"),
                arguments(
                        labels,
                        "learners[0].labels.examplesPerSecond=5",
                        "learners[0].labels.examplesPerSecond is for producers"),
                arguments(
                        player,
                        "learners[0].environment.steps=0",
                        "learners[0].environment.steps must be a whole number, at least 1"),
                arguments(
                        player,
                        "learners[0].environment={name: minatar/breakout}",
                        "learners[0].environment.steps is needed: steps after which an actor is done"),
                arguments(
                        player,
                        "learners[0].environment.lockstep=true",
                        "learners[0].environment.lockstep is an unknown key"),
                arguments(
                        player,
                        "learners[0].environment.name=minatar/pong",
                        "learners[0].environment cannot be created: unknown environment"),
                arguments(
                        player,
                        "learners[0].task.actions=5",
                        "learners[0].environment.name must have the observations and the actions of the learner's task"),
                arguments(
                        player,
                        mixed,
                        "learners[1] needs an environment or labels of its own, since learners[0] has one: all learners of a"
                                + " job have such a source, or none has"),
                arguments(
                        player,
                        "environment={name: minatar/breakout}",
                        "environment is for a producer, and the learners of this job make their events themselves"),
                arguments(
                        labels,
                        "labels={stream: x, examplesPerTask: 5}",
                        "labels is for a producer, and the learners of this job make their events themselves"));
    }

    @ParameterizedTest
    @MethodSource("wrongSources")
    void shouldRefuseSourcesThatALearnerCannotHave(String yaml, String assignment, String sentence) {
        assertThat(Texts.parse(yaml).learners()).hasSize(1);
        assertThat(Texts.refusal(yaml, assignment)).contains(sentence);
    }
}
