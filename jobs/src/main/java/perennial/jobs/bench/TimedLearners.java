package perennial.jobs.bench;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import perennial.learning.learner.Learner;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.state.LearnerState;
import perennial.streaming.learn.LearnerFactory;

/**
 * Learners that tell when they have made how many updates. The learners of a job are made from a copy of this, so what they tell goes through
 * a place that the whole process shares.
 *
 * @param learners makes them
 */
record TimedLearners(LearnerFactory learners) implements LearnerFactory {

    /** By the learner's name. */
    private static final Map<String, Span> SPANS = new ConcurrentHashMap<>();

    /** From now on, learners of that name tell {@code span}. */
    static void time(String learner, Span span) {
        SPANS.put(learner, span);
    }

    @Override
    public Learner make(LearnerSpec spec, LearnerState state) {
        Learner learner = learners.make(spec, state);
        Span span = SPANS.get(spec.name());
        return span == null ? learner : new TimedLearner(learner, span);
    }
}
