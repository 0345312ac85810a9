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
 */
final class TrainedValues {

    private static final double GREATEST_NORM = Math.sqrt(Float.MAX_VALUE);

    private final Engine engine;
    private final Network network;
    private final Optimiser optimiser;
    private final Buffer[] live;
    private final Buffer[] good;
    private final String[] names;
    private long goodSteps;

    TrainedValues(Network network, Optimiser optimiser) {
        this.engine = network.engine();
        this.network = network;
        this.optimiser = optimiser;
        List<Optimiser.Slot> slots = optimiser.slots();
        this.live = new Buffer[1 + slots.size()];
        this.good = new Buffer[live.length];
        this.names = new String[live.length];
        live[0] = network.parameters().values();
        names[0] = "parameters";
        for (int i = 0; i < slots.size(); i++) {
            live[i + 1] = slots.get(i).values();
            names[i + 1] = "optimiser." + slots.get(i).name();
        }
        for (int i = 0; i < good.length; i++) {
            good[i] = network.parameters().allocateAlike();
        }
        keep();
    }

    /** Whether every parameter is finite, and all are so small that a float holds the square of their norm. */
    boolean areSound() {
        return engine.norm(network.parameters().values()) <= GREATEST_NORM;
    }

    /** What is trained goes into snapshots. */
    void includeIn(Snapshots snapshots) {
        for (int i = 0; i < live.length; i++) {
            snapshots.include(names[i], live[i]);
        }
    }

    /** Makes the present values the good copy. */
    void keep() {
        for (int i = 0; i < live.length; i++) {
            engine.copy(live[i], good[i]);
        }
        goodSteps = optimiser.steps();
    }

    /** Goes back to the good copy. */
    void rollBack() {
        for (int i = 0; i < live.length; i++) {
            engine.copy(good[i], live[i]);
        }
        optimiser.steps(goodSteps);
    }

    void save(LearnerState state) {
        for (int i = 0; i < live.length; i++) {
            state.put(names[i], live[i].toArray()).put("good." + names[i], good[i].toArray());
        }
        state.put("optimiser.steps", new long[] {optimiser.steps(), goodSteps});
    }

    void restore(LearnerState state) {
        for (int i = 0; i < live.length; i++) {
            live[i].set(state.floats(names[i]));
            good[i].set(state.floats("good." + names[i]));
        }
        optimiser.steps(state.longs("optimiser.steps")[0]);
        goodSteps = state.longs("optimiser.steps")[1];
    }
}
