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
public final class Adam extends PartwiseOptimiser {

    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;
    private final boolean stepsPerParameter;
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
        super(slots(parameters, stepsPerParameter), engine);
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
        this.stepsPerParameter = stepsPerParameter;
    }

    private static List<Slot> slots(Parameters parameters, boolean stepsPerParameter) {
        List<Slot> all = new ArrayList<>();
        all.add(new Slot("firstMoment", parameters.allocateAlike(), 1));
        all.add(new Slot("secondMoment", parameters.allocateAlike(), 2));
        if (stepsPerParameter) {
            all.add(new Slot("firstCorrection", parameters.allocateAlike(), 0));
            all.add(new Slot("secondCorrection", parameters.allocateAlike(), 0));
        }
        return all;
    }

    @Override
    void move(Buffer values, Buffer gradients, List<Buffer> memory, double rate, double factor) {
        if (stepsPerParameter) {
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
                    steps(),
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
        if (!stepsPerParameter) {
            throw new IllegalStateException("steps are counted for all parameters together: stepsPerParameter=false");
        }
        engine.fill(slots().get(2).values(), 0f);
        engine.fill(slots().get(3).values(), 0f);
    }

    @Override
    public boolean isScaleFree() {
        return true;
    }
}
