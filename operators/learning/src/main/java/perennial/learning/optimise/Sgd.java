package perennial.learning.optimise;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;

/** Stochastic gradient descent: w to w - rate * g. */
public final class Sgd implements Optimiser {

    private final Engine engine;
    private long steps;

    Sgd(Engine engine) {
        this.engine = engine;
    }

    @Override
    public void step(Buffer values, Buffer gradients, double rate) {
        engine.addScaled(gradients, (float) -rate, values);
        steps++;
    }

    @Override
    public void move(Part part, double rate, double epsilonFactor) {
        engine.addScaled(part.gradients(), (float) -rate, part.values());
    }

    @Override
    public void beginStep() {
        steps++;
    }

    @Override
    public List<Slot> slots() {
        return List.of();
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
        steps = 0;
    }
}
