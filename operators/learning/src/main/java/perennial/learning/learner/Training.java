package perennial.learning.learner;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.intervention.Interventions;
import perennial.learning.learner.Command.Answer;
import perennial.learning.method.CollapsedWeightException;
import perennial.learning.method.Method;
import perennial.learning.method.MethodSpec;
import perennial.learning.method.TargetMethod;
import perennial.learning.method.TwinSteps;
import perennial.learning.network.Network;
import perennial.learning.optimise.GradientClipping;
import perennial.learning.optimise.Optimiser;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;
import perennial.learning.state.RunningValues;

/**
 * A network that is trained, with its optimiser, schedule, method and interventions: what every learner makes an update with once it has a loss.
 *
 * <p>An update whose loss or gradient is not finite is discarded before anything changes. If that happens twice in a row, or if a
 * step itself leaves the finite numbers, training goes back to the last good copy of {@link TrainedValues}. After {@link
 * LearnerSpec#maxDivergences} such updates {@link Progress#stopped} is set. Not thread-safe.
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
    private final LearningRate learningRate;
    private final GradientClipping clipping;
    private final TrainedValues values;
    private final Snapshots snapshots;
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
        this.learningRate = new LearningRate(spec.schedule(), spec.optimiser().learningRate());
        this.clipping = new GradientClipping(spec.maxGradientNorm(), engine);
        this.snapshots = new Snapshots(spec.snapshots().keep());
        this.values = new TrainedValues(network, optimiser, snapshots);
        this.method = Method.of(spec.method(), network, optimiser, new RandomStreams(spec.seed()));
        this.interventions = new Interventions(spec.interventions(), network, optimiser, random);
        this.twin = free == null
                ? null
                : new TwinSteps((MethodSpec.NormalizeAndProject) spec.method(), free, network, optimiser);
        this.reporter = new Reporter(spec, network, optimiser, progress);
        // A restore puts others in the place of these two.
        values.add(RunningValues.of(() -> method));
        values.add(RunningValues.of(() -> interventions));
        values.keep();
    }

    /**
     * Adds what a learner has beside this that goes back with the parameters, before the first update.
     *
     * @param target name and parameters of a target network, which are saved and restored here
     */
    void goesBackToo(String targetName, Buffer target, RunningValues running) {
        values.add(targetName, target);
        goesBackToo(running);
    }

    /** As {@link #goesBackToo(String, Buffer, RunningValues)}, where there is no target network. */
    void goesBackToo(RunningValues running) {
        values.add(running);
        values.keep();
    }

    /** Makes the present values those to go back to, before the first update. */
    void keep() {
        values.keep();
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
        double rate = learningRate.next(progress);
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
        if (!(gradientNorm * Math.max(1, method.gradientFactor()) <= MAX_GRADIENT_NORM)) {
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
        output.passes(UpdatePoint.STEPPED);
        try {
            method.afterStep();
        } catch (CollapsedWeightException collapse) {
            return discard(collapse.getMessage(), true, output);
        }
        output.passes(UpdatePoint.PROJECTED);
        if (!interventions.names().isEmpty() && !(interventions.areSound() && values.areSound())) {
            return discard(
                    "an intervention led to parameters or utilities that are not finite or too large: interventions="
                            + interventions.names(),
                    true,
                    output);
        }

        progress.lastDiscarded = false;
        if (progress.updates % GOOD_COPY_EVERY == 0) {
            values.keepUnlessGrown();
        }
        if (spec.snapshots().isDue(progress.updates)) {
            snapshots.take(progress.updates, optimiser.steps());
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

    /**
     * Does what somebody says.
     *
     * @return what became of it
     */
    Answer command(Command command) {
        if (command instanceof Command.SetSchedule set) {
            learningRate.set(set, progress);
            return Answer.done("the learning rate is " + learningRate.description());
        }
        if (command instanceof Command.UseConfiguredSchedule) {
            learningRate.useConfigured();
            return Answer.done("the learning rate is as configured: " + learningRate.description());
        }
        if (command instanceof Command.Pause) {
            return pause();
        }
        if (command instanceof Command.Resume) {
            return resume();
        }
        if (command instanceof Command.RollBack back) {
            return rollBack(back.update());
        }
        snapshots.take(progress.updates, optimiser.steps());
        return Answer.done("a snapshot of update " + progress.updates + " is kept");
    }

    private Answer pause() {
        if (progress.paused) {
            return Answer.refused("the learner is paused already");
        }
        progress.paused = true;
        return Answer.done("the learner makes no updates until it is resumed");
    }

    private Answer resume() {
        if (!progress.paused && !progress.stopped) {
            return Answer.refused("the learner is neither paused nor stopped");
        }
        String text = progress.stopped
                ? "the learner learns again after " + progress.divergences + " divergences; the next one stops it again"
                : "the learner learns again";
        progress.paused = false;
        progress.stopped = false;
        return Answer.done(text);
    }

    private Answer rollBack(long limit) {
        long update = snapshots.newestAt(limit);
        if (update < 0) {
            return Answer.refused(
                    snapshots.isEmpty()
                            ? "the learner has no snapshot to go back to; take some with the command snapshot, or set"
                                    + " snapshots.every in its configuration"
                            : "the learner has no snapshot so old: update=" + limit + " snapshots=" + snapshots.list());
        }
        optimiser.steps(snapshots.goBack(update));
        values.keep();
        isEvaluating = false;
        return Answer.done("parameters and all else that training changes are those of update " + update);
    }

    /** The update of the newest snapshot that is of {@code limit} or before; -1 where there is none. */
    long newestSnapshot(long limit) {
        return snapshots.newestAt(limit);
    }

    /** Does at a label reset what the spec asks for. Before the first update there is nothing that could be worn out. */
    void beginTask() {
        learningRate.beginTask();
        boolean nothingAsked =
                !spec.resetOptimiserOnReset() && spec.interventions().isEmpty();
        if (nothingAsked || progress.updates == 0 || progress.stopped || progress.paused) {
            return;
        }
        if (spec.resetOptimiserOnReset()) {
            optimiser.reset();
        }
        interventions.beginTask();
        isEvaluating = false;
        values.keepUnlessGrown();
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
        snapshots.save(state);
        learningRate.save(state);
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
        snapshots.restore(state);
        learningRate.restore(state);
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
