package perennial.learning.optimise;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Parameters;

/** Descent with momentum as PyTorch has it, plain or Nesterov's: v to momentum * v + g; w to w - rate * v. */
public final class Momentum implements Optimiser {

    private final Engine engine;
    private final float momentum;
    private final boolean nesterov;
    private final Buffer velocity;
    private final List<Slot> slots;
    private long steps;

    Momentum(OptimiserSpec.Momentum spec, Parameters parameters, Engine engine) {
        this.engine = engine;
        this.momentum = (float) spec.momentum();
        this.nesterov = spec.nesterov();
        this.velocity = parameters.allocateAlike();
        this.slots = List.of(new Slot("velocity", velocity, 1));
    }

    @Override
    public void step(Buffer values, Buffer gradients, double rate) {
        engine.momentumStep(values, gradients, velocity, (float) rate, momentum, nesterov);
        steps++;
    }

    @Override
    public void move(Part part, double rate, double epsilonFactor) {
        engine.momentumStep(part.values(), part.gradients(), part.slots().get(0), (float) rate, momentum, nesterov);
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
        return false;
    }

    @Override
    public void reset() {
        engine.fill(velocity, 0f);
        steps = 0;
    }
}
