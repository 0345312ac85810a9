package perennial.learning.intervention;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Network;

/** L2 regularisation: the gradient of strength * |w|^2 is 2 strength w. It passes through the optimiser, unlike AdamW's decay. */
final class L2Penalty implements Intervention {

    private final Engine engine;
    private final float slope;
    private final Buffer[] values;
    private final Buffer[] gradients;

    L2Penalty(InterventionSpec.L2 spec, Network network) {
        this.engine = network.engine();
        this.slope = (float) (2 * spec.strength());
        Regularised regularised = new Regularised(network);
        this.values = regularised.in(network.parameters().values());
        this.gradients = regularised.in(network.gradients());
    }

    @Override
    public void addGradients(Buffer inputs, int rows) {
        for (int i = 0; i < values.length; i++) {
            engine.addScaled(values[i], slope, gradients[i]);
        }
    }
}
