package perennial.learning.intervention;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Network;
import perennial.learning.state.LearnerState;

/**
 * Regenerative regularisation, or L2 Init: the gradient of strength * |w - w0|^2 is 2 strength (w - w0).
 *
 * @see <a href="https://arxiv.org/abs/2308.11958">Kumar et al., Maintaining plasticity in continual learning via regenerative
 *     regularization (2023)</a>
 */
final class L2InitPenalty implements Intervention {

    private static final String INITIAL = "l2Init.initial";

    private final Engine engine;
    private final float slope;
    private final Buffer initial;
    private final Buffer[] values;
    private final Buffer[] initialValues;
    private final Buffer[] gradients;

    L2InitPenalty(InterventionSpec.L2Init spec, Network network) {
        this.engine = network.engine();
        this.slope = (float) (2 * spec.strength());
        this.initial = network.parameters().allocateAlike();
        engine.copy(network.parameters().values(), initial);
        Regularised regularised = new Regularised(network);
        this.values = regularised.in(network.parameters().values());
        this.initialValues = regularised.in(initial);
        this.gradients = regularised.in(network.gradients());
    }

    @Override
    public void addGradients(Buffer inputs, int rows) {
        for (int i = 0; i < values.length; i++) {
            engine.addScaled(values[i], slope, gradients[i]);
            engine.addScaled(initialValues[i], -slope, gradients[i]);
        }
    }

    @Override
    public void save(LearnerState state) {
        state.put(INITIAL, initial.toArray());
    }

    @Override
    public void restore(LearnerState state) {
        initial.set(state.floats(INITIAL));
    }
}
