package perennial.learning.policy;

import java.util.function.Consumer;
import org.apache.commons.rng.UniformRandomProvider;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.event.Features;
import perennial.learning.learner.ActingLearner;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.learner.NamedTensors;
import perennial.learning.learner.NetworkWeights;
import perennial.learning.learner.ObservationStandard;
import perennial.learning.learner.TaskSpec;
import perennial.learning.network.Network;
import perennial.learning.network.NetworkSpec;
import perennial.learning.network.WeightForm;
import perennial.learning.value.ValueHead;

/**
 * A network that acts: greedily, or with a probability of a random action.
 *
 * <p>It stacks the last observations of an episode, zeros before the first, and standardises them where its weights say how, so that
 * each step of an environment calls {@link #act} once, whether the action comes out at random or not. Not thread-safe; it owns its engine.
 */
public final class Policy implements AutoCloseable {

    /** What says the values of actions. */
    @FunctionalInterface
    private interface Outputs {

        /** Writes the outputs for one input. {@code outputs} is modified. */
        void of(float[] input, float[] outputs);
    }

    private final TaskSpec.ActionValues task;
    private final ValueHead head;
    private final Outputs function;
    private final ObservationStandard standard;
    private final float[] frames;
    private final float[] standardised;

    /** How many observations of the episode stand in {@link #frames}, at its end. */
    private int seen;

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
    public Policy(TaskSpec.ActionValues task, NetworkSpec spec, NamedTensors weights, Engine engine) {
        this(
                task,
                spec,
                weights.asMap().keySet().stream().anyMatch(name -> name.endsWith(".scale"))
                        ? WeightForm.WITH_AFFINE
                        : WeightForm.WITHOUT_AFFINE,
                engine,
                policy -> policy.load(weights));
    }

    /**
     * A policy that has a learner's network and none of its weights, until they are {@linkplain #load(float[]) loaded}.
     *
     * @param spec of a learner whose task is one of action values
     * @param engine closed by {@link #close()}, or at once if this fails
     */
    public Policy(LearnerSpec spec, Engine engine) {
        this((TaskSpec.ActionValues) spec.task(), spec.network(), spec.weightForm(), engine, policy -> {});
    }

    private Policy(
            TaskSpec.ActionValues task, NetworkSpec spec, WeightForm form, Engine engine, Consumer<Policy> weights) {
        try {
            this.task = task;
            this.engine = engine;
            this.network = new Network(spec, task.input(), task.networkOutputs(), 1, engine, form);
            this.head = ValueHead.of(task.head(), task.actions(), 1);
            this.standard = new ObservationStandard(task.observationSize());
            this.frames = new float[task.inputSize()];
            this.standardised = new float[frames.length];
            this.outputs = new float[task.outputs()];
            Buffer inputBuffer = engine.allocate(task.inputSize());
            this.function = (input, target) -> {
                inputBuffer.write(0, input, 0, input.length);
                network.forward(inputBuffer, 1).read(0, target, 0, target.length);
            };
            weights.accept(this);
        } catch (RuntimeException failed) {
            engine.close();
            throw failed;
        }
    }

    private Policy(TaskSpec.ActionValues task, ObservationStandard standard, Outputs function) {
        this.task = task;
        this.standard = standard;
        this.engine = null;
        this.network = null;
        this.head = ValueHead.of(task.head(), task.actions(), 1);
        this.frames = new float[task.inputSize()];
        this.standardised = new float[frames.length];
        this.outputs = new float[task.outputs()];
        this.function = function;
    }

    /**
     * A policy that acts with the very network that a learner trains, as it is at each step: nothing is copied.
     *
     * @param learner not closed with the policy
     */
    public static Policy of(ActingLearner learner) {
        return new Policy(learner.task(), learner.standard(), learner::outputs);
    }

    /** Replaces the weights, in the middle of an episode if need be. */
    public void load(NamedTensors weights) {
        NetworkWeights.into(standard.takeFrom(weights), ownNetwork());
    }

    /**
     * Replaces the weights, in the middle of an episode if need be.
     *
     * @param weights as {@link ActingLearner#copyPolicyWeights} gives them. Not modified.
     */
    public void load(float[] weights) {
        int parameters = ownNetwork().parameters().length();
        standard.read(weights, parameters);
        network.parameters().values().write(0, weights, 0, parameters);
    }

    private Network ownNetwork() {
        if (network == null) {
            throw new IllegalStateException("a policy that acts with its learner's network has no weights to replace");
        }
        return network;
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
        function.of(standardised, outputs);
    }

    /** Frees the policy's own network; a learner's stays. */
    @Override
    public void close() {
        if (engine != null) {
            engine.close();
        }
    }
}
