package perennial.environment.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import perennial.environment.EnvironmentException;
import perennial.learning.event.Features;
import perennial.learning.policy.Policy;

/**
 * Acts with the newest policy that a learner published: what to use in a program of one's own that controls something.
 *
 * <pre>{@code
 * try (Agent agent = new Agent(spec, Map.of("bootstrap.servers", "localhost:9092"))) {
 *     while (!agent.follow(Duration.ofSeconds(1))) {}
 *     agent.beginEpisode();
 *     int action = agent.act(observation, 0.01, generator);
 * }
 * }</pre>
 *
 * Not thread-safe.
 */
public final class Agent implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private final AgentSpec spec;
    private final PolicyFeed feed;
    private Policy policy;
    private long version = -1;

    /**
     * An agent that has read what the topic holds of its learner so far.
     *
     * @param client properties of the Kafka client; {@code bootstrap.servers} is needed
     * @throws EnvironmentException if Kafka is not there or lacks the topic
     */
    public Agent(AgentSpec spec, Map<String, ?> client) {
        this.spec = spec;
        this.feed = PolicyFeed.open(spec, "", client, TIMEOUT);
        try {
            feed.catchUp(Long.MAX_VALUE, TIMEOUT);
            load();
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /**
     * Takes over a newer policy if there is one, in the middle of an episode if need be.
     *
     * @param wait how long to wait for anything to come
     * @return whether there is a policy to act with
     * @throws EnvironmentException if Kafka does not let it read the topic any more
     */
    public boolean follow(Duration wait) {
        feed.poll(wait);
        load();
        return policy != null;
    }

    private void load() {
        PolicyFollower.Snapshot newest = feed.follower().takeNewest();
        if (newest != null) {
            policy = Policies.loaded(policy, spec, newest.tensors());
            version = newest.version();
        }
    }

    /** Updates that the learner had made when it had the present policy; -1 while there is none. */
    public long version() {
        return version;
    }

    /** An episode begins: what was seen before is forgotten. */
    public void beginEpisode() {
        present().beginEpisode();
    }

    /**
     * The action for an observation; called once for each step of an episode.
     *
     * @param observation Not modified.
     * @param epsilon probability of a random action
     * @throws IllegalStateException while there is no policy
     */
    public int act(Features observation, double epsilon, UniformRandomProvider generator) {
        return present().act(observation, epsilon, generator);
    }

    private Policy present() {
        if (policy == null) {
            throw new IllegalStateException("there is no policy yet: learner=" + spec.learner() + " topic="
                    + spec.topic() + "; call follow until it says that there is");
        }
        return policy;
    }

    @Override
    public void close() {
        feed.close();
        if (policy != null) {
            policy.close();
        }
    }
}
