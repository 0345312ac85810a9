package perennial.learning.optimise;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;

/** Stochastic gradient descent: w to w - rate * g. */
public final class Sgd extends PartwiseOptimiser {

    Sgd(Engine engine) {
        super(List.of(), engine);
    }

    @Override
    void move(Buffer values, Buffer gradients, List<Buffer> memory, double rate, double epsilonFactor) {
        engine.addScaled(gradients, (float) -rate, values);
    }

    @Override
    public boolean isScaleFree() {
        return false;
    }
}
