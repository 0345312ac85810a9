package perennial.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.learning.event.Event;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerOutput;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.Learners;
import perennial.learning.learner.Prediction;
import perennial.learning.learner.Report;
import perennial.learning.learner.TaskSpec;
import perennial.learning.learner.TaskSummary;
import perennial.learning.state.LearnerState;
import perennial.streaming.learn.LearnerCheckpoint.Origin;
import perennial.streaming.learn.SavedConfiguration;

/** Each key of a learner, changed over a savepoint, takes effect or is refused, as the page of rules says. */
class StateRulesTest {

    private static final Path PAGE = Path.of("..", "docs", "upgrades.md");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int EVENTS = 240;
    private static final int SAVED_AFTER = 101;

    /** Keys whose effect is outside the learner, where the job's own tests change them; and one that no learner can have. */
    private static final Set<String> OUTSIDE = Set.of(
            "name",
            "streams",
            "policies.publishEvery",
            "policies.progressEvery",
            "snapshots.every",
            "snapshots.keep",
            "labels.examplesPerSecond");

    /** A key, what is set before it is changed, and the assignment that changes it. */
    private static final String CASES = """
            variant | | variant=x
            seed | | seed=1
            task.type | | task={type: regression, input: [4], outputs: 3}
            task.input | | task.input=[5]
            task.scale | | task.scale=2
            task.classes | | task.classes=4
            task.outputs | task={type: regression, input: [4], outputs: 2} | task.outputs=3
            task.actions | PLAYER | task.actions=4
            task.head.type | PLAYER | task.head={type: c51}
            task.head.dueling | PLAYER | task.head.dueling=true
            task.head.atoms | PLAYER; task.head={type: c51} | task.head.atoms=13
            task.head.lowest | PLAYER; task.head={type: c51} | task.head.lowest=-3
            task.head.highest | PLAYER; task.head={type: c51} | task.head.highest=3
            task.head.loss | PLAYER; task.scale=5 | task.head.loss=huber
            task.head.doubleQ | PLAYER | task.head.doubleQ=true
            task.history | PLAYER | task.history=2
            task.steps | PLAYER | task.steps=2
            task.discount | PLAYER | task.discount=0.5
            task.rewardLimit | PLAYER | task.rewardLimit=0.1
            task.warmUp | PLAYER | task.warmUp=150
            task.updateEvery | PLAYER | task.updateEvery=3
            task.target.type | PLAYER | task.target={type: averaged}
            task.target.every | PLAYER | task.target.every=5
            task.target.rate | PLAYER; task.target={type: averaged} | task.target.rate=0.5
            task.replay.capacity | PLAYER | task.replay.capacity=60
            task.replay.encoding | PLAYER | task.replay.encoding=bytes
            task.replay.sampling.type | PLAYER | task.replay.sampling={type: prioritised}
            task.replay.sampling.exponent | PRIORITISED | task.replay.sampling.exponent=0.1
            task.replay.sampling.importanceStart | PRIORITISED | task.replay.sampling.importanceStart=0.9
            task.replay.sampling.importanceEnd | PRIORITISED | task.replay.sampling.importanceEnd=0.5
            task.replay.sampling.importanceUpdates | PRIORITISED | task.replay.sampling.importanceUpdates=50
            task.replay.sampling.minimum | PRIORITISED | task.replay.sampling.minimum=0.5
            task.lambda | STREAMER | task.lambda=0.1
            task.normaliseObservations | STREAMER | task.normaliseObservations=false
            task.scaleRewards | STREAMER | task.scaleRewards=false
            network.type | CNN | network={hidden: [5]}
            network.convolutions | CNN | network.convolutions=[{channels: 3, kernel: 3}]
            network.hidden | | network.hidden=[6, 6]
            network.activation | | network.activation=tanh
            network.leakySlope | | network.leakySlope=0.5
            network.normalisation | | network.normalisation=rmsnorm
            network.normalisationEpsilon | | network.normalisationEpsilon=0.1
            network.initialiser | | network.initialiser=sparse
            method.type | | method={type: nap}
            method.projectEvery | method={type: nap} | method.projectEvery=7
            method.affine.mode | method={type: nap} | method.affine.mode=free
            method.affine.rate | method={type: nap} | method.affine.rate=0.5
            method.rescaleMoments | method={type: nap} | method.rescaleMoments=true
            method.twin | method={type: nap} | method.twin=perLayer
            method.layers | SPECTRAL | method.layers=[-1]
            method.divisor | method={type: sn, layers: [-1, -2], divisor: cap, lambda: 5} | method.divisor=always
            method.lambda | SPECTRAL | method.lambda=0.25
            method.scheduler | SPECTRAL | method.scheduler=divOut
            method.gradientThroughSigma | SPECTRAL | method.gradientThroughSigma=true
            interventions | interventions=[{type: l2}] | interventions=[{type: l2}, {type: noisyUpdates}]
            interventions | interventions=[{type: l2}] | interventions=[]
            interventions[l2].strength | interventions=[{type: l2}] | interventions[0].strength=0.5
            interventions[l2Init].strength | interventions=[{type: l2Init}] | interventions[0].strength=0.5
            interventions[gradientPenalty].strength | interventions=[{type: gradientPenalty, strength: 0.1}] | interventions[0].strength=0.5
            interventions[noisyUpdates].deviation | interventions=[{type: noisyUpdates}] | interventions[0].deviation=0.1
            interventions[shrinkAndPerturb].keep | interventions=[{type: shrinkAndPerturb}] | interventions[0].keep=0.5
            interventions[shrinkAndPerturb].perturb | interventions=[{type: shrinkAndPerturb}] | interventions[0].perturb=0.5
            interventions[shrinkAndPerturbOnReset].keep | interventions=[{type: shrinkAndPerturbOnReset}] | interventions[0].keep=0.9
            interventions[shrinkAndPerturbOnReset].perturb | interventions=[{type: shrinkAndPerturbOnReset}] | interventions[0].perturb=0.5
            interventions[redo].threshold | interventions=[{type: redo, every: 3, statisticsBatch: 4}] | interventions[0].threshold=0.9
            interventions[redo].every | interventions=[{type: redo, threshold: 0.9, every: 3, statisticsBatch: 4}] | interventions[0].every=5
            interventions[redo].statisticsBatch | interventions=[{type: redo, threshold: 0.9, every: 5, statisticsBatch: 4}] | interventions[0].statisticsBatch=16
            interventions[redoPytorch].threshold | interventions=[{type: redoPytorch, every: 3, statisticsBatch: 4}] | interventions[0].threshold=0.9
            interventions[redoPytorch].every | interventions=[{type: redoPytorch, threshold: 0.9, every: 3, statisticsBatch: 4}] | interventions[0].every=5
            interventions[redoPytorch].statisticsBatch | interventions=[{type: redoPytorch, threshold: 0.9, every: 5, statisticsBatch: 4}] | interventions[0].statisticsBatch=16
            interventions[continualBackprop].replacementRate | BACKPROP | interventions[0].replacementRate=0.9
            interventions[continualBackprop].maturity | BACKPROP | interventions[0].maturity=9
            interventions[continualBackprop].decay | BACKPROP | interventions[0].decay=0.1
            interventions[continualBackprop].utility | BACKPROP | interventions[0].utility=contribution
            interventions[continualBackprop].accumulate | BACKPROP | interventions[0].accumulate=true
            interventions[reinitialise].layers | interventions=[{type: reinitialise, layers: [-1]}] | interventions[0].layers=[-2]
            interventions[reinitialise].values | interventions=[{type: reinitialise, layers: [-1]}] | interventions[0].values=zero
            optimiser.type | | optimiser={type: sgd}
            optimiser.learningRate | | optimiser.learningRate=0.1
            optimiser.beta1 | | optimiser.beta1=0.5
            optimiser.beta2 | | optimiser.beta2=0.9
            optimiser.epsilon | | optimiser.epsilon=0.1
            optimiser.weightDecay | optimiser={type: adamw} | optimiser.weightDecay=0.5
            optimiser.momentum | optimiser={type: momentum} | optimiser.momentum=0.5
            optimiser.nesterov | optimiser={type: momentum} | optimiser.nesterov=true
            optimiser.decay | optimiser={type: rmsprop} | optimiser.decay=0.5
            optimiser.centred | optimiser={type: rmsprop} | optimiser.centred=true
            optimiser.kappa | STREAMER | optimiser.kappa=5
            schedule.type | | schedule={type: linear, updates: 9}
            schedule.endLearningRate | schedule={type: linear, updates: 30} | schedule.endLearningRate=0.5
            schedule.updates | schedule={type: linear, updates: 30} | schedule.updates=300
            schedule.restartOnReset | schedule={type: linear, updates: 30} | schedule.restartOnReset=true
            schedule.initialLearningRate | schedule={type: cosine, updates: 100, warmUpUpdates: 50} | schedule.initialLearningRate=0.1
            schedule.warmUpUpdates | schedule={type: cosine, updates: 100, warmUpUpdates: 50} | schedule.warmUpUpdates=3
            batch.size | | batch.size=6
            gradient.maxNorm | optimiser={type: sgd} | gradient.maxNorm=0.01
            onLabelReset.resetOptimiser | | onLabelReset.resetOptimiser=true
            divergence.maxDiscarded | optimiser={type: sgd, learningRate: 3.0e+38}; divergence.maxDiscarded=1000 | divergence.maxDiscarded=1
            metrics.every | | metrics.every=3
            metrics.spectralNorms | | metrics.spectralNorms=2
            metrics.ranks | | metrics.ranks=2
            metrics.inputGradients | | metrics.inputGradients=2
            metrics.jacobian | | metrics.jacobian=2
            metrics.interference | | metrics.interference=2
            metrics.curvature | | metrics.curvature=2
            metrics.plasticityProbe | metrics.probeSteps=3; metrics.probeTargets=2 | metrics.plasticityProbe=8
            metrics.probeSize | metrics.ranks=2 | metrics.probeSize=5
            metrics.gradientRows | metrics.jacobian=2 | metrics.gradientRows=2
            metrics.probeTargets | metrics.plasticityProbe=8; metrics.probeSteps=3; metrics.probeTargets=2 | metrics.probeTargets=3
            metrics.probeSteps | metrics.plasticityProbe=8; metrics.probeSteps=3; metrics.probeTargets=2 | metrics.probeSteps=9
            predictions | | predictions=true
            environment.name | ACTING | environment.name=minatar/asterix
            environment.options | ACTING | environment.options={sticky: 0.5}
            environment.actors | ACTING | environment.actors=2
            environment.seed | ACTING | environment.seed=2
            environment.changes | ACTING | environment.changes=[50 permute-actions]
            environment.repeatChangesEvery | ACTING; environment.changes=[50 permute-actions] | environment.repeatChangesEvery=90
            environment.maxLead | ACTING | environment.maxLead=9
            environment.policyEvery | ACTING | environment.policyEvery=9
            environment.steps | ACTING | environment.steps=200
            environment.epsilon.start | ACTING | environment.epsilon.start=0.5
            environment.epsilon.end | ACTING | environment.epsilon.end=0.5
            environment.epsilon.warmUp | ACTING | environment.epsilon.warmUp=7
            environment.epsilon.steps | ACTING | environment.epsilon.steps=9000
            labels.stream | LABELLED | labels.stream=u
            labels.images.type | LABELLED | labels.images={type: idx, directory: a}
            labels.images.channels | LABELLED | labels.images={channels: 7, rows: 28, columns: 4}
            labels.images.rows | LABELLED | labels.images={rows: 14, columns: 56}
            labels.images.columns | LABELLED | labels.images={rows: 14, columns: 56}
            labels.images.classes | LABELLED | labels.images.classes=9
            labels.images.count | LABELLED | labels.images.count=99
            labels.images.litFraction | LABELLED | labels.images.litFraction=0.9
            labels.images.directory | LABELLED; labels.images={type: idx, directory: a} | labels.images.directory=b
            labels.images.slow | BITS | labels.images={type: bits, slow: 14, fast: 6}
            labels.images.fast | BITS | labels.images={type: bits, slow: 14, fast: 6}
            labels.images.units | BITS | labels.images.units=9
            labels.images.beta | BITS | labels.images.beta=0.5
            labels.pixels | LABELLED | labels.pixels=centred
            labels.change.type | LABELLED | labels.change={type: classPermutation}
            labels.change.composed | LABELLED; labels.change={type: classPermutation} | labels.change.composed=true
            labels.change.fraction | LABELLED; labels.change={type: partialRelabelling, fraction: 0.1} | labels.change.fraction=0.2
            labels.change.sizes | SUBSETS | labels.change.sizes=[3]
            labels.change.reused | SUBSETS | labels.change.reused=true
            labels.change.renumbered | SUBSETS | labels.change.renumbered=true
            labels.change.means | MEANS | labels.change.means=[1]
            labels.change.deviation | MEANS | labels.change.deviation=3
            labels.change.flipOne | BITS | labels.change.flipOne=true
            labels.seed | LABELLED | labels.seed=4
            labels.examplesPerTask | LABELLED | labels.examplesPerTask=50
            labels.epochsPerTask | LABELLED; labels.examplesPerTask=0; labels.epochsPerTask=1 | labels.epochsPerTask=2
            labels.resets | LABELLED | labels.resets=3
            """;

    /** What several cases begin with. */
    private static final Map<String, String> BEGINNINGS = Map.ofEntries(
            Map.entry(
                    "PLAYER",
                    "task={type: reinforcement, input: [4], actions: 3, warmUp: 10, updateEvery: 2, replay: {capacity: 50,"
                            + " encoding: floats}}"),
            Map.entry(
                    "PRIORITISED",
                    "task={type: reinforcement, input: [4], actions: 3, warmUp: 10, updateEvery: 2, replay: {capacity: 50,"
                            + " encoding: floats, sampling: {type: prioritised, importanceUpdates: 500}}}"),
            Map.entry("STREAMER", "task={type: streamQ, input: [4], actions: 3}; optimiser={type: obgd}; batch.size=1"),
            Map.entry(
                    "CNN",
                    "task.input=[1, 5, 5]; network={type: cnn, convolutions: [{channels: 2, kernel: 3}], hidden: [5]}"),
            Map.entry("SPECTRAL", "method={type: sn, layers: [-1, -2], divisor: cap, lambda: 0.5}"),
            Map.entry(
                    "BACKPROP",
                    "interventions=[{type: continualBackprop, replacementRate: 0.2, maturity: 2, decay: 0.9}]"),
            Map.entry(
                    "ACTING",
                    "streams=[]; environment={name: minatar/breakout, steps: 100};"
                            + " task={type: reinforcement, input: [4, 10, 10], actions: 6}"),
            Map.entry(
                    "LABELLED",
                    "streams=[]; labels={stream: t, resets: 2, examplesPerTask: 100};"
                            + " task={input: [784], classes: 10}"),
            Map.entry(
                    "BITS",
                    "streams=[]; labels={stream: t, resets: 2, examplesPerTask: 100, images: {type: bits},"
                            + " change: {type: slowBits}}; task={type: regression, input: [20], outputs: 1}"),
            Map.entry(
                    "SUBSETS",
                    "streams=[]; labels={stream: t, resets: 2, examplesPerTask: 100,"
                            + " change: {type: classSubsets, sizes: [2]}}; task={input: [784], classes: 10}"),
            Map.entry(
                    "MEANS",
                    "streams=[]; labels={stream: t, resets: 2, examplesPerTask: 100,"
                            + " change: {type: targetMeans, means: [2]}}; task={type: regression, input: [784], outputs: 1}"));

    private static final String LEARNER = """
            learners:
              - name: a
                streams: [s]
                task: {input: [4], classes: 3}
                network: {hidden: [6, 5], normalisation: layernorm}
                batch: {size: 4}
                metrics: {every: 2}
            """;

    /** A change of one key. */
    record Case(String key, List<String> before, String change) {

        boolean isOfAnOwnSource() {
            return key.startsWith("environment.") || key.startsWith("labels.");
        }

        LearnerSpec specBefore() {
            return spec(before);
        }

        LearnerSpec specAfter() {
            return spec(Stream.concat(before.stream(), Stream.of(change)).toList());
        }

        private static LearnerSpec spec(List<String> assignments) {
            return Texts.parse(
                            LEARNER,
                            assignments.stream().map(a -> "learners[0]." + a).toArray(String[]::new))
                    .learnerSpecs()
                    .get(0);
        }

        @Override
        public String toString() {
            return change;
        }
    }

    private static Stream<Case> cases() {
        return CASES.lines().map(line -> {
            String[] parts = line.split("\\|", -1);
            List<String> before = new ArrayList<>();
            for (String part : parts[1].split(";")) {
                for (String assignment :
                        BEGINNINGS.getOrDefault(part.strip(), part).split(";")) {
                    if (!assignment.isBlank()) {
                        before.add(assignment.strip());
                    }
                }
            }
            return new Case(parts[0].strip(), before, parts[2].strip());
        });
    }

    private static Stream<Case> refused() {
        return cases().filter(change -> !StateRules.mayChange(change.key));
    }

    private static Stream<Case> followed() {
        return cases().filter(change -> StateRules.mayChange(change.key));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void shouldRefuseWithTheKeyAndBothValues(Case change) {
        LearnerSpec before = change.specBefore();
        LearnerSpec after = change.specAfter();

        assertThat(refusal(before, after))
                .startsWith("the state of learner a cannot follow a change of ")
                .contains(change.key + " from " + value(before, change.key) + " to " + value(after, change.key))
                .endsWith("; configure what was saved, or DO");
        assertThat(refusal(before, before)).isNull();
    }

    @ParameterizedTest
    @MethodSource("followed")
    void shouldFollow(Case change) {
        LearnerSpec before = change.specBefore();
        LearnerSpec after = change.specAfter();

        assertThat(refusal(before, after)).isNull();
        if (!change.isOfAnOwnSource()) {
            List<Event> events = events(before.task());
            LearnerState state = state(Learners.create(before, "cpu"), events.subList(0, SAVED_AFTER));
            assertThat(trace(after, state, events)).isNotEqualTo(trace(before, state, events));
        }
    }

    @Test
    void shouldHaveARuleAndACaseForEveryKey() {
        Set<String> keys = new LinkedHashSet<>();
        collect("", LearnerSection.class, keys);

        assertThat(StateRules.rules().keySet())
                .as("each key of a learner must be in StateRules once, as one that may change or as one that must stay")
                .containsExactlyInAnyOrderElementsOf(keys);
        Set<String> tested = new TreeSet<>(OUTSIDE);
        cases().forEach(change -> tested.add(change.key));
        assertThat(tested).containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void shouldStandOnItsPage() throws IOException {
        assertThat(Files.readString(PAGE))
                .as("docs/upgrades.md must have this table:\n" + StateRules.markdown())
                .contains(StateRules.markdown());
    }

    @Test
    void shouldSayHowLargeABatchMustBe() {
        LearnerSpec before = new Case("batch.size", List.of("batch.size=64"), "batch.size=7").specBefore();
        LearnerSpec after = new Case("batch.size", List.of(), "batch.size=7").specAfter();
        LearnerState state =
                state(Learners.create(before, "cpu"), events(before.task()).subList(0, 20));

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Learners.restore(after, "cpu", state)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("batch.size=7 gathered=");
    }

    @Test
    void shouldMakeALearnerOfWhatACheckpointSays() {
        LearnerSpec spec = Texts.parse(Texts.OWN_PLAYER).learnerSpecs().get(0);

        LearnerSpec saved = Configuration.savedLearner(spec.provenance().configuration());

        assertThat(saved.network()).isEqualTo(spec.network());
        assertThat(saved.task()).isEqualTo(spec.task());
        assertThat(saved.provenance().configHash()).isEqualTo(spec.provenance().configHash());
    }

    @Test
    void shouldKeepSecretsOutOfCheckpoints() {
        String json = Effective.json(Texts.parse("kafka: {ssl.key.password: \"${env:PASSWORD}\"}\n"));

        assertThat(json).contains("ssl.key.password").doesNotContain("correct horse");
    }

    private static String refusal(LearnerSpec before, LearnerSpec after) {
        Origin saved = new Origin(
                1,
                before.provenance().configHash(),
                before.provenance().codeVersion(),
                before.provenance().configuration());
        return SavedConfiguration.refusalOf(after, saved, "DO");
    }

    private static String value(LearnerSpec spec, String key) {
        return SavedConfiguration.flat(spec.provenance().configuration()).get(key);
    }

    private static void collect(String prefix, Class<?> section, Set<String> keys) {
        for (RecordComponent component : Keys.of(section)) {
            String key = prefix + component.getName();
            java.lang.reflect.Type type = component.getGenericType();
            boolean isList = component.getType() == List.class;
            Class<?> content = (isList || component.getType() == Optional.class)
                    ? (Class<?>) ((ParameterizedType) type).getActualTypeArguments()[0]
                    : component.getType();
            if (content.isSealed()) {
                keys.add(isList ? key : key + ".type");
                Keys.types(content)
                        .forEach((name, chosen) -> collect(isList ? key + "[" + name + "]." : key + ".", chosen, keys));
            } else if (content.isRecord() && !isList) {
                collect(key + ".", content, keys);
            } else {
                keys.add(key);
            }
        }
    }

    /** Everything that a learner says and is after it went on, its configuration's hash aside. */
    private static List<String> trace(LearnerSpec spec, LearnerState state, List<Event> events) {
        List<String> said = new ArrayList<>();
        LearnerOutput output = new LearnerOutput() {
            @Override
            public void report(Report report) {
                add(report);
            }

            @Override
            public void taskSummary(TaskSummary summary) {
                add(summary);
            }

            @Override
            public void prediction(Prediction prediction) {
                add(prediction);
            }

            private void add(Object found) {
                ObjectNode node = JSON.valueToTree(found);
                node.remove("configHash");
                said.add(node.toString());
            }
        };
        try (Learner learner = Learners.restore(spec, "cpu", state)) {
            events.subList(SAVED_AFTER, EVENTS).forEach(event -> learner.observe(event, output));
            said.add(Arrays.toString(
                    learner.weights().asMap().values().iterator().next().data()));
        }
        return said;
    }

    private static LearnerState state(Learner learner, List<Event> events) {
        LearnerOutput nowhere = new LearnerOutput() {
            @Override
            public void report(Report report) {}

            @Override
            public void taskSummary(TaskSummary summary) {}
        };
        try (learner) {
            events.forEach(event -> learner.observe(event, nowhere));
            return learner.state();
        }
    }

    /** Random examples, or transitions of one actor, with a label reset now and then. */
    private static List<Event> events(TaskSpec task) {
        SplittableRandom random = new SplittableRandom(5);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            Event event = new Event();
            event.stream = "s";
            event.sequence = i;
            if (i % 60 == 59) {
                event.kind = Event.Kind.LABEL_RESET;
                event.task = i / 60 + 1;
                event.resetKind = Event.ResetKind.LABELS_REDRAWN;
            } else if (task instanceof TaskSpec.ActionValues values) {
                event.kind = Event.Kind.TRANSITION;
                event.episode = i / 10;
                fill(event.features.resizeFloats(values.observationSize()), random);
                event.action = random.nextInt(values.actions());
                event.reward = random.nextInt(3) - 1;
                event.terminal = i % 10 == 9;
            } else {
                fill(event.features.resizeFloats(task.inputSize()), random);
                if (task instanceof TaskSpec.Classification classification) {
                    event.label = random.nextInt(classification.classes());
                } else {
                    fill(event.target.resizeFloats(task.outputs()), random);
                }
            }
            events.add(event);
        }
        return events;
    }

    private static void fill(float[] values, SplittableRandom random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(256) / 255f;
        }
    }
}
