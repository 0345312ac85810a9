package perennial.learning.learner;

import perennial.learning.engine.Buffer;
import perennial.learning.plasticity.ProbeBatch;
import perennial.learning.random.RandomStreams;
import perennial.learning.replay.ReplayMemory;
import perennial.learning.replay.TransitionBatch;
import perennial.learning.value.ValueHead;

/**
 * The probe batch of a learner of action values: transitions drawn uniformly from its replay memory, with a generator of their own. Their
 * targets are made by the present target network when they are first asked for.
 */
final class ReplayProbe implements ProbeBatch {

    private final TaskSpec.Reinforcement task;
    private final ReplayMemory memory;
    private final RandomStreams random;
    private final QUpdate update;
    private final TransitionBatch updated;
    private final TransitionBatch batch;
    private final ValueHead head;
    private final float[] outputValues;
    private final float[] gradientValues;
    private boolean hasTargets;

    /** @param updated the update's own batch */
    ReplayProbe(LearnerSpec spec, ReplayMemory memory, RandomStreams random, QUpdate update, TransitionBatch updated) {
        this.task = (TaskSpec.Reinforcement) spec.task();
        this.memory = memory;
        this.random = random;
        this.update = update;
        this.updated = updated;
        int size = spec.metrics().hasProbe() ? spec.metrics().probeSize() : 0;
        this.batch = new TransitionBatch(size, task.inputSize());
        this.head = ValueHead.of(task.head(), task.actions(), size);
        this.outputValues = new float[Math.multiplyExact(size, task.outputs())];
        this.gradientValues = new float[outputValues.length];
    }

    @Override
    public int draw(Buffer inputs) {
        hasTargets = false;
        if (!memory.sampleUniformly(batch, random.generator("probe"))) {
            return 0;
        }
        inputs.write(0, batch.inputs, 0, batch.rows() * task.inputSize());
        return batch.rows();
    }

    @Override
    public double loss(Buffer outputs, int rows, Buffer gradient) {
        if (!hasTargets) {
            update.target(batch, head);
            hasTargets = true;
        }
        int count = rows * task.outputs();
        outputs.read(0, outputValues, 0, count);
        double loss = head.loss(rows, outputValues, batch.actions, batch.weights, gradientValues, batch.errors);
        gradient.write(0, gradientValues, 0, count);
        return loss;
    }

    @Override
    public int functions() {
        return task.actions();
    }

    @Override
    public double function(int index, float[] outputs, int row, float[] gradient) {
        return head.valueGradient(outputs, row, index, gradient);
    }

    @Override
    public double lossAfterUpdate() {
        return update.loss(updated);
    }
}
