package perennial.jobs.dashboard;

import java.util.Collection;
import java.util.Set;

/**
 * What a page shows and so wants to be told of.
 *
 * @param learners names of learners; empty for all
 * @param metrics definition ids of metrics
 */
record Subscription(Set<String> learners, Set<String> metrics) {

    Subscription(Collection<String> learners, Collection<String> metrics) {
        this(Set.copyOf(learners), Set.copyOf(metrics));
    }

    boolean wants(LearnerHistory learner) {
        return learners.isEmpty() || learners.contains(learner.name());
    }

    boolean wants(SeriesKey series) {
        return metrics.contains(series.metric());
    }
}
