package perennial.learning.learner;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.intervention.Interventions;
import perennial.learning.method.CollapsedWeightException;
import perennial.learning.method.Method;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.TargetMethod;
import perennial.learning.method.TwinSteps;
import perennial.learning.network.Network;
import perennial.learning.optimise.GradientClipping;
import perennial.learning.optimise.Optimiser;
import perennial.learning.optimise.Schedule;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;

/**
 * A network that is trained, with its optimiser, schedule, method and interventions: what every learner makes an update with once it has a loss.
 *
 * <p>An update whose loss or gradient is not finite is discarded before anything changes. If that happens twice in a row, or if a
 * step itself leaves the finite numbers, training goes back to the last good copy of parameters and optimiser. After
 * {@link LearnerSpec#maxDivergences} such updates {@link Progress#stopped} is set. Not thread-safe.
 */
final class Training {

    private static final Logger LOG = LoggerFactory.getLogger(Training.class);

    /** Updates from one good copy to the next. */
    private static final int GOOD_COPY_EVERY = 100;

    /** Gradients longer than this have squares that no float holds, and would leave infinities in an optimiser's memory. */
    private static final double MAX_GRADIENT_NORM = Math.sqrt(Float.MAX_VALUE);

    static final String KIND = "learner.kind";
    static final String NETWORK = "learner.network";
    private static final String OPTIMISER = "learner.optimiser";
    static final String METHOD = "learner.method";
    private static final String INTERVENTIONS = "learner.interventions";
    static final String KERNEL = "learner.kernel";

    private final LearnerSpec spec;
    private final String kind;
    private final Engine engine;
    private final Network network;
    private final Optimiser optimiser;
    private final Schedule schedule;
    private final GradientClipping clipping;
    private final TrainedValues values;
    private final Progress progress;
    private final Reporter reporter;
    private final RandomStreams random;
    private final TwinSteps twin;
    private Method method;
    private Interventions interventions;

    /** What went forward last in training. */
    private Buffer batchInputs;

    // Whether the method is ready for evaluations: parameters change only after a training pass or at a label reset.
    private boolean isEvaluating;

    /**
     * Training of a network with freshly drawn weights.
     *
     * @param kind name of the kind of learner in its state
     * @param random the learner's generators, which it saves, and restores before {@link #restore}
     * @param free the network of a twin's free run, which this one follows; null where there is none
     */
    Training(LearnerSpec spec, String kind, Progress progress, RandomStreams random, Engine engine, Network free) {
        this.spec = spec;
        this.kind = kind;
        this.engine = engine;
        this.progress = progress;
        this.random = random;
        this.network = network(spec, engine);
        // A generator that is used once needs no place in the state, so initial weights have streams of their own.
        network.initialise(new RandomStreams(spec.seed()));
        this.optimiser = Optimiser.of(
                spec.optimiser(),
                network.parameters(),
                engine,
                Interventions.needStepsPerParameter(spec.interventions()));
        this.schedule = new Schedule(spec.schedule(), spec.optimiser().learningRate());
        this.clipping = new GradientClipping(spec.maxGradientNorm(), engine);
        this.values = new TrainedValues(network, optimiser);
        this.method = Method.of(spec.method(), network, optimiser, new RandomStreams(spec.seed()));
        this.interventions = new Interventions(spec.interventions(), network, optimiser, random);
        this.twin = free == null
                ? null
                : new TwinSteps((MethodSpec.NormalizeAndProject) spec.method(), free, network, optimiser);
        this.reporter = new Reporter(spec, network, optimiser, progress);
    }

    /** A network of the spec's shape with weights of 0. */
    static Network network(LearnerSpec spec, Engine engine) {
        return network(spec, spec.batchSize(), engine);
    }

    /** As {@link #network(LearnerSpec, Engine)}, for batches of up to {@code batchCapacity} inputs. */
    static Network network(LearnerSpec spec, int batchCapacity, Engine engine) {
        return new Network(
                spec.network(),
                spec.task().input(),
                spec.task().networkOutputs(),
                batchCapacity,
                engine,
                spec.weightForm());
    }

    /** A training pass of the network, which an {@link #update} may follow. */
    Buffer forward(Buffer inputs, int rows) {
        isEvaluating = false;
        method.beforeForward();
        batchInputs = inputs;
        return network.forward(inputs, rows);
    }

    /** A pass of the network that leaves no trace in what comes later. */
    Buffer evaluate(Buffer inputs, int rows) {
        beginEvaluation();
        return network.forward(inputs, rows);
    }

    private void beginEvaluation() {
        if (!isEvaluating) {
            method.beforeEvaluation();
            isEvaluating = true;
        }
    }

    /**
     * One update for the batch that went {@link #forward} last; reports it where a report is due or something went wrong.
     *
     * @param loss the batch's mean loss
     * @param outputGradient its gradient with respect to the network's outputs. Not modified.
     * @param onlineAccuracy for the report; NaN where it has no meaning
     * @param tdError for the report; NaN where it has no meaning
     * @return whether the update was made, and not discarded
     */
    boolean update(
            int rows, double loss, Buffer outputGradient, double onlineAccuracy, double tdError, LearnerOutput output) {
        double rate = schedule.rateAt(schedule.restartsOnReset() ? progress.taskUpdates : progress.updates);
        progress.updates++;
        progress.taskUpdates++;
        progress.lastRate = rate;
        boolean due = spec.metrics().isReported(progress.updates);

        if (!Double.isFinite(loss)) {
            return discard("the loss is not finite: loss=" + loss, progress.lastDiscarded, output);
        }
        progress.lossMeasured(rows, loss);

        network.backward(outputGradient);
        method.afterBackward();
        interventions.addGradients(batchInputs, rows);
        double gradientNorm = engine.norm(network.gradients());
        if (!(gradientNorm <= MAX_GRADIENT_NORM)) {
            return discard(
                    "the gradient is not finite or too long: norm=" + gradientNorm, progress.lastDiscarded, output);
        }
        interventions.observe(rows);
        if (due) {
            reporter.beforeStep(rows);
        }
        clipping.clip(network.gradients(), gradientNorm);
        method.beforeStep();
        if (twin == null) {
            optimiser.step(network.parameters().values(), network.gradients(), rate);
        } else {
            twin.step(rate);
        }
        if (due) {
            reporter.afterStep();
        }
        if (!values.areSound()) {
            return discard(
                    "the step led to parameters that are not finite or too large: learningRate=" + rate, true, output);
        }
        interventions.afterStep();
        try {
            method.afterStep();
        } catch (CollapsedWeightException collapse) {
            return discard(collapse.getMessage(), true, output);
        }

        progress.lastDiscarded = false;
        if (progress.updates % GOOD_COPY_EVERY == 0) {
            values.keep();
        }
        if (due) {
            output.report(reporter.trained(loss, onlineAccuracy, tdError, gradientNorm, method));
        }
        return true;
    }

    /** Counts a divergence and reports it; a learner that stops goes back to its last good parameters in any case. */
    private boolean discard(String why, boolean rollBack, LearnerOutput output) {
        progress.lastDiscarded = true;
        progress.divergences++;
        progress.taskDivergences++;
        progress.stopped = progress.divergences >= spec.maxDivergences();
        boolean goBack = rollBack || progress.stopped;
        if (goBack) {
            values.rollBack();
        }
        String note = why + (goBack ? "; back to the last good parameters" : "; nothing was changed");
        LOG.warn("learner {} discarded update {}: {}", spec.name(), progress.updates, note);
        output.report(reporter.discarded(note));
        return false;
    }

    /** Does at a label reset what the spec asks for. Before the first update there is nothing that could be worn out. */
    void beginTask() {
        boolean nothingAsked =
                !spec.resetOptimiserOnReset() && spec.interventions().isEmpty();
        if (nothingAsked || progress.updates == 0 || progress.stopped) {
            return;
        }
        if (spec.resetOptimiserOnReset()) {
            optimiser.reset();
        }
        interventions.beginTask();
        isEvaluating = false;
        values.keep();
    }

    /** Begins anew on other weights, before the first update. */
    void initialise(NamedTensors weights) {
        if (progress.recordsSeen > 0) {
            throw new IllegalStateException("weights are replaced before the first event: learner=" + spec.name()
                    + " recordsSeen=" + progress.recordsSeen);
        }
        NetworkWeights.into(weights, network);
        isEvaluating = false;
        method = Method.of(spec.method(), network, optimiser, new RandomStreams(spec.seed()));
        interventions = new Interventions(spec.interventions(), network, optimiser, random);
        values.keep();
    }

    NamedTensors weights() {
        return NetworkWeights.of(network);
    }

    NamedTensors policyWeights() {
        beginEvaluation();
        return NetworkWeights.folded(network);
    }

    /** As {@link #policyWeights}, in the network's own order. {@code target} is modified. */
    void copyPolicyWeights(float[] target) {
        beginEvaluation();
        NetworkWeights.copyFolded(network, target);
    }

    /** What the method does to a target network. */
    TargetMethod methodOf(Network target) {
        return method.forTarget(target);
    }

    Network network() {
        return network;
    }

    Optimiser optimiser() {
        return optimiser;
    }

    Reporter reporter() {
        return reporter;
    }

    void save(LearnerState state) {
        state.put(KIND, kind)
                .put(NETWORK, network.parameters().description())
                .put(OPTIMISER, slotNames())
                .put(METHOD, method.name())
                .put(KERNEL, engine.kernel());
        // Learners without interventions have none in their state, as before there were any.
        if (!interventions.names().isEmpty()) {
            state.put(INTERVENTIONS, interventions.names());
        }
        values.save(state);
        method.save(state);
        interventions.save(state);
    }

    void restore(LearnerState state) {
        demand("kind", state.string(KIND), kind);
        demand("network", state.string(NETWORK), network.parameters().description());
        demand("optimiser memory", state.string(OPTIMISER), slotNames());
        demand("method", state.string(METHOD), method.name());
        demand(
                "list of interventions",
                state.has(INTERVENTIONS) ? state.string(INTERVENTIONS) : "",
                interventions.names());
        if (!state.string(KERNEL).equals(engine.kernel())) {
            LOG.warn(
                    "learner {} continues on another engine or matrix kernel, so its numbers will differ in the last bits from a "
                            + "run that had stayed: saved={} now={}",
                    spec.name(),
                    state.string(KERNEL),
                    engine.kernel());
        }
        values.restore(state);
        isEvaluating = false;
        method = Method.restored(spec.method(), network, optimiser, new RandomStreams(spec.seed()), state);
        interventions = new Interventions(spec.interventions(), network, optimiser, random);
        interventions.restore(state);
    }

    private void demand(String what, String saved, String configured) {
        if (!saved.equals(configured)) {
            throw new IllegalArgumentException("the state was saved by a learner with another " + what + ": learner="
                    + spec.name() + " saved=" + saved + " configured=" + configured
                    + "; configure the saved one, or start under a new name");
        }
    }

    private String slotNames() {
        return String.join(
                " ", optimiser.slots().stream().map(Optimiser.Slot::name).toList());
    }
}
