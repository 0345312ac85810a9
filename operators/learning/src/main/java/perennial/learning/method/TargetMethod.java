package perennial.learning.method;

import perennial.learning.state.LearnerState;
import perennial.learning.state.RunningValues;

/** What a {@link Method} does to a target network, which is never trained but goes forward in training. */
public sealed interface TargetMethod extends RunningValues permits SpectralTarget, TargetMethod.None {

    /** The target method of a method that acts on parameters only. */
    TargetMethod NONE = new None();

    /** Called before each training pass of the target network. */
    void beforeForward();

    /** Called when the target network has taken over the trained network's weights, wholly or in part. */
    void follow();

    /** Puts what it remembers. */
    void save(LearnerState state);

    /** Goes on from what {@link #save} put. */
    void restore(LearnerState state);

    /** Nothing. */
    record None() implements TargetMethod {
        @Override
        public void beforeForward() {}

        @Override
        public void follow() {}

        @Override
        public void save(LearnerState state) {}

        @Override
        public void restore(LearnerState state) {}
    }
}
