package perennial.learning.learner;

/** Where a learner's findings go. Every argument belongs to the receiver. */
public interface LearnerOutput {

    void report(Report report);

    void taskSummary(TaskSummary summary);

    /** Called only where predictions are switched on. */
    default void prediction(Prediction prediction) {}

    /** Called as an update passes; whatever is done here is part of the update's cost. */
    default void passes(UpdatePoint point) {}
}
