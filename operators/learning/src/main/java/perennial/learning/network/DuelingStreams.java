package perennial.learning.network;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Outputs.Dueling;

/**
 * The two ends of a dueling network (Wang et al. 2016, equation 9): Q = V + A - mean over the actions of A, for each output of an
 * action alike.
 *
 * <p>Sums over the actions, and their way back to every action, are products with a fixed matrix S of ones and zeros, [action][output]
 * by [output]: Q = A + (V - A S / actions) S'.
 *
 * @see <a href="https://arxiv.org/abs/1511.06581">Wang et al., Dueling network architectures for deep reinforcement learning
 *     (2016)</a>
 */
final class DuelingStreams {

    private final Engine engine;
    private final LayerChain value;
    private final LayerChain advantage;
    private final int count;
    private final int perAction;
    private final float mean;
    private final Buffer sum;
    private final Buffer centre;
    private final Buffer outputs;
    private final Buffer valueGradient;
    private final Buffer advantageGradient;
    private final Buffer secondInputGradient;

    /** @param inputSize values of one input of the streams */
    DuelingStreams(
            Engine engine, Dueling shape, LayerChain value, LayerChain advantage, int inputSize, int batchCapacity) {
        this.engine = engine;
        this.value = value;
        this.advantage = advantage;
        this.count = shape.count();
        this.perAction = shape.perAction();
        this.mean = 1f / shape.actions();
        this.sum = engine.allocate(Math.multiplyExact(count, perAction));
        this.centre = engine.allocate(Math.multiplyExact(batchCapacity, perAction));
        this.outputs = engine.allocate(Math.multiplyExact(batchCapacity, count));
        this.valueGradient = engine.allocate(centre.length());
        this.advantageGradient = engine.allocate(outputs.length());
        this.secondInputGradient = engine.allocate(Math.multiplyExact(batchCapacity, inputSize));
        float[] ones = new float[sum.length()];
        for (int i = 0; i < count; i++) {
            ones[i * perAction + i % perAction] = 1f;
        }
        sum.set(ones);
    }

    /** Q for a batch; its own buffer. */
    Buffer forward(int batch, Buffer input) {
        engine.copy(value.forward(batch, input), centre);
        Buffer advantages = advantage.forward(batch, input);
        engine.matrixProduct(false, false, batch, perAction, count, -mean, advantages, sum, 1f, centre);
        engine.copy(advantages, outputs);
        engine.matrixProduct(false, true, batch, count, perAction, 1f, centre, sum, 1f, outputs);
        return outputs;
    }

    /** What {@link #forward} gave. */
    Buffer output() {
        return outputs;
    }

    /**
     * Writes the gradients of both streams' parameters.
     *
     * @param gradient gradient with respect to Q. Not modified.
     * @param inputGradient Modified: gradient with respect to the input; null where nobody asks for it
     */
    void backward(int batch, Buffer input, Buffer gradient, Buffer inputGradient) {
        engine.matrixProduct(false, false, batch, perAction, count, 1f, gradient, sum, 0f, valueGradient);
        copyRows(batch, gradient, advantageGradient);
        engine.matrixProduct(false, true, batch, count, perAction, -mean, valueGradient, sum, 1f, advantageGradient);
        value.backward(batch, input, valueGradient, inputGradient);
        advantage.backward(batch, input, advantageGradient, inputGradient == null ? null : secondInputGradient);
        if (inputGradient != null) {
            engine.addScaled(secondInputGradient, 1f, inputGradient);
        }
    }

    private void copyRows(int batch, Buffer source, Buffer target) {
        if (source.length() == target.length()) {
            engine.copy(source, target);
        } else {
            engine.copy(source.view(0, batch * count), target.view(0, batch * count));
        }
    }
}
