package perennial.learning.policy;

import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.commons.rng.UniformRandomProvider;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.event.Features;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.NamedTensors;
import perennial.learning.learner.NetworkWeights;
import perennial.learning.learner.QLearner;
import perennial.learning.learner.TaskSpec;
import perennial.learning.method.Method;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.WeightForm;
import perennial.learning.value.ValueHead;

/**
 * A network that acts: greedily, or with a probability of a random action.
 *
 * <p>It stacks the last observations of an episode as replay memory does, zeros before the first, so that each step of an
 * environment calls {@link #act} once, whether the action comes out at random or not. Not thread-safe; it owns its engine.
 */
public final class Policy implements AutoCloseable {

    /** What says the values of actions. */
    @FunctionalInterface
    private interface Outputs {

        /** Writes the outputs for one input. {@code outputs} is modified. */
        void of(float[] input, float[] outputs);
    }

    private final TaskSpec.Reinforcement task;
    private final ValueHead head;
    private final Outputs function;
    private final float[] frames;
    private final float[] outputs;

    /** Null where the network is a learner's, and so is its engine. */
    private final Network network;

    private final Engine engine;

    /**
     * A policy with the given weights.
     *
     * @param task shapes of observations and outputs
     * @param weights as {@link perennial.learning.learner.Learner#policyWeights()} gives them. Not modified.
     * @param engine closed by {@link #close()}, or at once if this fails
     * @throws IllegalArgumentException if the weights are not those of such a network
     */
    public Policy(TaskSpec.Reinforcement task, NetworkSpec spec, NamedTensors weights, Engine engine) {
        this(
                task,
                spec,
                weights.asMap().keySet().stream().anyMatch(name -> name.endsWith(".scale"))
                        ? WeightForm.WITH_AFFINE
                        : WeightForm.WITHOUT_AFFINE,
                engine,
                network -> NetworkWeights.into(weights, network));
    }

    /**
     * A policy that has a learner's network and none of its weights, until they are {@linkplain #load(float[]) loaded}.
     *
     * @param spec of a learner whose task is reinforcement
     * @param engine closed by {@link #close()}, or at once if this fails
     */
    public Policy(LearnerSpec spec, Engine engine) {
        this((TaskSpec.Reinforcement) spec.task(), spec.network(), Method.formOf(spec.method()), engine, network -> {});
    }

    private Policy(
            TaskSpec.Reinforcement task, NetworkSpec spec, WeightForm form, Engine engine, Consumer<Network> weights) {
        try {
            this.task = task;
            this.engine = engine;
            this.network = new Network(spec, task.input(), task.outputs(), 1, engine, form);
            this.head = ValueHead.of(task.head(), task.actions(), 1);
            this.frames = new float[task.inputSize()];
            this.outputs = new float[task.outputs()];
            Buffer inputBuffer = engine.allocate(task.inputSize());
            this.function = (input, target) -> {
                inputBuffer.write(0, input, 0, input.length);
                network.forward(inputBuffer, 1).read(0, target, 0, target.length);
            };
            weights.accept(network);
        } catch (RuntimeException failed) {
            engine.close();
            throw failed;
        }
    }

    private Policy(TaskSpec.Reinforcement task, Outputs function) {
        this.task = task;
        this.engine = null;
        this.network = null;
        this.head = ValueHead.of(task.head(), task.actions(), 1);
        this.frames = new float[task.inputSize()];
        this.outputs = new float[task.outputs()];
        this.function = function;
    }

    /**
     * A policy that acts with the very network that a learner trains, as it is at each step: nothing is copied.
     *
     * @param learner not closed with the policy
     */
    public static Policy of(QLearner learner) {
        return new Policy(learner.task(), learner::outputs);
    }

    /** Replaces the weights, in the middle of an episode if need be. */
    public void load(NamedTensors weights) {
        NetworkWeights.into(weights, ownNetwork());
    }

    /**
     * Replaces the weights, in the middle of an episode if need be.
     *
     * @param weights as {@link QLearner#copyPolicyWeights} gives them. Not modified.
     */
    public void load(float[] weights) {
        ownNetwork().parameters().values().set(weights);
    }

    private Network ownNetwork() {
        if (network == null) {
            throw new IllegalStateException("a policy that acts with its learner's network has no weights to replace");
        }
        return network;
    }

    /** An episode begins: what was seen before is forgotten. */
    public void beginEpisode() {
        Arrays.fill(frames, 0f);
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
    }

    private int greedyAction() {
        forward();
        return head.greedyAction(outputs, 0);
    }

    private void forward() {
        function.of(frames, outputs);
    }

    /** Frees the policy's own network; a learner's stays. */
    @Override
    public void close() {
        if (engine != null) {
            engine.close();
        }
    }
}
