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
import perennial.environment.Environment;
import perennial.environment.ScheduledEnvironment;
import perennial.environment.actor.TeamSpec;
import perennial.environment.kafka.ActorStreamSpec;
import perennial.environment.kafka.AgentSpec;
import perennial.environment.labels.LabelStreamSpec;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;
import perennial.environment.labels.LabelStreamSpec.Pixels;
import perennial.jobs.CodeVersion;
import perennial.learning.intervention.InterventionSpec;
import perennial.learning.intervention.InterventionSpec.RedoVersion;
import perennial.learning.intervention.InterventionSpec.Time;
import perennial.learning.intervention.InterventionSpec.Utility;
import perennial.learning.intervention.InterventionSpec.Values;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.LearnerSpec.Provenance;
import perennial.learning.learner.SnapshotSpec;
import perennial.learning.learner.TargetSpec;
import perennial.learning.learner.TaskSpec;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.MethodSpec.Affine;
import perennial.learning.method.MethodSpec.AffineMode;
import perennial.learning.method.MethodSpec.Divisor;
import perennial.learning.method.MethodSpec.Scheduler;
import perennial.learning.method.MethodSpec.Twin;
import perennial.learning.network.Activation;
import perennial.learning.network.ConvolutionSpec;
import perennial.learning.network.Initialiser;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.Normalisation;
import perennial.learning.optimise.OptimiserSpec;
import perennial.learning.optimise.ScheduleSpec;
import perennial.learning.plasticity.MetricsSpec;
import perennial.learning.policy.EpsilonSchedule;
import perennial.learning.replay.ObservationEncoding;
import perennial.learning.replay.ReplaySpec;
import perennial.learning.replay.SamplingSpec;
import perennial.learning.value.ValueHeadSpec;
import perennial.learning.value.ValueHeadSpec.TdLoss;
import perennial.streaming.learn.PolicyPublication;
import perennial.streaming.watch.AlertRule;
import perennial.streaming.watch.AlertRule.Baseline;
import perennial.streaming.watch.AlertRule.Side;
import perennial.streaming.watch.AlertRule.Threshold;
import perennial.streaming.watch.Quantity;
import perennial.streaming.watch.WatchRule;

/** Each key, written with a value that is not its default, must arrive where it belongs. */
class ConfigurationMappingTest {

    private static final String TOP = """
            name: job-7
            kafka: {bootstrap.servers: "k:1"}
            flink: {parallelism.default: 3}
            topics: {events: e, metrics: m, policies: p, predictions: q, deadLetters: d, alerts: a, control: c}
            delivery: at-least-once
            format: json
            engine: nd4j
            limits: {maxRecordBytes: 5000}
            """;

    /** Keys of the learner below that its state cannot follow. */
    private static final Set<String> KEPT = Set.of(
            "seed",
            "task.type",
            "task.input",
            "task.classes",
            "task.scale",
            "network.type",
            "network.convolutions",
            "network.hidden",
            "network.activation",
            "network.leakySlope",
            "network.normalisation",
            "network.normalisationEpsilon",
            "network.initialiser",
            "method.type",
            "method.affine.mode",
            "method.twin",
            "interventions",
            "optimiser.type");

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
                interventions: [{type: noisyUpdates, deviation: 0.1}, {type: l2, strength: 0.2}]
                optimiser: {type: adam, learningRate: 0.1, beta1: 0.2, beta2: 0.3, epsilon: 0.4}
                schedule: {type: cosine, initialLearningRate: 0.01, warmUpUpdates: 5, endLearningRate: 0.02, updates: 50,
                  restartOnReset: true}
                batch: {size: 11}
                gradient: {maxNorm: 12.5}
                onLabelReset: {resetOptimiser: true}
                metrics: {every: 13, spectralNorms: 21, ranks: 22, inputGradients: 23, jacobian: 24, interference: 25,
                  curvature: 26, plasticityProbe: 27, probeSize: 28, gradientRows: 29, probeTargets: 30, probeSteps: 31}
                divergence: {maxDiscarded: 14}
                predictions: true
                snapshots: {every: 15, keep: 16}
            """;

    private static final String LABELS = """
            labels:
              stream: r
              images: {type: synthetic, channels: 2, rows: 3, columns: 4, classes: 5, count: 6, litFraction: 0.7}
              pixels: centred
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
        assertThat(configuration.topics()).isEqualTo(new TopicsSection("e", "m", "p", "q", "d", "a", "c"));
        assertThat(configuration.delivery()).isEqualTo(Delivery.AT_LEAST_ONCE);
        assertThat(configuration.format()).isEqualTo(Format.JSON);
        assertThat(configuration.engine()).isEqualTo(EngineChoice.ND4J);
        assertThat(configuration.limits()).isEqualTo(new LimitsSection(5000));
    }

    @Test
    void shouldMapEveryKeyOfEveryTypeOfAlert() {
        Configuration configuration = Texts.parse("""
                alerts:
                - {name: a, type: above, learners: [n, "m*"], quantity: deadUnits, baseline: first, values: 2, raise: 5,
                   clear: 4, hold: 3}
                - {name: b, type: below, quantity: task.averageLoss, baseline: best, raise: 0.25, clear: 0.5}
                - {name: d, type: divergence, learners: [n], clearAfter: 7}
                - {name: s, type: silence, learners: [m], after: 90}
                """);

        assertThat(configuration.watchRules())
                .containsExactly(
                        new WatchRule(
                                "a",
                                List.of("n", "m*"),
                                new Threshold(new Quantity("deadUnits"), 2, Baseline.FIRST, Side.ABOVE, 5, 4, 3)),
                        new WatchRule(
                                "b",
                                List.of("*"),
                                new Threshold(
                                        new Quantity("task.averageLoss"), 1, Baseline.BEST, Side.BELOW, 0.25, 0.5, 1)),
                        new WatchRule("d", List.of("n"), new AlertRule.Divergence(7)),
                        new WatchRule("s", List.of("m"), new AlertRule.Silence(90_000)));
        assertThat(Texts.parse(configuration.watchRulesYaml()).alerts()).isEqualTo(configuration.alerts());
    }

    @Test
    void shouldHoldTheStandardRulesWhereThereAreNone() {
        Configuration empty = Texts.parse("");

        assertThat(empty.watchRules())
                .extracting(WatchRule::name)
                .contains("plasticity-loss", "norm-growth", "dead-units", "divergence", "silence");
        assertThat(Texts.parse(empty.watchRulesYaml()).watchRules()).isEqualTo(empty.watchRules());
    }

    @Test
    void shouldKeepTheWatchApartFromTheJobThatItWatches() {
        Configuration watch = Texts.parse(TOP).ofWatch();

        assertThat(watch.name()).isEqualTo("job-7-watch");
        assertThat(watch.consumerGroup()).isEqualTo("job-7-watch");
        assertThat(watch.transactionalIdPrefix("dead-letters")).isEqualTo("job-7-watch-dead-letters");
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
                        List.of(new InterventionSpec.NoisyUpdates(0.1), new InterventionSpec.L2(0.2)),
                        new OptimiserSpec.Adam(0.1, 0.2, 0.3, 0.4),
                        new ScheduleSpec.Cosine(0.01, 5, 0.02, 50, true),
                        11,
                        12.5,
                        true,
                        new MetricsSpec(13, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31),
                        14,
                        true,
                        new SnapshotSpec(15, 16),
                        new Provenance(
                                configuration.learners().get(0).configHash(),
                                CodeVersion.current(),
                                Effective.json(configuration.learners().get(0)),
                                KEPT)));
    }

    @Test
    void shouldMapEveryKeyOfALabelStream() {
        assertThat(Texts.parse(LABELS).labelStream())
                .isEqualTo(new LabelStreamSpec(
                        "r",
                        new Images.Synthetic(2, 3, 4, 5, 6, 0.7),
                        Pixels.CENTRED,
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
    void shouldMapEveryKeyOfReinforcement() {
        LearnerSpec spec = spec(
                "task={type: reinforcement, input: [2, 9, 8], actions: 5, scale: 0.5, head: {type: dqn, loss: huber,"
                        + " doubleQ: true, dueling: false}, history: 3, steps: 4, discount: 0.8, rewardLimit: 1.5, warmUp: 6, updateEvery: 7,"
                        + " target: {type: copied, every: 8}, replay: {capacity: 99, encoding: floats, sampling: {type: prioritised,"
                        + " exponent: 0.1, importanceStart: 0.2, importanceEnd: 0.3, importanceUpdates: 10, minimum: 0.5}}}");

        assertThat(spec.task())
                .isEqualTo(new TaskSpec.Reinforcement(
                        List.of(2, 9, 8),
                        5,
                        0.5,
                        new ReplaySpec(
                                99,
                                ObservationEncoding.FLOATS,
                                3,
                                4,
                                0.8,
                                new SamplingSpec.Prioritised(0.1, 0.2, 0.3, 10, 0.5)),
                        new ValueHeadSpec.Expected(TdLoss.HUBER, true, false),
                        1.5,
                        6,
                        7,
                        new TargetSpec.Copied(8)));
    }

    @Test
    void shouldMapEveryTypeOfReinforcement() {
        TaskSpec.Reinforcement task = (TaskSpec.Reinforcement) spec("task={type: reinforcement, input: [4], actions: 2,"
                        + " head: {type: c51, atoms: 7, lowest: -1, highest: 2, dueling: true}, target: {type: averaged, rate: 0.5},"
                        + " replay: {sampling: {type: uniform}}}")
                .task();

        assertThat(task.head()).isEqualTo(new ValueHeadSpec.Categorical(7, -1, 2, false, true));
        assertThat(task.target()).isEqualTo(new TargetSpec.Averaged(0.5));
        assertThat(task.replay().sampling()).isEqualTo(new SamplingSpec.Uniform());
        assertThat(head("{type: c51, doubleQ: true}"))
                .isEqualTo(new ValueHeadSpec.Categorical(51, -10, 10, true, false));
        assertThat(head("{type: dqn, dueling: true}"))
                .isEqualTo(new ValueHeadSpec.Expected(TdLoss.SQUARED, false, true));
    }

    @Test
    void shouldMapStreamQ() {
        LearnerSpec spec = Texts.parse(
                        Texts.LEARNER,
                        "learners[0].task={type: streamQ, input: [2, 9, 8], actions: 5, scale: 0.5, history: 3, discount: 0.8,"
                                + " lambda: 0.7, normaliseObservations: false, scaleRewards: true}",
                        "learners[0].batch.size=1",
                        "learners[0].optimiser={type: obgd, learningRate: 0.5, kappa: 3}")
                .learnerSpecs()
                .get(0);

        assertThat(spec.task()).isEqualTo(new TaskSpec.StreamQ(List.of(2, 9, 8), 5, 0.5, 3, 0.8, 0.7, false, true));
        assertThat(spec.optimiser()).isEqualTo(new OptimiserSpec.Obgd(0.5, 3));
        LearnerSpec adaptive = Texts.parse(
                        Texts.LEARNER,
                        "learners[0].task={type: streamQ, input: [4], actions: 5, normaliseObservations: true, scaleRewards: false}",
                        "learners[0].batch.size=1",
                        "learners[0].optimiser={type: adaptiveObgd, learningRate: 0.5, kappa: 3, beta2: 0.9, epsilon: 0.1}")
                .learnerSpecs()
                .get(0);
        assertThat(adaptive.task()).isEqualTo(new TaskSpec.StreamQ(List.of(4), 5, 1, 1, 0.99, 0.8, true, false));
        assertThat(adaptive.optimiser()).isEqualTo(new OptimiserSpec.AdaptiveObgd(0.5, 3, 0.9, 0.1));
    }

    @Test
    void shouldMapSpectralNormalisation() {
        assertThat(spec("method={type: sn, layers: [-2, -1], divisor: paper, lambda: 2, scheduler: divGradPerLayer}")
                        .method())
                .isEqualTo(new MethodSpec.SpectralNormalisation(
                        List.of(-2, -1), Divisor.PAPER, 2, Scheduler.DIV_GRAD_PER_LAYER, false));
        assertThat(spec("method={type: sn, layers: [-2], divisor: always, gradientThroughSigma: true}")
                        .method())
                .isEqualTo(new MethodSpec.SpectralNormalisation(List.of(-2), Divisor.ALWAYS, 1, Scheduler.NONE, true));
    }

    @Test
    void shouldMapEveryKeyOfAnEnvironment() {
        Configuration configuration = Texts.parse(
                Texts.PLAYER,
                "topics.policies=p",
                "learners[0].policies={publishEvery: 7, progressEvery: 8}",
                "environment={name: minatar/breakout, options: {sticky: 0}, learners: [a], actors: 2, seed: 3, epsilon: {start: 0.9,"
                        + " end: 0.1, warmUp: 4, steps: 5}, steps: 6, stepsPerSecond: 7.5, maxLead: 9, lockstep: true,"
                        + " changes: [10 permute-actions], repeatChangesEvery: 20, stateFolder: f, saveEvery: 11}");

        ActorStreamSpec stream = configuration.actorStreams().get(0);
        LearnerSpec learner = configuration.learnerSpecs().get(0);
        assertThat(stream)
                .isEqualTo(new ActorStreamSpec(
                        "s",
                        2,
                        stream.environments(),
                        3,
                        new EpsilonSchedule(0.9, 0.1, 4, 5),
                        6,
                        7.5,
                        new AgentSpec("a", (TaskSpec.Reinforcement) learner.task(), learner.network(), "auto", "p"),
                        9,
                        true,
                        Path.of("f"),
                        11));
        try (Environment environment = stream.environments().apply(1)) {
            assertThat(environment).isInstanceOf(ScheduledEnvironment.class);
        }
        assertThat(configuration.publications()).isEqualTo(Map.of("a", new PolicyPublication(7, 8)));
    }

    @Test
    void shouldMapALearnersOwnEnvironment() {
        Configuration configuration = Texts.parse(
                Texts.OWN_PLAYER,
                "learners[0].streams=[s]",
                "learners[0].environment={name: minatar/breakout, options: {sticky: 0.2}, actors: 2, seed: 3,"
                        + " epsilon: {start: 0.9, end: 0.1, warmUp: 4, steps: 5}, steps: 6, maxLead: 9, policyEvery: 8,"
                        + " changes: [10 set sticky=0.5], repeatChangesEvery: 20}");
        LearnerSpec learner = configuration.learnerSpecs().get(0);
        OwnEnvironmentSection section =
                configuration.learners().get(0).environment().orElseThrow();

        TeamSpec team = section.team("s", (TaskSpec.Reinforcement) learner.task());

        assertThat(configuration.hasOwnSources()).isTrue();
        assertThat(learner.streams()).containsExactly("s");
        assertThat(team)
                .isEqualTo(new TeamSpec(
                        "s", 2, team.environments(), 3, new EpsilonSchedule(0.9, 0.1, 4, 5), 6, (TaskSpec.Reinforcement)
                                learner.task()));
        assertThat(section.maxLead()).isEqualTo(9);
        assertThat(section.policyEvery()).isEqualTo(8);
        // Steps, the ends of their episodes and the changes between them.
        assertThat(section.mostRecords()).isEqualTo(3 * 2 * 6);
        try (Environment environment = team.environments().apply(1)) {
            assertThat(environment).isInstanceOf(ScheduledEnvironment.class);
        }
    }

    @Test
    void shouldMapALearnersOwnLabelsAsAProducers() {
        Configuration own = Texts.parse(Texts.OWN_LABELS, "learners[0].labels.seed=5");
        Configuration produced = Texts.parse(
                Texts.LABELS, "labels.stream=t", "labels.resets=2", "labels.examplesPerTask=100", "labels.seed=5");

        assertThat(own.hasOwnSources()).isTrue();
        assertThat(own.learners().get(0).labels().orElseThrow().spec()).isEqualTo(produced.labelStream());
    }

    @Test
    void shouldActWithEveryLearnerOfReinforcementUnlessTold() {
        String second =
                "  - {name: b, streams: [t], task: {type: reinforcement, input: [400], actions: 6}, network: {hidden: [4]}}\n"
                        + "  - {name: c, streams: [s], task: {input: [4], classes: 3}, network: {hidden: [4]}}\n";
        String three = Texts.PLAYER.replace("environment:\n", second + "environment:\n");

        assertThat(Texts.parse(three).actorStreams())
                .extracting(ActorStreamSpec::stream)
                .containsExactly("s", "t");
        assertThat(Texts.parse(three, "environment.learners=[b]").actorStreams())
                .extracting(ActorStreamSpec::stream)
                .containsExactly("t");
        assertThat(Texts.parse(three).publications()).containsOnlyKeys("a", "b");
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
        assertThat(spec("method={type: wn}").method()).isEqualTo(new MethodSpec.WeightNormalisation());
        assertThat(Texts.parse(
                                Texts.LEARNER,
                                "learners[0].network.normalisation=layernorm",
                                "learners[0].method={type: nap, twin: perLayer}")
                        .learnerSpecs()
                        .get(0)
                        .method())
                .isEqualTo(new MethodSpec.NormalizeAndProject(
                        1, new Affine(AffineMode.DECAY, 0.999), false, Twin.PER_LAYER));
    }

    @Test
    void shouldMapEveryTypeOfIntervention() {
        assertThat(intervention("{type: l2Init, strength: 0.3}")).isEqualTo(new InterventionSpec.L2Init(0.3));
        assertThat(intervention("{type: gradientPenalty, strength: 0.3}"))
                .isEqualTo(new InterventionSpec.GradientPenalty(0.3));
        assertThat(intervention("{type: shrinkAndPerturb, keep: 0.4, perturb: 0.5}"))
                .isEqualTo(new InterventionSpec.ShrinkAndPerturb(Time.UPDATE, 0.4, 0.5));
        assertThat(intervention("{type: shrinkAndPerturbOnReset, keep: 0.6, perturb: 0.7}"))
                .isEqualTo(new InterventionSpec.ShrinkAndPerturb(Time.LABEL_RESET, 0.6, 0.7));
        assertThat(intervention("{type: redo, threshold: 0.2, every: 3, statisticsBatch: 4}"))
                .isEqualTo(new InterventionSpec.Redo(0.2, 3, 4, RedoVersion.DOPAMINE));
        assertThat(intervention("{type: redoPytorch, threshold: 0.2, every: 3, statisticsBatch: 4}"))
                .isEqualTo(new InterventionSpec.Redo(0.2, 3, 4, RedoVersion.PYTORCH));
        assertThat(intervention("{type: continualBackprop, replacementRate: 0.1, maturity: 2, decay: 0.3,"
                        + " utility: zeroContribution, accumulate: true}"))
                .isEqualTo(new InterventionSpec.ContinualBackprop(0.1, 2, 0.3, Utility.ZERO_CONTRIBUTION, true));
        assertThat(intervention("{type: reinitialise, layers: [-2, -1]}"))
                .isEqualTo(new InterventionSpec.Reinitialise(List.of(-2, -1), Values.FRESH));
        assertThat(intervention("{type: reinitialise, layers: [-1], values: zero}"))
                .isEqualTo(new InterventionSpec.Reinitialise(List.of(-1), Values.ZERO));
    }

    private static InterventionSpec intervention(String section) {
        return spec("interventions=[" + section + "]").interventions().get(0);
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
        assertThat(stream("images={type: cifar100, directory: a/b, count: 3, classes: coarse}")
                        .images())
                .isEqualTo(new Images.Cifar100(Path.of("a/b"), 3, true));
        assertThat(Texts.parse(
                                Texts.LABELS,
                                "labels.images={type: bits, slow: 3, fast: 4, units: 5, beta: 0.6}",
                                "labels.change={type: slowBits, flipOne: true}")
                        .labelStream())
                .isEqualTo(new LabelStreamSpec(
                        "s", new Images.Bits(3, 4, 5, 0.6), new Change.SlowBits(true), 0, 0, 100, 0));
    }

    @Test
    void shouldCountEpochsInExamples() {
        LabelStreamSpec spec = Texts.parse(
                        Texts.LABELS,
                        "labels.examplesPerTask=0",
                        "labels.epochsPerTask=400",
                        "labels.images={type: idx, directory: d, count: 1200}")
                .labelStream();

        assertThat(spec.examplesPerTask()).isEqualTo(480_000);
    }

    @Test
    void shouldMapEveryTypeOfChange() {
        assertThat(stream("change={type: randomLabels}").change()).isEqualTo(new Change.RandomLabels());
        assertThat(stream("change={type: classPermutation, composed: true}").change())
                .isEqualTo(new Change.ClassPermutation(true));
        assertThat(stream("change={type: partialRelabelling, fraction: 0.25}").change())
                .isEqualTo(new Change.PartialRelabelling(0.25));
        assertThat(stream("change={type: labelPermutation}").change()).isEqualTo(new Change.LabelPermutation());
        assertThat(stream("change={type: classSubsets, sizes: [5, 1], reused: true, renumbered: true}")
                        .change())
                .isEqualTo(new Change.ClassSubsets(List.of(5, 1), true, true));
        assertThat(stream("change={type: targetMeans, means: [8, -1.5], deviation: 2}")
                        .change())
                .isEqualTo(new Change.TargetMeans(List.of(8.0, -1.5), 2));
    }

    /** The tests above cannot know of a key or type that is added later; this one does. */
    @Test
    void shouldHaveATestForEveryTypeAndKey() {
        Set<String> found = new TreeSet<>();
        collect(Configuration.class, found);

        assertThat(found)
                .containsExactly(
                        "Above[name, learners, quantity, baseline, values, raise, clear, hold]",
                        "AdamW[learningRate, beta1, beta2, epsilon, weightDecay]",
                        "Adam[learningRate, beta1, beta2, epsilon]",
                        "AdaptiveObgd[learningRate, kappa, beta2, epsilon]",
                        "AffineSection[mode, rate]",
                        "Averaged[rate]",
                        "BatchSection[size]",
                        "Below[name, learners, quantity, baseline, values, raise, clear, hold]",
                        "Bits[slow, fast, units, beta]",
                        "C51[atoms, lowest, highest, doubleQ, dueling]",
                        "Cifar100[directory, count, classes]",
                        "Cifar10[directory, count]",
                        "ClassPermutation[composed]",
                        "ClassSubsets[sizes, reused, renumbered]",
                        "Classification[input, scale, classes]",
                        "Configuration[name, kafka, flink, topics, delivery, format, engine, limits, learners, alerts, labels, environment]",
                        "Constant[]",
                        "ContinualBackprop[replacementRate, maturity, decay, utility, accumulate]",
                        "ConvolutionSection[channels, kernel, stride, padding]",
                        "Convolutional[convolutions, hidden, activation, leakySlope, normalisation, normalisationEpsilon, initialiser]",
                        "Copied[every]",
                        "Cosine[initialLearningRate, warmUpUpdates, endLearningRate, updates, restartOnReset]",
                        "DivergenceSection[maxDiscarded]",
                        "Divergence[name, learners, clearAfter]",
                        "Dqn[loss, doubleQ, dueling]",
                        "EnvironmentSection[name, options, actors, seed, epsilon, changes, repeatChangesEvery, learners, steps, stepsPerSecond, maxLead, lockstep, stateFolder, saveEvery]",
                        "EpsilonSection[start, end, warmUp, steps]",
                        "GradientPenalty[strength]",
                        "GradientSection[maxNorm]",
                        "Idx[directory, count]",
                        "L2Init[strength]",
                        "L2[strength]",
                        "LabelPermutation[]",
                        "LabelsSection[stream, images, pixels, change, seed, resets, examplesPerTask, epochsPerTask, examplesPerSecond]",
                        "LearnerSection[name, variant, streams, environment, labels, seed, task, network, method, interventions, optimiser, schedule, batch, gradient, onLabelReset, metrics, divergence, predictions, policies, snapshots]",
                        "LimitsSection[maxRecordBytes]",
                        "Linear[endLearningRate, updates, restartOnReset]",
                        "MetricsSection[every, spectralNorms, ranks, inputGradients, jacobian, interference, curvature, plasticityProbe, probeSize, gradientRows, probeTargets, probeSteps]",
                        "Momentum[learningRate, momentum, nesterov]",
                        "Nap[projectEvery, affine, rescaleMoments, twin]",
                        "NoisyUpdates[deviation]",
                        "None[]",
                        "Obgd[learningRate, kappa]",
                        "OnLabelResetSection[resetOptimiser]",
                        "OwnEnvironmentSection[name, options, actors, seed, epsilon, changes, repeatChangesEvery, steps, maxLead, policyEvery]",
                        "PartialRelabelling[fraction]",
                        "Perceptron[hidden, activation, leakySlope, normalisation, normalisationEpsilon, initialiser]",
                        "PixelPermutation[composed]",
                        "PoliciesSection[publishEvery, progressEvery]",
                        "Prioritised[exponent, importanceStart, importanceEnd, importanceUpdates, minimum]",
                        "RandomLabels[]",
                        "RedoPytorch[threshold, every, statisticsBatch]",
                        "Redo[threshold, every, statisticsBatch]",
                        "Regression[input, scale, outputs]",
                        "Reinforcement[input, scale, actions, head, history, steps, discount, rewardLimit, warmUp, updateEvery, target, replay]",
                        "Reinitialise[layers, values]",
                        "ReplaySection[capacity, encoding, sampling]",
                        "RmsProp[learningRate, decay, epsilon, centred]",
                        "Sgd[learningRate]",
                        "ShrinkAndPerturbOnReset[keep, perturb]",
                        "ShrinkAndPerturb[keep, perturb]",
                        "Silence[name, learners, after]",
                        "SlowBits[flipOne]",
                        "SnapshotsSection[every, keep]",
                        "Spectral[layers, divisor, lambda, scheduler, gradientThroughSigma]",
                        "StreamQ[input, scale, actions, history, discount, lambda, normaliseObservations, scaleRewards]",
                        "Synthetic[channels, rows, columns, classes, count, litFraction]",
                        "TargetMeans[means, deviation]",
                        "TopicsSection[events, metrics, policies, predictions, deadLetters, alerts, control]",
                        "Uniform[]",
                        "WeightNormalised[]");
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

    private static ValueHeadSpec head(String head) {
        LearnerSpec spec = spec("task={type: reinforcement, input: [4], actions: 2, head: " + head + "}");
        return ((TaskSpec.Reinforcement) spec.task()).head();
    }

    private static LabelStreamSpec stream(String assignment) {
        return Texts.parse(Texts.LABELS, "labels." + assignment).labelStream();
    }
}
