package perennial.learning.learner;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.event.Event;
import perennial.learning.method.CollapsedWeightException;
import perennial.learning.method.Method;
import perennial.learning.network.Network;
import perennial.learning.optimise.GradientClipping;
import perennial.learning.optimise.Optimiser;
import perennial.learning.optimise.Schedule;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;

/**
 * A learner of classes or values from labelled examples: test-then-train on micro-batches.
 *
 * <p>Examples are gathered until a micro-batch is full. Its forward pass gives the predictions that are scored, then one update is
 * made from the same pass; since parameters do not change while a batch is gathered, this is what predicting each example
 * on arrival would give. A label reset or the end of the stream trains the begun batch as it is.
 *
 * <p>An update whose loss or gradient is not finite is discarded before anything changes. If that happens twice in a row, or if a
 * step itself leaves the finite numbers, the learner goes back to the last good copy of its parameters and optimiser. After
 * {@link LearnerSpec#maxDivergences} such updates it stops learning and only counts.
 */
public final class SupervisedLearner implements Learner {

    private static final Logger LOG = LoggerFactory.getLogger(SupervisedLearner.class);

    /** Updates from one good copy to the next. */
    private static final int GOOD_COPY_EVERY = 100;

    /** Gradients longer than this have squares that no float holds, and would leave infinities in an optimiser's memory. */
    private static final double MAX_GRADIENT_NORM = Math.sqrt(Float.MAX_VALUE);

    private static final String KIND = "learner.kind";
    private static final String NETWORK = "learner.network";
    private static final String OPTIMISER = "learner.optimiser";
    private static final String METHOD = "learner.method";
    private static final String KERNEL = "learner.kernel";
    private static final String SUPERVISED = "supervised";

    private final LearnerSpec spec;
    private final Engine engine;
    private final Network network;
    private final Optimiser optimiser;
    private final Schedule schedule;
    private final GradientClipping clipping;
    private final TrainedValues values;
    private final RandomStreams random;
    private final Objective objective;
    private final MicroBatch batch;
    private final Buffer inputs;
    private final Buffer outputGradient;
    private final Progress progress = new Progress();
    private final Reporter reporter;
    private Method method;

    private SupervisedLearner(LearnerSpec spec, Engine engine) {
        this.spec = spec;
        this.engine = engine;
        TaskSpec task = spec.task();
        this.network = new Network(
                spec.network(),
                task.input(),
                task.outputs(),
                spec.batchSize(),
                engine,
                Method.hasAffine(spec.method()));
        // A generator that is used once needs no place in the state, so initial weights have streams of their own.
        network.initialise(new RandomStreams(spec.seed()));
        this.random = new RandomStreams(spec.seed());
        this.optimiser = Optimiser.of(spec.optimiser(), network.parameters(), engine);
        this.schedule = new Schedule(spec.schedule(), spec.optimiser().learningRate());
        this.clipping = new GradientClipping(spec.maxGradientNorm(), engine);
        this.values = new TrainedValues(network, optimiser);
        this.method = Method.of(spec.method(), network, optimiser);
        this.objective = Objective.of(task, spec.batchSize(), engine);
        this.batch = new MicroBatch(spec.batchSize(), task);
        this.inputs = engine.allocate(Math.multiplyExact(spec.batchSize(), task.inputSize()));
        this.outputGradient = engine.allocate(Math.multiplyExact(spec.batchSize(), task.outputs()));
        this.reporter = new Reporter(spec, network, optimiser, progress);
    }

    /** A new learner with freshly drawn weights. It owns {@code engine} and closes it. */
    static SupervisedLearner create(LearnerSpec spec, Engine engine) {
        return new SupervisedLearner(spec, engine);
    }

    /** A learner that continues where {@link #state()} was taken. It owns {@code engine} and closes it. */
    static SupervisedLearner restore(LearnerSpec spec, Engine engine, LearnerState state) {
        SupervisedLearner learner = new SupervisedLearner(spec, engine);
        learner.restore(state);
        return learner;
    }

    @Override
    public void observe(Event event, LearnerOutput output) {
        switch (event.kind) {
            case EXAMPLE -> {
                progress.recordTaken(event.stream, event.sequence);
                if (!progress.stopped) {
                    objective.put(batch.add(event), event);
                    if (batch.isFull()) {
                        update(output);
                    }
                }
            }
            case LABEL_RESET -> {
                closeTask(event.stream, event.sequence, output);
                beginTask(event.task);
            }
            default ->
                throw new IllegalArgumentException("a supervised learner takes in examples and label resets: learner="
                        + spec.name() + " kind=" + event.kind + "; check events with TaskSpec.rejectionOf first");
        }
    }

    @Override
    public void endOfStream(LearnerOutput output) {
        closeTask(progress.stream, progress.position, output);
        beginTask(progress.task);
    }

    /** Trains the begun batch, and sums up the task unless it has seen nothing. */
    private void closeTask(String stream, long position, LearnerOutput output) {
        if (batch.pending() > 0) {
            update(output);
        }
        if (progress.taskRecords == 0) {
            return;
        }
        int rows = batch.rows();
        if (rows > 0) {
            // The last batch again, through the weights that the task ended with: a restored learner has no old
            // activations.
            batch.writeTo(inputs);
            network.forward(inputs, rows);
        }
        output.taskSummary(reporter.taskSummary(stream, position, rows));
    }

    private void beginTask(int task) {
        progress.beginTask(task);
        batch.clear();
        if (spec.resetOptimiserOnReset()) {
            optimiser.reset();
            values.keep();
        }
    }

    /** One update on the gathered batch. */
    private void update(LearnerOutput output) {
        int rows = batch.pending();
        batch.writeTo(inputs);
        batch.trained();

        Buffer outputs = network.forward(inputs, rows);
        objective.read(outputs, rows);
        int correct = objective.correct(rows);
        progress.scored(rows, correct);
        if (spec.predictions()) {
            emitPredictions(rows, output);
        }

        double rate = schedule.rateAt(schedule.restartsOnReset() ? progress.taskUpdates : progress.updates);
        progress.updates++;
        progress.taskUpdates++;
        progress.lastRate = rate;
        boolean due = progress.updates % spec.metricsEvery() == 0;

        double loss = objective.loss(outputs, rows, outputGradient);
        if (!Double.isFinite(loss)) {
            discard("the loss is not finite: loss=" + loss, progress.lastDiscarded, output);
            return;
        }
        progress.lossMeasured(rows, loss);

        network.backward(outputGradient);
        double gradientNorm = Math.sqrt(engine.sumOfSquares(network.gradients()));
        if (!(gradientNorm <= MAX_GRADIENT_NORM)) {
            discard("the gradient is not finite or too long: norm=" + gradientNorm, progress.lastDiscarded, output);
            return;
        }
        if (due) {
            reporter.beforeStep(rows);
        }
        clipping.clip(network.gradients(), gradientNorm);
        optimiser.step(network.parameters().values(), network.gradients(), rate);
        if (due) {
            reporter.afterStep();
        }
        if (!values.areSound()) {
            discard("the step led to parameters that are not finite or too large: learningRate=" + rate, true, output);
            return;
        }
        try {
            method.afterStep();
        } catch (CollapsedWeightException collapse) {
            discard(collapse.getMessage(), true, output);
            return;
        }

        progress.lastDiscarded = false;
        if (progress.updates % GOOD_COPY_EVERY == 0) {
            values.keep();
        }
        if (due) {
            output.report(reporter.trained(loss, correct < 0 ? Double.NaN : (double) correct / rows, gradientNorm));
        }
    }

    private void emitPredictions(int rows, LearnerOutput output) {
        for (int row = 0; row < rows; row++) {
            output.prediction(objective.prediction(
                    row, spec.name(), batch.stream(row), batch.actor(row), batch.sequence(row), progress.updates));
        }
    }

    /** Counts a divergence and reports it; a learner that stops goes back to its last good parameters in any case. */
    private void discard(String why, boolean rollBack, LearnerOutput output) {
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
    }

    @Override
    public LearnerState state() {
        LearnerState state = new LearnerState()
                .put(KIND, SUPERVISED)
                .put(NETWORK, network.parameters().description())
                .put(OPTIMISER, slotNames())
                .put(METHOD, method.name())
                .put(KERNEL, engine.kernel());
        values.save(state);
        method.save(state);
        progress.save(state);
        batch.save(state);
        objective.save(state, batch.rows());
        random.save(state);
        return state;
    }

    private void restore(LearnerState state) {
        demand("kind", state.string(KIND), SUPERVISED);
        demand("network", state.string(NETWORK), network.parameters().description());
        demand("optimiser memory", state.string(OPTIMISER), slotNames());
        demand("method", state.string(METHOD), method.name());
        if (!state.string(KERNEL).equals(engine.kernel())) {
            LOG.warn(
                    "learner {} continues on another engine or matrix kernel, so its numbers will differ in the last bits from a "
                            + "run that had stayed: saved={} now={}",
                    spec.name(),
                    state.string(KERNEL),
                    engine.kernel());
        }
        values.restore(state);
        method = Method.restored(spec.method(), network, optimiser, state);
        progress.restore(state);
        batch.restore(state);
        objective.restore(state, batch.rows());
        random.restore(state);
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

    @Override
    public long updates() {
        return progress.updates;
    }

    @Override
    public NamedTensors weights() {
        return NetworkWeights.of(network);
    }

    @Override
    public void initialise(NamedTensors weights) {
        if (progress.recordsSeen > 0) {
            throw new IllegalStateException("weights are replaced before the first event: learner=" + spec.name()
                    + " recordsSeen=" + progress.recordsSeen);
        }
        NetworkWeights.into(weights, network);
        method = Method.of(spec.method(), network, optimiser);
        values.keep();
    }

    /** The network, for tests that look inside. */
    Network network() {
        return network;
    }

    @Override
    public void close() {
        engine.close();
    }
}
