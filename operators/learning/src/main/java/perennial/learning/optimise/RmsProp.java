package perennial.learning.optimise;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Parameters;

/**
 * RMSProp as PyTorch has it: step rate * g / (sqrt(s) + epsilon), s the running mean of g^2, less the squared running mean of
 * g where it is centred.
 */
public final class RmsProp implements Optimiser {

    private final Engine engine;
    private final float decay;
    private final float epsilon;
    private final Buffer squareMean;
    private final Buffer gradientMean;
    private final List<Slot> slots;
    private long steps;

    RmsProp(OptimiserSpec.RmsProp spec, Parameters parameters, Engine engine) {
        this.engine = engine;
        this.decay = (float) spec.decay();
        this.epsilon = (float) spec.epsilon();
        this.squareMean = parameters.allocateAlike();
        this.gradientMean = spec.centred() ? parameters.allocateAlike() : null;
        List<Slot> all = new ArrayList<>();
        all.add(new Slot("squareMean", squareMean, 2));
        if (gradientMean != null) {
            all.add(new Slot("gradientMean", gradientMean, 1));
        }
        this.slots = List.copyOf(all);
    }

    @Override
    public void step(Buffer values, Buffer gradients, double rate) {
        engine.rmsPropStep(values, gradients, squareMean, gradientMean, (float) rate, decay, epsilon);
        steps++;
    }

    @Override
    public void move(Part part, double rate, double epsilonFactor) {
        engine.rmsPropStep(
                part.values(),
                part.gradients(),
                part.slots().get(0),
                gradientMean == null ? null : part.slots().get(1),
                (float) rate,
                decay,
                (float) (epsilonFactor * epsilon));
    }

    @Override
    public void beginStep() {
        steps++;
    }

    @Override
    public List<Slot> slots() {
        return slots;
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public void steps(long steps) {
        this.steps = steps;
    }

    @Override
    public boolean isScaleFree() {
        return true;
    }

    @Override
    public void reset() {
        engine.fill(squareMean, 0f);
        if (gradientMean != null) {
            engine.fill(gradientMean, 0f);
        }
        steps = 0;
    }
}
