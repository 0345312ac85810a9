package perennial.learning.learner;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Network;
import perennial.learning.optimise.Optimiser;
import perennial.learning.state.LearnerState;

/**
 * What training changes, parameters and optimiser, together with the last copy of it that was known to be good, to which a
 * diverged learner goes back.
 *
 * <p>A snapshot shares the good copy, which is half of it, and does not hold up training with copying that: once shared, it is not written
 * again but replaced when the next one is kept.
 */
final class TrainedValues {

    private static final double GREATEST_NORM = Math.sqrt(Float.MAX_VALUE);

    private final Engine engine;
    private final Network network;
    private final Optimiser optimiser;
    private final Buffer[] live;
    private final float[][] good;
    private final String[] names;
    private boolean shared;
    private long goodSteps;

    TrainedValues(Network network, Optimiser optimiser) {
        this.engine = network.engine();
        this.network = network;
        this.optimiser = optimiser;
        List<Optimiser.Slot> slots = optimiser.slots();
        this.live = new Buffer[1 + slots.size()];
        this.good = new float[live.length][];
        this.names = new String[live.length];
        live[0] = network.parameters().values();
        names[0] = "parameters";
        for (int i = 0; i < slots.size(); i++) {
            live[i + 1] = slots.get(i).values();
            names[i + 1] = "optimiser." + slots.get(i).name();
        }
        allocateGood();
        keep();
    }

    /** Whether every parameter is finite, and all are so small that a float holds the square of their norm. */
    boolean areSound() {
        return engine.norm(network.parameters().values()) <= GREATEST_NORM;
    }

    private void allocateGood() {
        for (int i = 0; i < good.length; i++) {
            good[i] = new float[live[i].length()];
        }
        shared = false;
    }

    /** Makes the present values the good copy. */
    void keep() {
        if (shared) {
            allocateGood();
        }
        for (int i = 0; i < live.length; i++) {
            live[i].read(0, good[i], 0, good[i].length);
        }
        goodSteps = optimiser.steps();
    }

    /** Goes back to the good copy. */
    void rollBack() {
        for (int i = 0; i < live.length; i++) {
            live[i].set(good[i]);
        }
        optimiser.steps(goodSteps);
    }

    void save(LearnerState state) {
        for (int i = 0; i < live.length; i++) {
            state.put(names[i], live[i].toArray()).put("good." + names[i], good[i]);
        }
        shared = true;
        state.put("optimiser.steps", new long[] {optimiser.steps(), goodSteps});
    }

    void restore(LearnerState state) {
        for (int i = 0; i < live.length; i++) {
            live[i].set(state.floats(names[i]));
            good[i] = state.floats("good." + names[i]);
            if (good[i].length != live[i].length()) {
                throw new IllegalArgumentException("the state's good copy must be as long as what is trained: name="
                        + names[i] + " expected=" + live[i].length() + " found=" + good[i].length);
            }
        }
        shared = true;
        optimiser.steps(state.longs("optimiser.steps")[0]);
        goodSteps = state.longs("optimiser.steps")[1];
    }
}
