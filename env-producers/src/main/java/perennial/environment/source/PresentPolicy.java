package perennial.environment.source;

import perennial.environment.StateReader;
import perennial.environment.StateWriter;
import perennial.learning.learner.ActingLearner;
import perennial.learning.policy.Policy;

/** The learner's network as it is, from its first record on. Nothing is copied and nothing needs to be saved. */
final class PresentPolicy implements ActingPolicy {

    private final Policy policy;

    PresentPolicy(ActingLearner learner) {
        this.policy = Policy.of(learner);
    }

    @Override
    public Policy after(long records) {
        return records == 0 ? null : policy;
    }

    @Override
    public void save(StateWriter state) {
        // The learner's state has the network.
    }

    @Override
    public void restore(StateReader state) {
        // The learner was restored.
    }

    @Override
    public void close() {
        policy.close();
    }
}
