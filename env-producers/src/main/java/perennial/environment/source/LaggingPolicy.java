package perennial.environment.source;

import java.util.ArrayDeque;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;
import perennial.learning.engine.Engines;
import perennial.learning.learner.ActingLearner;
import perennial.learning.learner.LearnerSpec;
import perennial.learning.policy.Policy;

/**
 * The newest of the policies that the learner had put out a given number of records ago: those that actors over Kafka act
 * with in lockstep. The learner puts one out at its first record and then every few updates; those not yet due wait here.
 * Their arrays are used again.
 */
final class LaggingPolicy implements ActingPolicy {

    /** Weights, and the records that the learner had taken in when it had them. */
    private static final class Published {
        private long position;
        private final float[] weights;

        Published(int length) {
            weights = new float[length];
        }
    }

    private final ActingLearner learner;
    private final LearnerSpec spec;
    private final String engine;
    private final long maxLead;
    private final long policyEvery;
    private final ArrayDeque<Published> waiting = new ArrayDeque<>();
    private final ArrayDeque<Published> unused = new ArrayDeque<>();

    private Policy policy;
    private Published acting;
    private long updates;

    /**
     * @param maxLead records that a policy waits before it is acted with
     * @param policyEvery updates from one policy to the next
     * @param engine engine that the policy computes with: auto, cpu or nd4j
     */
    LaggingPolicy(ActingLearner learner, LearnerSpec spec, long maxLead, long policyEvery, String engine) {
        this.learner = learner;
        this.spec = spec;
        this.maxLead = maxLead;
        this.policyEvery = policyEvery;
        this.engine = engine;
    }

    @Override
    public Policy after(long records) {
        long updatesBefore = updates;
        updates = learner.updates();
        if (records == 1 || updates / policyEvery > updatesBefore / policyEvery) {
            Published newest = unused();
            newest.position = records;
            learner.copyPolicyWeights(newest.weights);
            waiting.add(newest);
        }
        Published due = null;
        while (!waiting.isEmpty() && waiting.peek().position <= records - maxLead) {
            release(due);
            due = waiting.poll();
        }
        if (due != null) {
            release(acting);
            act(due);
        }
        return policy;
    }

    private Published unused() {
        Published published = unused.poll();
        return published == null ? new Published(learner.policyLength()) : published;
    }

    private void release(Published published) {
        if (published != null) {
            unused.add(published);
        }
    }

    private void act(Published due) {
        if (policy == null) {
            policy = new Policy(spec, Engines.create(engine));
        }
        policy.load(due.weights);
        acting = due;
    }

    @Override
    public void save(StateWriter state) {
        state.put(updates).put(acting != null);
        if (acting != null) {
            put(acting, state);
        }
        state.put(waiting.size());
        for (Published published : waiting) {
            put(published, state);
        }
    }

    private static void put(Published published, StateWriter state) {
        state.put(published.position).put(published.weights, published.weights.length);
    }

    @Override
    public void restore(StateReader state) {
        updates = state.longInteger();
        if (state.flag()) {
            act(published(state));
        }
        waiting.clear();
        for (int count = state.integer(); count > 0; count--) {
            waiting.add(published(state));
        }
    }

    private Published published(StateReader state) {
        long position = state.longInteger();
        float[] weights = state.floats();
        Published published = new Published(learner.policyLength());
        if (weights.length != published.weights.length) {
            throw new IllegalArgumentException("the state must be of policies of the same network: parameters="
                    + published.weights.length + " saved=" + weights.length);
        }
        published.position = position;
        System.arraycopy(weights, 0, published.weights, 0, weights.length);
        return published;
    }

    @Override
    public void close() {
        if (policy != null) {
            policy.close();
        }
    }
}
