package perennial.learning.optimise;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Parameters;

/** Descent with momentum as PyTorch has it, plain or Nesterov's: v to momentum * v + g; w to w - rate * v. */
public final class Momentum extends PartwiseOptimiser {

    private final float momentum;
    private final boolean nesterov;

    Momentum(OptimiserSpec.Momentum spec, Parameters parameters, Engine engine) {
        super(List.of(new Slot("velocity", parameters.allocateAlike(), 1)), engine);
        this.momentum = (float) spec.momentum();
        this.nesterov = spec.nesterov();
    }

    @Override
    void move(Buffer values, Buffer gradients, List<Buffer> memory, double rate, double epsilonFactor) {
        engine.momentumStep(values, gradients, memory.get(0), (float) rate, momentum, nesterov);
    }

    @Override
    public boolean isScaleFree() {
        return false;
    }
}
