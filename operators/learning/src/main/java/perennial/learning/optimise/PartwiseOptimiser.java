package perennial.learning.optimise;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;

/** An optimiser that moves each parameter by itself, so that a step can be made in parts with rates of their own. */
public abstract sealed class PartwiseOptimiser extends SlotOptimiser permits Sgd, Momentum, Adam, RmsProp {

    private final List<Buffer> slotValues;

    PartwiseOptimiser(List<Slot> slots, Engine engine) {
        super(slots, engine);
        this.slotValues = slots.stream().map(Slot::values).toList();
    }

    /**
     * A stretch of the parameters, with its gradients and its stretch of each slot.
     *
     * @param slots in the order of {@link #slots()}
     */
    public record Part(Buffer values, Buffer gradients, List<Buffer> slots) {}

    /** The part of {@code length} parameters from {@code offset} on. */
    public final Part part(Buffer values, Buffer gradients, int offset, int length) {
        return new Part(
                values.view(offset, length),
                gradients.view(offset, length),
                slots().stream().map(slot -> slot.values().view(offset, length)).toList());
    }

    @Override
    public final void step(Buffer values, Buffer gradients, double rate) {
        beginStep();
        move(values, gradients, slotValues, rate, 1);
    }

    /** Counts a step that is made in parts. */
    public final void beginStep() {
        countStep();
    }

    /**
     * Moves a part of the parameters as {@link #step} would, at a rate and an epsilon of their own. A step in parts is one {@link
     * #beginStep} and then this for each part.
     *
     * @param part the part. Its values and slots are modified.
     * @param epsilonFactor what the optimiser's epsilon is multiplied by, if it has one
     */
    public final void move(Part part, double rate, double epsilonFactor) {
        move(part.values(), part.gradients(), part.slots(), rate, epsilonFactor);
    }

    /**
     * Moves parameters by the step that is being made.
     *
     * @param values the parameters. Modified.
     * @param gradients their gradients. Not modified.
     * @param memory their stretch of each slot, in the order of {@link #slots()}. Modified.
     * @param epsilonFactor what epsilon is multiplied by, if there is one
     */
    abstract void move(Buffer values, Buffer gradients, List<Buffer> memory, double rate, double epsilonFactor);
}
