package perennial.jobs.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which keys of a learner's section may be changed when the learner goes on from a checkpoint or savepoint, and what a change does. Every key
 * stands here exactly once; one that does not is taken for one that must stay as it is.
 */
public final class StateRules {

    /**
     * What is to be known of some keys.
     *
     * @param keys keys below {@code learners[]}, as {@link perennial.streaming.learn.SavedConfiguration} writes them
     * @param mayChange whether a state follows a change of them
     * @param meaning what a change does, or why there can be none
     */
    record Rule(List<String> keys, boolean mayChange, String meaning) {}

    private static final List<Rule> RULES = List.of(
            changes(
                    "a name that the state does not have is a new learner, which begins anew; the state of a name that is no"
                            + " longer configured is dropped, and said to be",
                    "name"),
            changes("reports carry the new one", "variant"),
            changes(
                    "events of the new streams are learned from as they come; what was read before does not come again",
                    "streams"),
            stays("the first weights were drawn with it", "seed"),
            stays(
                    "they decide what a class, a value or an action is, and what the network's inputs and outputs mean",
                    "task.type",
                    "task.input",
                    "task.scale",
                    "task.classes",
                    "task.outputs",
                    "task.actions",
                    "task.head.type",
                    "task.head.dueling",
                    "task.head.atoms",
                    "task.head.lowest",
                    "task.head.highest",
                    "task.history",
                    "task.normaliseObservations",
                    "task.scaleRewards"),
            stays(
                    "the replay memory is laid out by them",
                    "task.steps",
                    "task.replay.capacity",
                    "task.replay.encoding",
                    "task.replay.sampling.type"),
            changes(
                    "from the next update on",
                    "task.head.loss",
                    "task.head.doubleQ",
                    "task.discount",
                    "task.lambda",
                    "task.updateEvery",
                    "task.target.type",
                    "task.target.every",
                    "task.target.rate"),
            changes("for transitions that come from then on", "task.rewardLimit"),
            changes(
                    "counted from the learner's beginning: with more than have come, updates pause until then",
                    "task.warmUp"),
            changes(
                    "for draws from then on; a transition keeps the priority that it has until it is drawn again",
                    "task.replay.sampling.exponent",
                    "task.replay.sampling.importanceStart",
                    "task.replay.sampling.importanceEnd",
                    "task.replay.sampling.importanceUpdates",
                    "task.replay.sampling.minimum"),
            stays(
                    "the network stays what it is",
                    "network.type",
                    "network.convolutions",
                    "network.hidden",
                    "network.activation",
                    "network.leakySlope",
                    "network.normalisation",
                    "network.normalisationEpsilon",
                    "network.initialiser"),
            stays(
                    "a method remembers what others do not: norms of the beginning, singular vectors, a second run",
                    "method.type",
                    "method.affine.mode",
                    "method.twin",
                    "method.layers"),
            changes(
                    "from the next update on",
                    "method.projectEvery",
                    "method.affine.rate",
                    "method.rescaleMoments",
                    "method.divisor",
                    "method.lambda",
                    "method.scheduler",
                    "method.gradientThroughSigma"),
            stays("an intervention remembers what others do not, and they are done in order", "interventions"),
            changes(
                    "from the next update, or the next label reset, on",
                    "interventions[l2].strength",
                    "interventions[l2Init].strength",
                    "interventions[gradientPenalty].strength",
                    "interventions[noisyUpdates].deviation",
                    "interventions[shrinkAndPerturb].keep",
                    "interventions[shrinkAndPerturb].perturb",
                    "interventions[shrinkAndPerturbOnReset].keep",
                    "interventions[shrinkAndPerturbOnReset].perturb",
                    "interventions[redo].threshold",
                    "interventions[redo].every",
                    "interventions[redo].statisticsBatch",
                    "interventions[redoPytorch].threshold",
                    "interventions[redoPytorch].every",
                    "interventions[redoPytorch].statisticsBatch",
                    "interventions[continualBackprop].replacementRate",
                    "interventions[continualBackprop].maturity",
                    "interventions[continualBackprop].decay",
                    "interventions[continualBackprop].utility",
                    "interventions[continualBackprop].accumulate",
                    "interventions[reinitialise].layers",
                    "interventions[reinitialise].values"),
            stays("an optimiser remembers what others do not", "optimiser.type", "optimiser.centred"),
            changes(
                    "from the next update on",
                    "optimiser.learningRate",
                    "optimiser.momentum",
                    "optimiser.nesterov",
                    "optimiser.beta1",
                    "optimiser.beta2",
                    "optimiser.epsilon",
                    "optimiser.weightDecay",
                    "optimiser.decay",
                    "optimiser.kappa"),
            changes(
                    "from the next update on; updates are counted from the learner's beginning, or from the last label reset where"
                            + " the schedule restarts",
                    "schedule.type",
                    "schedule.endLearningRate",
                    "schedule.updates",
                    "schedule.restartOnReset",
                    "schedule.initialLearningRate",
                    "schedule.warmUpUpdates"),
            changes(
                    "from the next update on; it must be more than the examples that have been gathered for it",
                    "batch.size"),
            changes(
                    "from the next update, or the next label reset, on",
                    "gradient.maxNorm",
                    "onLabelReset.resetOptimiser",
                    "divergence.maxDiscarded"),
            changes(
                    "from the next report on; a probe batch of another size is gathered anew",
                    "metrics.every",
                    "metrics.spectralNorms",
                    "metrics.ranks",
                    "metrics.inputGradients",
                    "metrics.jacobian",
                    "metrics.interference",
                    "metrics.curvature",
                    "metrics.plasticityProbe",
                    "metrics.probeSize",
                    "metrics.gradientRows",
                    "metrics.probeTargets",
                    "metrics.probeSteps"),
            changes(
                    "from the next update on; where fewer are kept, the newest stay",
                    "snapshots.every",
                    "snapshots.keep"),
            changes("from the next event on", "predictions", "policies.publishEvery", "policies.progressEvery"),
            stays(
                    "actors go on in the environments that they are in, with the policies that wait for them",
                    "environment.name",
                    "environment.options",
                    "environment.actors",
                    "environment.seed",
                    "environment.changes",
                    "environment.repeatChangesEvery",
                    "environment.maxLead",
                    "environment.policyEvery"),
            changes("actors play on for longer, or end earlier", "environment.steps"),
            changes(
                    "from the next step on",
                    "environment.epsilon.start",
                    "environment.epsilon.end",
                    "environment.epsilon.warmUp",
                    "environment.epsilon.steps"),
            stays(
                    "a stream of labels is found again by its place in it",
                    "labels.stream",
                    "labels.images.type",
                    "labels.images.channels",
                    "labels.images.rows",
                    "labels.images.columns",
                    "labels.images.classes",
                    "labels.images.count",
                    "labels.images.litFraction",
                    "labels.images.directory",
                    "labels.images.slow",
                    "labels.images.fast",
                    "labels.images.units",
                    "labels.images.beta",
                    "labels.pixels",
                    "labels.change.type",
                    "labels.change.composed",
                    "labels.change.fraction",
                    "labels.change.sizes",
                    "labels.change.reused",
                    "labels.change.renumbered",
                    "labels.change.means",
                    "labels.change.deviation",
                    "labels.change.flipOne",
                    "labels.seed",
                    "labels.examplesPerTask",
                    "labels.epochsPerTask"),
            changes("the stream goes on for longer, or ends earlier", "labels.resets"),
            changes("a learner's own labels have none", "labels.examplesPerSecond"));

    private static final Map<String, Rule> BY_KEY = byKey();

    private StateRules() {}

    private static Rule changes(String meaning, String... keys) {
        return new Rule(List.of(keys), true, meaning);
    }

    private static Rule stays(String meaning, String... keys) {
        return new Rule(List.of(keys), false, meaning);
    }

    private static Map<String, Rule> byKey() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        for (Rule rule : RULES) {
            for (String key : rule.keys()) {
                if (rules.put(key, rule) != null) {
                    throw new IllegalStateException("a key must have one rule: key=" + key);
                }
            }
        }
        return rules;
    }

    /** The rules by their keys, in the order of the page. */
    static Map<String, Rule> rules() {
        return BY_KEY;
    }

    /** Whether a learner's state follows a change of that key. */
    static boolean mayChange(String key) {
        Rule rule = BY_KEY.get(key);
        return rule != null && rule.mayChange();
    }

    /** The rules as a table in Markdown. */
    public static String markdown() {
        StringBuilder table = new StringBuilder(
                "| keys below `learners[]` | may change | what a change does, or why it is refused |\n|---|---|---|\n");
        for (Rule rule : RULES) {
            table.append("| `")
                    .append(String.join("`, `", rule.keys()))
                    .append("` | ")
                    .append(rule.mayChange() ? "yes" : "no")
                    .append(" | ")
                    .append(rule.meaning())
                    .append(" |\n");
        }
        return table.toString();
    }
}
