package perennial.learning.optimise;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Parameters;

/**
 * Adam (Kingma and Ba 2015), bias-corrected and with epsilon outside the root; with a weight decay it is AdamW (Loshchilov
 * and Hutter 2019), which as in PyTorch decays every parameter, scales and biases too.
 *
 * <p>It can count steps for each parameter (AdamGnT of Dohare et al. 2024). Then it keeps no counts t but the corrections 1 -
 * beta^t themselves, which are the running means of ones: setting all slots of a parameter to 0 makes it begin anew.
 */
public final class Adam implements Optimiser {

    private final Engine engine;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;
    private final Buffer firstCorrection;
    private final Buffer secondCorrection;
    private final List<Slot> slots;
    private final List<Buffer> slotValues;
    private long steps;
    private double epsilonFactor = 1;

    /** @param stepsPerParameter whether each parameter has a step count of its own */
    Adam(
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            Parameters parameters,
            Engine engine,
            boolean stepsPerParameter) {
        this.engine = engine;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
        this.firstCorrection = stepsPerParameter ? parameters.allocateAlike() : null;
        this.secondCorrection = stepsPerParameter ? parameters.allocateAlike() : null;
        List<Slot> all = new ArrayList<>();
        all.add(new Slot("firstMoment", parameters.allocateAlike(), 1));
        all.add(new Slot("secondMoment", parameters.allocateAlike(), 2));
        if (stepsPerParameter) {
            all.add(new Slot("firstCorrection", firstCorrection, 0));
            all.add(new Slot("secondCorrection", secondCorrection, 0));
        }
        this.slots = List.copyOf(all);
        this.slotValues = slots.stream().map(Slot::values).toList();
    }

    @Override
    public void step(Buffer values, Buffer gradients, double rate) {
        beginStep();
        move(values, gradients, slotValues, rate, 1);
    }

    @Override
    public void move(Part part, double rate, double epsilonFactor) {
        move(part.values(), part.gradients(), part.slots(), rate, epsilonFactor);
    }

    @Override
    public void beginStep() {
        steps++;
    }

    private void move(Buffer values, Buffer gradients, List<Buffer> memory, double rate, double factor) {
        if (firstCorrection != null) {
            engine.adamStepCountedApart(
                    values,
                    gradients,
                    memory.get(0),
                    memory.get(1),
                    memory.get(2),
                    memory.get(3),
                    rate,
                    beta1,
                    beta2,
                    factor * epsilonFactor * epsilon,
                    weightDecay);
        } else {
            engine.adamStep(
                    values,
                    gradients,
                    memory.get(0),
                    memory.get(1),
                    steps,
                    rate,
                    beta1,
                    beta2,
                    factor * epsilonFactor * epsilon,
                    weightDecay);
        }
    }

    /** Sets what epsilon is multiplied by from the next step on. */
    public void epsilonFactor(double factor) {
        epsilonFactor = factor;
    }

    /**
     * Counts the steps of every parameter from 0 again and keeps the moments, as ReDo in PyTorch does.
     *
     * @throws IllegalStateException if steps are not counted for each parameter
     */
    public void restartSteps() {
        if (firstCorrection == null) {
            throw new IllegalStateException("steps are counted for all parameters together: stepsPerParameter=false");
        }
        engine.fill(firstCorrection, 0f);
        engine.fill(secondCorrection, 0f);
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
        for (Slot slot : slots) {
            engine.fill(slot.values(), 0f);
        }
        steps = 0;
    }
}
