package perennial.environment.actor;

import java.util.function.IntFunction;
import perennial.environment.Environment;
import perennial.environment.EnvironmentException;
import perennial.learning.learner.TaskSpec;
import perennial.learning.policy.EpsilonSchedule;

/**
 * The actors of a stream and their environments.
 *
 * @param stream name of the stream
 * @param actors number of actors
 * @param environments creates the environment of an actor by its number, the same at each call; changes of the environment are
 *     announced where the one of actor 0 has them
 * @param seed seed of the random actions
 * @param epsilon probability of a random action, over the steps of each actor
 * @param stepsPerActor steps after which an actor is done; 0 for never
 * @param task what is learned from them
 */
public record TeamSpec(
        String stream,
        int actors,
        IntFunction<Environment> environments,
        long seed,
        EpsilonSchedule epsilon,
        long stepsPerActor,
        TaskSpec.ActionValues task) {

    public TeamSpec {
        if (stream.isBlank() || actors < 1 || stepsPerActor < 0) {
            throw new EnvironmentException(
                    "a stream of transitions needs a name, at least one actor and steps of 0 or more: stream=" + stream
                            + " actors=" + actors + " stepsPerActor=" + stepsPerActor);
        }
    }
}
