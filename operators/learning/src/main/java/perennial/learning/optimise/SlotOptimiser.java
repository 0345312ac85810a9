package perennial.learning.optimise;

import java.util.List;
import perennial.learning.engine.Engine;

/** What all optimisers are: slots, and a count of the steps made. */
abstract sealed class SlotOptimiser implements Optimiser permits PartwiseOptimiser, Obgd {

    final Engine engine;
    private final List<Slot> slots;
    private long steps;

    SlotOptimiser(List<Slot> slots, Engine engine) {
        this.engine = engine;
        this.slots = List.copyOf(slots);
    }

    /** Counts one more step. */
    final void countStep() {
        steps++;
    }

    @Override
    public final List<Slot> slots() {
        return slots;
    }

    @Override
    public final long steps() {
        return steps;
    }

    @Override
    public final void steps(long steps) {
        this.steps = steps;
    }

    @Override
    public final void reset() {
        for (Slot slot : slots) {
            engine.fill(slot.values(), 0f);
        }
        steps = 0;
    }
}
