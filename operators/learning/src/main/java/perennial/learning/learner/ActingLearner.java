package perennial.learning.learner;

/** A learner of the values of actions, which can be acted with beside it. */
public sealed interface ActingLearner extends Learner permits QLearner, StreamQLearner {

    /** What it learns. */
    TaskSpec.ActionValues task();

    /** Values of a policy: the network's parameters, and behind them its {@link #standard}'s if observations are standardised. */
    int policyLength();

    /**
     * Copies what {@link #policyWeights} says without allocating anything.
     *
     * @param target {@link #policyLength} values. Modified: the parameters in the network's own order, then the standard's
     */
    void copyPolicyWeights(float[] target);

    /**
     * The network's outputs for one input, by its present parameters; leaves no trace in what it learns.
     *
     * @param input the scaled history of observations, standardised. Not modified.
     * @param outputs Modified.
     */
    void outputs(float[] input, float[] outputs);

    /** What the next observation is standardised by; it follows what the learner sees. Not to be modified. */
    ObservationStandard standard();
}
