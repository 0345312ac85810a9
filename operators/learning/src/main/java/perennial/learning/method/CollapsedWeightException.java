package perennial.learning.method;

/** Says that something to be rescaled has a norm of zero or none at all; a learner takes it for a divergence. */
public final class CollapsedWeightException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    public CollapsedWeightException(String message) {
        super(message);
    }
}
