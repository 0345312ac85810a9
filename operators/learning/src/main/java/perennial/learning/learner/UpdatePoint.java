package perennial.learning.learner;

/** A point that every update passes: somebody outside may take the time there, since a learner reads no clock. */
public enum UpdatePoint {
    /** The batch is chosen, and nothing is computed yet. */
    BEGUN,
    /** The optimiser has made its step, and the method is about to do what it does to the weights. */
    STEPPED,
    /** The method has done so. */
    PROJECTED,
    /** All is done, a report and a target network's copy included. Passed by an update that was discarded, too. */
    ENDED
}
