package perennial.learning.optimise;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Parameters;

/**
 * RMSProp as PyTorch has it: step rate * g / (sqrt(s) + epsilon), s the running mean of g^2, less the squared running mean of
 * g where it is centred.
 */
public final class RmsProp extends PartwiseOptimiser {

    private final float decay;
    private final float epsilon;
    private final boolean centred;

    RmsProp(OptimiserSpec.RmsProp spec, Parameters parameters, Engine engine) {
        super(slots(spec, parameters), engine);
        this.decay = (float) spec.decay();
        this.epsilon = (float) spec.epsilon();
        this.centred = spec.centred();
    }

    private static List<Slot> slots(OptimiserSpec.RmsProp spec, Parameters parameters) {
        Slot squareMean = new Slot("squareMean", parameters.allocateAlike(), 2);
        return spec.centred()
                ? List.of(squareMean, new Slot("gradientMean", parameters.allocateAlike(), 1))
                : List.of(squareMean);
    }

    @Override
    void move(Buffer values, Buffer gradients, List<Buffer> memory, double rate, double epsilonFactor) {
        engine.rmsPropStep(
                values, gradients, memory.get(0), centred ? memory.get(1) : null, (float) rate, decay, (float)
                        (epsilonFactor * epsilon));
    }

    @Override
    public boolean isScaleFree() {
        return true;
    }
}
