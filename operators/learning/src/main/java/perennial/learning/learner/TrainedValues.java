package perennial.learning.learner;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.network.Network;
import perennial.learning.optimise.Optimiser;
import perennial.learning.state.LearnerState;
import perennial.learning.state.RunningValues;
import perennial.learning.state.RunningValuesList;

/**
 * What training changes, together with the last copy of it that was known to be good, to which a diverged learner goes back:
 * parameters and optimiser, a target network, and what methods, interventions and normalisers of observations remember. The
 * snapshots that somebody asks for are copies of the same.
 *
 * <p>A snapshot shares the good copy, which is half of it, and does not hold up training with copying that: once shared, it is not written
 * again but replaced when the next one is kept.
 */
final class TrainedValues {

    private static final String GOOD = "good.";
    private static final String GOOD_RUNNING = "good.runningValues";

    private static final double GREATEST_NORM = Math.sqrt(Float.MAX_VALUE);

    /** Parameters whose norm has grown by more than this since the last good copy are about to diverge, and none to go back to. */
    private static final double GREATEST_GROWTH = 1000;

    private final Engine engine;
    private final Network network;
    private final Optimiser optimiser;
    private final List<String> names = new ArrayList<>();
    private final List<Buffer> live = new ArrayList<>();
    private final List<float[]> good = new ArrayList<>();
    private final RunningValuesList running = new RunningValuesList();
    private final Snapshots snapshots;
    private double[] goodRunning = new double[0];
    private double goodNorm;
    private boolean shared;
    private long goodSteps;

    /**
     * @param snapshots are told of all that goes back
     */
    TrainedValues(Network network, Optimiser optimiser, Snapshots snapshots) {
        this.snapshots = snapshots;
        snapshots.include(running);
        this.engine = network.engine();
        this.network = network;
        this.optimiser = optimiser;
        add("parameters", network.parameters().values());
        for (Optimiser.Slot slot : optimiser.slots()) {
            add("optimiser." + slot.name(), slot.values());
        }
    }

    /** Adds values that go back too. They are saved and restored with the parameters. */
    void add(String name, Buffer values) {
        names.add(name);
        live.add(values);
        good.add(new float[values.length()]);
        snapshots.include(name, values);
    }

    /** Adds values that go back too, and are saved and restored by their owner. */
    void add(RunningValues values) {
        running.add(values);
        goodRunning = new double[running.runningValues()];
    }

    /** Whether every parameter is finite, all are so small that a float holds the square of their norm, and the optimiser is sound. */
    boolean areSound() {
        return engine.norm(network.parameters().values()) <= GREATEST_NORM && optimiser.isSound();
    }

    /** Makes the present values the good copy. */
    void keep() {
        keep(engine.norm(network.parameters().values()));
    }

    /** As {@link #keep}, unless the parameters have grown so fast that the copy before is the better one to go back to. */
    void keepUnlessGrown() {
        double norm = engine.norm(network.parameters().values());
        if (goodNorm == 0 || norm <= GREATEST_GROWTH * goodNorm) {
            keep(norm);
        }
    }

    private void keep(double norm) {
        if (shared) {
            good.replaceAll(values -> new float[values.length]);
            shared = false;
        }
        for (int i = 0; i < live.size(); i++) {
            live.get(i).read(0, good.get(i), 0, good.get(i).length);
        }
        goodNorm = norm;
        goodSteps = optimiser.steps();
        running.writeRunningValues(goodRunning, 0);
    }

    /** Goes back to the good copy. */
    void rollBack() {
        for (int i = 0; i < live.size(); i++) {
            live.get(i).set(good.get(i));
        }
        optimiser.steps(goodSteps);
        running.readRunningValues(goodRunning, 0);
    }

    void save(LearnerState state) {
        for (int i = 0; i < live.size(); i++) {
            state.put(names.get(i), live.get(i).toArray()).put(GOOD + names.get(i), good.get(i));
        }
        shared = true;
        state.put("optimiser.steps", new long[] {optimiser.steps(), goodSteps});
        if (goodRunning.length > 0) {
            state.put(GOOD_RUNNING, goodRunning.clone());
        }
    }

    void restore(LearnerState state) {
        for (int i = 0; i < live.size(); i++) {
            good.set(i, state.floats(GOOD + names.get(i)));
            // Refuses what has another length, and lends the parameters' place to their good copy.
            live.get(i).set(good.get(i));
        }
        shared = true;
        goodNorm = engine.norm(network.parameters().values());
        for (int i = 0; i < live.size(); i++) {
            live.get(i).set(state.floats(names.get(i)));
        }
        optimiser.steps(state.longs("optimiser.steps")[0]);
        goodSteps = state.longs("optimiser.steps")[1];
        if (goodRunning.length > 0) {
            System.arraycopy(state.doubles(GOOD_RUNNING), 0, goodRunning, 0, goodRunning.length);
        }
    }
}
