package perennial.learning.policy;

import org.apache.commons.rng.UniformRandomProvider;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.event.Features;
import perennial.learning.learner.NamedTensors;
import perennial.learning.learner.NetworkWeights;
import perennial.learning.learner.ObservationStandard;
import perennial.learning.learner.TaskSpec;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.value.ValueHead;

/**
 * A network that acts: greedily, or with a probability of a random action.
 *
 * <p>It stacks the last observations of an episode, zeros before the first, and standardises them where its weights say how, so that
 * each step of an environment calls {@link #act} once, whether the action comes out at random or not. Not thread-safe; it owns its
 * engine.
 */
public final class Policy implements AutoCloseable {

    private final TaskSpec.ActionValues task;
    private final Engine engine;
    private final Network network;
    private final ValueHead head;
    private final Buffer input;
    private final ObservationStandard standard;
    private final float[] frames;
    private final float[] standardised;

    /** How many observations of the episode stand in {@link #frames}, at its end. */
    private int seen;

    private final float[] outputs;

    /**
     * A policy with the given weights.
     *
     * @param task shapes of observations and outputs
     * @param weights as {@link perennial.learning.learner.Learner#policyWeights()} gives them. Not modified.
     * @param engine closed by {@link #close()}, or at once if this fails
     * @throws IllegalArgumentException if the weights are not those of such a network
     */
    public Policy(TaskSpec.ActionValues task, NetworkSpec spec, NamedTensors weights, Engine engine) {
        try {
            boolean affine = weights.asMap().keySet().stream().anyMatch(name -> name.endsWith(".scale"));
            this.task = task;
            this.engine = engine;
            this.network = new Network(spec, task.input(), task.networkOutputs(), 1, engine, affine);
            this.head = ValueHead.of(task.head(), task.actions(), 1);
            this.input = engine.allocate(task.inputSize());
            this.frames = new float[task.inputSize()];
            this.standardised = new float[frames.length];
            this.outputs = new float[task.outputs()];
            this.standard = new ObservationStandard(task.observationSize());
            load(weights);
        } catch (RuntimeException failed) {
            engine.close();
            throw failed;
        }
    }

    /** Replaces the weights, in the middle of an episode if need be. */
    public void load(NamedTensors weights) {
        NetworkWeights.into(standard.takeFrom(weights), network);
    }

    /** An episode begins: what was seen before is forgotten. */
    public void beginEpisode() {
        seen = 0;
    }

    /**
     * The action for an observation.
     *
     * @param observation Not modified.
     * @param epsilon probability of a random action
     * @param generator asked once, and again for a random action
     */
    public int act(Features observation, double epsilon, UniformRandomProvider generator) {
        see(observation);
        if (generator.nextDouble() < epsilon) {
            return generator.nextInt(task.actions());
        }
        return greedyAction();
    }

    /** The action with the greatest value for an observation, the first of equals. */
    public int act(Features observation) {
        see(observation);
        return greedyAction();
    }

    /** The greatest value of an action for what was observed last. */
    public double greatestValue() {
        forward();
        return head.greatestValue(outputs, 0);
    }

    private void see(Features observation) {
        int size = task.observationSize();
        if (observation.length() != size) {
            throw new IllegalArgumentException(
                    "an observation has the wrong size: expected=" + size + " found=" + observation.length());
        }
        System.arraycopy(frames, size, frames, 0, frames.length - size);
        observation.writeScaled((float) task.scale(), frames, frames.length - size);
        seen = Math.min(seen + 1, task.history());
    }

    private int greedyAction() {
        forward();
        return head.greedyAction(outputs, 0);
    }

    private void forward() {
        standard.apply(frames, seen, standardised);
        input.set(standardised);
        network.forward(input, 1).read(0, outputs, 0, outputs.length);
    }

    @Override
    public void close() {
        engine.close();
    }
}
