package perennial.learning.learner;

import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;
import perennial.learning.optimise.Obgd;
import perennial.learning.value.ValueHead;

/**
 * One update of Stream Q(lambda) (Elsayed et al. 2024) from one transition. Training passes come in this order: the network on the next
 * input, unless the state is terminal; the network on the input.
 *
 * <pre>
 * error = r + discount max_a' q(s', a') - q(s, a)          r alone after a terminal state
 * z = discount lambda z + gradient of -q(s, a)             then a step of {@link Obgd} along error z
 * </pre>
 *
 * <p>The traces go where what follows is no longer to be laid to them: after an action that was not greedy, at an episode's end, and
 * after an update that was discarded. An action is greedy if the network gives it the greatest value now, before the update. This
 * holds it against an action of an older policy, too, that the network would no longer choose: its trajectory is not that of the policy
 * whose values are learned (Watkins' cut).
 */
final class StreamQUpdate {

    private final TaskSpec.StreamQ task;
    private final Training training;
    private final Obgd optimiser;
    private final ValueHead head;
    private final Buffer inputs;
    private final Buffer outputGradient;
    private final float[] outputs;
    private final float[] gradient;

    StreamQUpdate(LearnerSpec spec, Training training, Engine engine) {
        this.task = (TaskSpec.StreamQ) spec.task();
        this.training = training;
        this.optimiser = (Obgd) training.optimiser();
        this.head = ValueHead.of(task.head(), task.actions(), 1);
        this.inputs = engine.allocate(task.inputSize());
        this.outputGradient = engine.allocate(task.outputs());
        this.outputs = new float[task.outputs()];
        this.gradient = new float[outputs.length];
    }

    /**
     * One update.
     *
     * @param experience its transition from input to next. Not modified.
     * @param isTerminal whether the next input is of a state without a value
     * @param endsEpisode whether the episode is over, terminal or not
     * @return whether the update was made, and not discarded
     */
    boolean update(Experience experience, boolean isTerminal, boolean endsEpisode, LearnerOutput output) {
        double target = experience.reward;
        if (!isTerminal) {
            forward(experience.next);
            target += task.discount() * head.greatestValue(outputs, 0);
        }
        forward(experience.input);
        boolean isGreedy = head.greedyAction(outputs, 0) == experience.action;
        double error = target - outputs[experience.action];
        gradient[experience.action] = -1f;
        outputGradient.set(gradient);
        gradient[experience.action] = 0f;
        optimiser.follow(error, task.discount() * task.lambda());
        boolean made = training.update(1, error * error, outputGradient, Double.NaN, Math.abs(error), output);
        if (!made || !isGreedy || endsEpisode) {
            clearTrace();
        }
        return made;
    }

    /** What comes does not follow from what came before. */
    void clearTrace() {
        optimiser.clearTrace();
    }

    private void forward(float[] input) {
        inputs.set(input);
        training.forward(inputs, 1).read(0, outputs, 0, outputs.length);
    }

    /** Sends an input through the network without a trace. {@code values} is modified: one value per action. */
    void evaluate(float[] input, float[] values) {
        inputs.set(input);
        training.evaluate(inputs, 1).read(0, values, 0, values.length);
    }

    /** Sends an input through the network without a trace, to be measured. */
    void evaluate(float[] input) {
        evaluate(input, outputs);
    }
}
