package perennial.learning.intervention;

import java.util.Arrays;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Network;

/**
 * A gradient penalty that does not depend on the batch's size: strength times the mean over samples of |df/dx|^2, f the greatest
 * output, which is the greedy action's value or the predicted class's logit. What spectral normalisation is compared with
 * (Gogianu et al. 2021).
 *
 * <p>The penalty's gradient is a second derivative. With u = df/dx it is 2 strength d/de (gradient of f at x + e u), taken as a
 * central difference over a step of length {@value #STEP} along u. Costs two passes forward and back, one back to the input and
 * one forward.
 */
final class GradientPenalty implements Intervention {

    /** Short against inputs of about 1, so that few units change sides; long enough for the rounding of floats. */
    static final double STEP = 1e-3;

    private final Engine engine;
    private final Network network;
    private final double strength;
    private final int outputs;
    private final Buffer total;
    private final Buffer moved;
    private final Buffer selection;
    private final float[] outputValues;
    private final float[] selected;
    private final float[] weights;
    private final float[] inputValues;
    private final float[] movedValues;
    private final float[] slopes;
    private final int[] chosen;

    GradientPenalty(InterventionSpec.GradientPenalty spec, Network network) {
        this.engine = network.engine();
        this.network = network;
        this.strength = spec.strength();
        this.outputs = network.outputs();
        int capacity = network.batchCapacity();
        int inputSize = network.layers().get(0).inputSize();
        this.total = network.parameters().allocateAlike();
        this.moved = engine.allocate(Math.multiplyExact(capacity, inputSize));
        this.selection = engine.allocate(Math.multiplyExact(capacity, outputs));
        this.outputValues = new float[selection.length()];
        this.selected = new float[selection.length()];
        this.weights = new float[capacity];
        this.inputValues = new float[moved.length()];
        this.movedValues = new float[moved.length()];
        this.slopes = new float[moved.length()];
        this.chosen = new int[capacity];
    }

    @Override
    public void addGradients(Buffer inputs, int rows) {
        engine.copy(network.gradients(), total);
        int size = network.layers().get(0).inputSize();
        network.output().read(0, outputValues, 0, rows * outputs);
        for (int row = 0; row < rows; row++) {
            chosen[row] = greatest(row);
            weights[row] = 1f;
        }
        select(rows, 1f);
        network.backwardToInput(selection).read(0, slopes, 0, rows * size);
        inputs.read(0, inputValues, 0, rows * size);
        for (int row = 0; row < rows; row++) {
            double norm = 0;
            for (int i = row * size; i < (row + 1) * size; i++) {
                norm += (double) slopes[i] * slopes[i];
            }
            norm = Math.sqrt(norm);
            // 2 strength / rows times the difference over 2 steps / |u|.
            weights[row] = (float) (strength * norm / (STEP * rows));
            float scale = norm == 0 ? 0f : (float) (STEP / norm);
            for (int i = row * size; i < (row + 1) * size; i++) {
                slopes[i] *= scale;
            }
        }
        addGradientAt(rows, size, 1f);
        addGradientAt(rows, size, -1f);
        // Whoever looks at the update's activations finds those of the batch itself.
        network.forward(inputs, rows);
        engine.copy(total, network.gradients());
    }

    private void addGradientAt(int rows, int size, float sign) {
        for (int i = 0; i < rows * size; i++) {
            movedValues[i] = inputValues[i] + sign * slopes[i];
        }
        moved.write(0, movedValues, 0, rows * size);
        network.forward(moved, rows);
        select(rows, sign);
        network.backward(selection);
        engine.addScaled(network.gradients(), 1f, total);
    }

    /** The gradient of the sum of the chosen outputs, each times its weight. */
    private void select(int rows, float sign) {
        Arrays.fill(selected, 0, rows * outputs, 0f);
        for (int row = 0; row < rows; row++) {
            selected[row * outputs + chosen[row]] = sign * weights[row];
        }
        selection.write(0, selected, 0, rows * outputs);
    }

    private int greatest(int row) {
        int best = 0;
        for (int i = 1; i < outputs; i++) {
            if (outputValues[row * outputs + i] > outputValues[row * outputs + best]) {
                best = i;
            }
        }
        return best;
    }
}
