package perennial.learning.learner;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.event.Event;
import perennial.learning.network.Network;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;

/**
 * A learner of classes or values from labelled examples: test-then-train on micro-batches.
 *
 * <p>Examples are gathered until a micro-batch is full. Its forward pass gives the predictions that are scored, then one update is
 * made from the same pass; since parameters do not change while a batch is gathered, this is what predicting each example
 * on arrival would give. A label reset or the end of the stream trains the begun batch as it is.
 *
 * <p>Updates that diverge are discarded as {@link Training} says; a learner that has stopped only counts.
 */
public final class SupervisedLearner implements TrainedLearner {

    private static final String SUPERVISED = "supervised";

    private final LearnerSpec spec;
    private final Engine engine;
    private final Progress progress = new Progress();
    private final Training training;
    private final RandomStreams random;
    private final Objective objective;
    private final MicroBatch batch;
    private final Buffer inputs;
    private final Buffer outputGradient;
    private final ExampleProbe probe;

    private SupervisedLearner(LearnerSpec spec, Engine engine, Network free) {
        this.spec = spec;
        this.engine = engine;
        TaskSpec task = spec.task();
        this.random = new RandomStreams(spec.seed());
        this.training = new Training(spec, SUPERVISED, progress, random, engine, free);
        this.objective = Objective.of(task, spec.batchSize(), engine, "batch");
        this.batch = new MicroBatch(spec.batchSize(), task);
        this.inputs = engine.allocate(Math.multiplyExact(spec.batchSize(), task.inputSize()));
        this.outputGradient = engine.allocate(Math.multiplyExact(spec.batchSize(), task.outputs()));
        this.probe = new ExampleProbe(spec, batch, objective, engine, this::lossOfLastBatch);
        training.reporter().probe(probe);
    }

    /** A new learner with freshly drawn weights. It owns {@code engine} and closes it. */
    static SupervisedLearner create(LearnerSpec spec, Engine engine) {
        return new SupervisedLearner(spec, engine, null);
    }

    /** A new learner that is the projected run of a twin, and follows the network of the {@code free} one. */
    static SupervisedLearner create(LearnerSpec spec, Engine engine, Network free) {
        return new SupervisedLearner(spec, engine, free);
    }

    /** A learner that continues where {@link #state()} was taken. It owns {@code engine} and closes it. */
    static SupervisedLearner restore(LearnerSpec spec, Engine engine, LearnerState state) {
        SupervisedLearner learner = new SupervisedLearner(spec, engine, null);
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
                    probe.add(event);
                    if (batch.isFull()) {
                        use(output);
                    }
                }
            }
            case LABEL_RESET -> {
                closeTask(event.stream, event.sequence, output);
                beginTask(event.task);
                training.beginTask();
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
            use(output);
        }
        if (progress.taskRecords == 0) {
            return;
        }
        int rows = batch.rows();
        if (rows > 0) {
            // The last batch again, through the weights that the task ended with: a restored learner has no old
            // activations.
            batch.writeTo(inputs);
            training.evaluate(inputs, rows);
        }
        output.taskSummary(training.reporter().taskSummary(stream, position, rows));
    }

    /** Begins to count anew. What a label reset does to the network is another matter: a stream's end does none of it. */
    private void beginTask(int task) {
        progress.beginTask(task);
        batch.clear();
        probe.clear();
    }

    private void use(LearnerOutput output) {
        if (progress.paused) {
            score(output);
        } else {
            update(output);
        }
    }

    /** Predicts and scores the gathered batch, and learns nothing from it. */
    private void score(LearnerOutput output) {
        int rows = batch.pending();
        batch.writeTo(inputs);
        batch.trained();
        objective.read(training.evaluate(inputs, rows), rows);
        progress.scored(rows, objective.correct(rows));
        if (spec.predictions()) {
            emitPredictions(rows, output);
        }
    }

    /** One update on the gathered batch. */
    private void update(LearnerOutput output) {
        output.passes(UpdatePoint.BEGUN);
        int rows = batch.pending();
        batch.writeTo(inputs);
        batch.trained();

        Buffer outputs = training.forward(inputs, rows);
        objective.read(outputs, rows);
        int correct = objective.correct(rows);
        progress.scored(rows, correct);
        if (spec.predictions()) {
            emitPredictions(rows, output);
        }
        double loss = objective.loss(outputs, rows, outputGradient);
        double accuracy = correct < 0 ? Double.NaN : (double) correct / rows;
        training.update(rows, loss, outputGradient, accuracy, Double.NaN, output);
        output.passes(UpdatePoint.ENDED);
    }

    /** The last batch's loss with the present parameters; leaves no trace. */
    private double lossOfLastBatch() {
        return objective.loss(training.evaluate(inputs, batch.rows()), batch.rows(), outputGradient);
    }

    private void emitPredictions(int rows, LearnerOutput output) {
        for (int row = 0; row < rows; row++) {
            output.prediction(objective.prediction(
                    row, spec.name(), batch.stream(row), batch.actor(row), batch.sequence(row), progress.updates));
        }
    }

    /** What came during a pause is never learned from: it is scored when the pause ends. */
    @Override
    public Command.Answer command(Command command, LearnerOutput output) {
        boolean wasPaused = progress.paused;
        Command.Answer answer = training.command(command);
        if (wasPaused && !progress.paused && batch.pending() > 0) {
            score(output);
        }
        return answer;
    }

    @Override
    public boolean isPaused() {
        return progress.paused;
    }

    @Override
    public long newestSnapshot(long limit) {
        return training.newestSnapshot(limit);
    }

    @Override
    public LearnerState state() {
        LearnerState state = new LearnerState();
        training.save(state);
        progress.save(state);
        batch.save(state);
        objective.save(state, batch.rows());
        probe.save(state);
        random.save(state);
        return state;
    }

    /** Goes on from what {@link #state} gave. */
    @Override
    public void restore(LearnerState state) {
        random.restore(state);
        training.restore(state);
        progress.restore(state);
        batch.restore(state);
        objective.restore(state, batch.rows());
        probe.restore(state);
    }

    @Override
    public long updates() {
        return progress.updates;
    }

    @Override
    public long divergences() {
        return progress.divergences;
    }

    @Override
    public NamedTensors weights() {
        return training.weights();
    }

    @Override
    public NamedTensors policyWeights() {
        return training.policyWeights();
    }

    @Override
    public void initialise(NamedTensors weights) {
        training.initialise(weights);
    }

    @Override
    public Network network() {
        return training.network();
    }

    @Override
    public void close() {
        engine.close();
    }
}
