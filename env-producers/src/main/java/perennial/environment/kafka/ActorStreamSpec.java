package perennial.environment.kafka;

import java.nio.file.Path;
import java.util.function.IntFunction;
import perennial.environment.Environment;
import perennial.environment.EnvironmentException;
import perennial.environment.actor.TeamSpec;
import perennial.learning.policy.EpsilonSchedule;

/**
 * A stream of transitions: its actors, their environments, and whose policies they follow. The actors take turns, a record
 * each, so that all that the stream says follows from the policies.
 *
 * @param stream name of the stream
 * @param actors number of actors, all in one process
 * @param environments creates the environment of an actor by its number, the same at each call; changes of the environment are
 *     announced where the one of actor 0 has them
 * @param seed seed of the random actions
 * @param epsilon probability of a random action, over the steps of each actor
 * @param stepsPerActor steps after which an actor is done; 0 for never
 * @param stepsPerSecond most steps in a second, all actors together; 0 for no limit
 * @param agent whose policies are followed
 * @param maxLead records that may be out which the learner has not said to have taken in; more than the records from one word
 *     of its progress to the next
 * @param lockstep whether each record is made with exactly the policy that the learner had {@code maxLead} records earlier, however
 *     long that takes: the run is the same each time. Otherwise with the newest policy there is.
 * @param stateFolder folder that keeps the actors' states; created if need be
 * @param saveEvery records from one saved state to the next
 */
public record ActorStreamSpec(
        String stream,
        int actors,
        IntFunction<Environment> environments,
        long seed,
        EpsilonSchedule epsilon,
        long stepsPerActor,
        double stepsPerSecond,
        AgentSpec agent,
        long maxLead,
        boolean lockstep,
        Path stateFolder,
        long saveEvery) {

    public ActorStreamSpec {
        if (stream.isBlank() || actors < 1) {
            throw new EnvironmentException("a stream of transitions needs a name and at least one actor: stream="
                    + stream + " actors=" + actors);
        }
        if (stepsPerActor < 0 || !(stepsPerSecond >= 0) || maxLead < 1 || saveEvery < 1) {
            throw new EnvironmentException(
                    "steps and their rate must be 0 or more, maxLead and saveEvery at least 1: stepsPerActor="
                            + stepsPerActor + " stepsPerSecond=" + stepsPerSecond + " maxLead=" + maxLead
                            + " saveEvery=" + saveEvery);
        }
    }

    /** The actors themselves. */
    TeamSpec team() {
        return new TeamSpec(stream, actors, environments, seed, epsilon, stepsPerActor, agent.task());
    }
}
