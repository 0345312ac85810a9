package perennial.learning.learner;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.event.Event;
import perennial.learning.plasticity.ProbeBatch;
import perennial.learning.state.LearnerState;

/**
 * The probe batch of a learner of examples: the first rows of the update's own batch, or, where that is smaller than the probe, the task's
 * last examples, which are then kept here.
 */
final class ExampleProbe implements ProbeBatch {

    private static final String RING = "probe.ring";
    private static final String INPUTS = "probe.inputs";

    private final int size;
    private final int inputSize;
    private final float scale;
    private final MicroBatch batch;
    private final DoubleSupplier lossAfterUpdate;
    private final Objective objective;
    private final boolean keepsExamples;

    /** The task's last examples, the oldest overwritten first; empty where they need not be kept. */
    private final float[] inputs;

    private int next;
    private int count;

    /**
     * @param batch the update's batch
     * @param objective the batch's targets
     * @param lossAfterUpdate the batch's loss with the present parameters
     */
    ExampleProbe(
            LearnerSpec spec, MicroBatch batch, Objective objective, Engine engine, DoubleSupplier lossAfterUpdate) {
        TaskSpec task = spec.task();
        this.size = spec.metrics().probeSize();
        this.inputSize = task.inputSize();
        this.scale = (float) task.scale();
        this.batch = batch;
        this.lossAfterUpdate = lossAfterUpdate;
        this.keepsExamples = spec.metrics().hasProbe() && size > spec.batchSize();
        this.objective = keepsExamples ? Objective.of(task, size, engine, "probe") : objective;
        this.inputs = new float[keepsExamples ? Math.multiplyExact(size, inputSize) : 0];
    }

    /** An example goes into the batch. */
    void add(Event event) {
        if (keepsExamples) {
            event.features.writeScaled(scale, inputs, next * inputSize);
            objective.put(next, event);
            next = (next + 1) % size;
            count = Math.min(count + 1, size);
        }
    }

    /** A task begins: the last one's targets hold no more. */
    void clear() {
        next = 0;
        count = 0;
    }

    @Override
    public int draw(Buffer target) {
        if (keepsExamples) {
            target.write(0, inputs, 0, count * inputSize);
            return count;
        }
        int rows = Math.min(size, batch.rows());
        batch.writeTo(target, rows);
        return rows;
    }

    @Override
    public double loss(Buffer outputs, int rows, Buffer gradient) {
        return objective.loss(outputs, rows, gradient);
    }

    @Override
    public int functions() {
        return objective.outputs();
    }

    @Override
    public double function(int index, float[] outputs, int row, float[] gradient) {
        int start = row * objective.outputs();
        Arrays.fill(gradient, start, start + objective.outputs(), 0f);
        gradient[start + index] = 1f;
        return outputs[start + index];
    }

    @Override
    public double lossAfterUpdate() {
        return lossAfterUpdate.getAsDouble();
    }

    void save(LearnerState state) {
        if (keepsExamples) {
            state.put(RING, new int[] {size, next, count}).put(INPUTS, Arrays.copyOf(inputs, count * inputSize));
            objective.save(state, count);
        }
    }

    /** Goes on from what {@link #save} put; begins empty where the saved learner kept another number of examples. */
    void restore(LearnerState state) {
        clear();
        if (keepsExamples && state.has(RING) && state.ints(RING)[0] == size) {
            next = state.ints(RING)[1];
            count = state.ints(RING)[2];
            System.arraycopy(state.floats(INPUTS), 0, inputs, 0, count * inputSize);
            objective.restore(state, count);
        }
    }
}
