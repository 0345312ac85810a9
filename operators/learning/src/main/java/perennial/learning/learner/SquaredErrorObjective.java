package perennial.learning.learner;

import java.util.Arrays;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.event.Event;
import perennial.learning.state.LearnerState;

/** Mean squared difference between the outputs and the target values of each row. */
final class SquaredErrorObjective implements Objective {

    private final Engine engine;
    private final String targetsName;
    private final int outputs;
    private final float[] targets;
    private final Buffer targetBuffer;
    private final float[] predicted;

    SquaredErrorObjective(int outputs, int batchCapacity, Engine engine, String prefix) {
        this.engine = engine;
        this.targetsName = prefix + ".targets";
        this.outputs = outputs;
        this.targets = new float[Math.multiplyExact(batchCapacity, outputs)];
        this.targetBuffer = engine.allocate(targets.length);
        this.predicted = new float[targets.length];
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public void put(int row, Event event) {
        event.target.writeScaled(1f, targets, row * outputs);
    }

    @Override
    public void read(Buffer outputs, int rows) {
        outputs.read(0, predicted, 0, rows * this.outputs);
    }

    @Override
    public int correct(int rows) {
        return -1;
    }

    @Override
    public double loss(Buffer outputs, int rows, Buffer gradient) {
        targetBuffer.write(0, targets, 0, rows * this.outputs);
        return engine.meanSquaredError(rows, this.outputs, outputs, targetBuffer, gradient);
    }

    @Override
    public Prediction prediction(int row, String learner, String stream, int actor, long sequence, long update) {
        float[] values = Arrays.copyOfRange(predicted, row * outputs, (row + 1) * outputs);
        return new Prediction(learner, stream, actor, sequence, -1, Float.NaN, values, update);
    }

    @Override
    public void save(LearnerState state, int rows) {
        state.put(targetsName, Arrays.copyOf(targets, rows * outputs));
    }

    @Override
    public void restore(LearnerState state, int rows) {
        System.arraycopy(state.floats(targetsName), 0, targets, 0, rows * outputs);
    }
}
