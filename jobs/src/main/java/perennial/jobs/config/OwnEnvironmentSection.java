package perennial.jobs.config;

import java.io.Serializable;
import perennial.environment.actor.TeamSpec;
import perennial.learning.learner.TaskSpec;

/** An environment that a learner has to itself inside the job, and the actors in it. */
public record OwnEnvironmentSection(
        @Inline ActingSection acting,

        @Option(description = "steps after which an actor is done", range = "[1, 1000000000000]")
        long steps,

        @Option(
                description =
                        "records that a policy waits before it is acted with, as actors over Kafka in lockstep are ahead of"
                                + " their learner; 0 for not at all",
                defaultValue = "0",
                range = "[0, inf)")
        long maxLead,

        @Option(
                description = "updates from one policy that is acted with to the next",
                defaultValue = "1",
                range = "[1, inf)")
        long policyEvery)
        implements Serializable {

    /** A step makes one record, ends at most one episode, and comes after at most one change. */
    private static final long RECORDS_OF_A_STEP = 3;

    /** The actors of a learner with that task, on the stream that it follows. */
    public TeamSpec team(String stream, TaskSpec.ActionValues task) {
        return acting.team(stream, steps, task);
    }

    /** Records that the actors make at the most. */
    public long mostRecords() {
        return RECORDS_OF_A_STEP * acting.actors() * steps;
    }
}
