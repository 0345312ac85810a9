package perennial.learning.optimise;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Parameters;

/**
 * Adam (Kingma and Ba 2015), bias-corrected and with epsilon outside the root; with a weight decay it is AdamW (Loshchilov
 * and Hutter 2019), which as in PyTorch decays every parameter, scales and biases too.
 */
public final class Adam implements Optimiser {

    private final Engine engine;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;
    private final Buffer firstMoment;
    private final Buffer secondMoment;
    private final List<Slot> slots;
    private long steps;
    private double epsilonFactor = 1;

    Adam(double beta1, double beta2, double epsilon, double weightDecay, Parameters parameters, Engine engine) {
        this.engine = engine;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
        this.firstMoment = parameters.allocateAlike();
        this.secondMoment = parameters.allocateAlike();
        this.slots = List.of(new Slot("firstMoment", firstMoment, 1), new Slot("secondMoment", secondMoment, 2));
    }

    @Override
    public void step(Buffer values, Buffer gradients, double rate) {
        steps++;
        engine.adamStep(
                values,
                gradients,
                firstMoment,
                secondMoment,
                steps,
                rate,
                beta1,
                beta2,
                epsilonFactor * epsilon,
                weightDecay);
    }

    /** Sets what epsilon is multiplied by from the next step on. */
    public void epsilonFactor(double factor) {
        epsilonFactor = factor;
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
        engine.fill(firstMoment, 0f);
        engine.fill(secondMoment, 0f);
        steps = 0;
    }
}
