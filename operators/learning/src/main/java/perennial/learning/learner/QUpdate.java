package perennial.learning.learner;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.method.TargetMethod;
import perennial.learning.network.Network;
import perennial.learning.replay.TransitionBatch;
import perennial.learning.state.LearnerState;
import perennial.learning.state.RunningValues;
import perennial.learning.value.ValueHead;

/**
 * One update of Q-learning from a batch of transitions, and the target network that it takes values from. Training passes come
 * in this order: the target network on the next inputs; with double Q-learning the trained network on the next inputs; the trained
 * network on the inputs.
 */
final class QUpdate {

    private static final String TARGET = "target.parameters";

    private final TaskSpec.Reinforcement task;
    private final Engine engine;
    private final Training training;
    private final Progress progress;
    private final Network target;
    private final int inputSize;
    private final ValueHead head;
    private final Buffer inputs;
    private final Buffer nextInputs;
    private final Buffer outputGradient;
    private final float[] outputValues;
    private final float[] nextValues;
    private final float[] gradientValues;
    private final int[] nextActions;
    private final double[] scratchErrors;
    private TargetMethod targetMethod;

    QUpdate(LearnerSpec spec, Training training, Progress progress, Engine engine) {
        this.task = (TaskSpec.Reinforcement) spec.task();
        this.engine = engine;
        this.training = training;
        this.progress = progress;
        this.inputSize = task.inputSize();
        int batchSize = spec.batchSize();
        this.target = Training.network(spec, engine);
        this.head = ValueHead.of(task.head(), task.actions(), batchSize);
        this.inputs = engine.allocate(Math.multiplyExact(batchSize, inputSize));
        this.nextInputs = engine.allocate(inputs.length());
        this.outputGradient = engine.allocate(Math.multiplyExact(batchSize, task.outputs()));
        this.outputValues = new float[outputGradient.length()];
        this.nextValues = new float[outputValues.length];
        this.gradientValues = new float[outputValues.length];
        this.nextActions = new int[batchSize];
        this.scratchErrors = new double[batchSize];
        this.targetMethod = training.methodOf(target);
        training.goesBackToo(TARGET, target.parameters().values(), RunningValues.of(() -> targetMethod));
        begin();
    }

    /** The target network begins as a copy of the network in training, before the first update. */
    void begin() {
        engine.copy(
                training.network().parameters().values(), target.parameters().values());
        targetMethod = training.methodOf(target);
        training.keep();
    }

    /**
     * One update.
     *
     * @param batch its errors are modified
     * @return whether the update was made, and not discarded
     */
    boolean update(TransitionBatch batch, LearnerOutput output) {
        int rows = batch.rows();
        int inputValues = rows * inputSize;
        int outputCount = rows * task.outputs();
        nextInputs.write(0, batch.nextInputs, 0, inputValues);
        targetMethod.beforeForward();
        target.forward(nextInputs, rows).read(0, nextValues, 0, outputCount);
        float[] choosing = nextValues;
        if (task.head().doubleQ()) {
            training.forward(nextInputs, rows).read(0, outputValues, 0, outputCount);
            choosing = outputValues;
        }
        for (int row = 0; row < rows; row++) {
            nextActions[row] = head.greedyAction(choosing, row);
        }
        head.target(rows, nextValues, nextActions, batch.returns, batch.discounts);

        inputs.write(0, batch.inputs, 0, inputValues);
        training.forward(inputs, rows).read(0, outputValues, 0, outputCount);
        double loss = head.loss(rows, outputValues, batch.actions, batch.weights, gradientValues, batch.errors);
        outputGradient.write(0, gradientValues, 0, outputCount);
        boolean made = training.update(rows, loss, outputGradient, Double.NaN, head.meanAbsoluteTdError(), output);
        follow();
        return made;
    }

    private void follow() {
        if (task.target() instanceof TargetSpec.Copied copied) {
            if (progress.updates % copied.every() == 0) {
                engine.copy(
                        training.network().parameters().values(),
                        target.parameters().values());
                targetMethod.follow();
            }
        } else if (task.target() instanceof TargetSpec.Averaged averaged) {
            Buffer values = target.parameters().values();
            engine.scale(values, (float) (1 - averaged.rate()));
            engine.addScaled(training.network().parameters().values(), (float) averaged.rate(), values);
            targetMethod.follow();
        }
    }

    /** Sends the batch's inputs through the network without a trace, to be measured. */
    void evaluate(TransitionBatch batch) {
        inputs.write(0, batch.inputs, 0, batch.rows() * inputSize);
        training.evaluate(inputs, batch.rows());
    }

    /** The loss of the batch of the last update with the present parameters; leaves no trace. */
    double loss(TransitionBatch batch) {
        int rows = batch.rows();
        training.evaluate(inputs, rows).read(0, outputValues, 0, rows * task.outputs());
        return head.loss(rows, outputValues, batch.actions, batch.weights, gradientValues, scratchErrors);
    }

    /**
     * Makes the targets of a batch of any size without a trace, with the target network as it was in its last pass.
     *
     * @param batch Not modified.
     * @param ownHead Modified: the batch's targets
     */
    void target(TransitionBatch batch, ValueHead ownHead) {
        int rows = batch.rows();
        int outputs = task.outputs();
        float[] values = new float[rows * outputs];
        float[] choosing = task.head().doubleQ() ? new float[values.length] : values;
        int[] actions = new int[rows];
        for (int start = 0; start < rows; start += nextActions.length) {
            int count = Math.min(nextActions.length, rows - start);
            nextInputs.write(0, batch.nextInputs, start * inputSize, count * inputSize);
            target.forward(nextInputs, count).read(0, values, start * outputs, count * outputs);
            if (task.head().doubleQ()) {
                training.evaluate(nextInputs, count).read(0, choosing, start * outputs, count * outputs);
            }
        }
        for (int row = 0; row < rows; row++) {
            actions[row] = ownHead.greedyAction(choosing, row);
        }
        ownHead.target(rows, values, actions, batch.returns, batch.discounts);
    }

    /** Sends one input through the network without a trace. {@code outputs} is modified. */
    void evaluate(float[] input, float[] outputs) {
        inputs.write(0, input, 0, input.length);
        training.evaluate(inputs, 1).read(0, outputs, 0, task.outputs());
    }

    /** The greatest value of an action for one input, in evaluation. */
    double greatestValue(float[] input) {
        evaluate(input, outputValues);
        return head.greatestValue(outputValues, 0);
    }

    /** Puts what the target network remembers beside its parameters, which are the training's to save. */
    void save(LearnerState state) {
        targetMethod.save(state);
    }

    /** Goes on from what {@link #save} put, after the training was restored. */
    void restore(LearnerState state) {
        targetMethod = training.methodOf(target);
        targetMethod.restore(state);
    }
}
