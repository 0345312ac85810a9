package perennial.environment.actor;

import perennial.learning.policy.EpsilonSchedule;

/**
 * What makes an actor, its environment and its policies aside.
 *
 * @param stream stream that its records belong to
 * @param number number among the stream's actors; actor 0 announces changes of the environment
 * @param seed seed of its random actions, which depend on the actor's number too
 * @param epsilon probability of a random action over the actor's steps
 * @param history observations that make one input of the policy, the present one included
 */
public record ActorSpec(String stream, int number, long seed, EpsilonSchedule epsilon, int history) {

    public ActorSpec {
        if (stream.isBlank() || number < 0 || history < 1) {
            throw new IllegalArgumentException(
                    "an actor needs a stream, a number of 0 or more and a history of 1 or more: stream=" + stream
                            + " number=" + number + " history=" + history);
        }
    }
}
