package perennial.environment.source;

import perennial.environment.StateReader;
import perennial.environment.StateWriter;
import perennial.environment.actor.ActorTeam;
import perennial.environment.actor.TeamSpec;
import perennial.learning.event.Event;
import perennial.learning.event.EventSource;
import perennial.learning.learner.ActingLearner;
import perennial.learning.learner.LearnerSpec;

/**
 * The actors of a stream beside the learner that they act for. They make the records that they would make over Kafka in
 * lockstep, bit for bit, with the same lead and the same updates from one policy to the next.
 */
public final class ActorSource implements EventSource {

    private static final String FORMAT = "actor source";
    private static final int VERSION = 1;

    private final ActorTeam team;
    private final ActingPolicy policy;

    /**
     * Actors at their beginning.
     *
     * @param spec the actors; they are done at some time
     * @param maxLead records that a policy is older than the newest that the learner has put out. With 0 and a {@code policyEvery} of
     *     1 they act with the learner's own network, and nothing is copied.
     * @param policyEvery updates from one policy to the next
     * @param learnerSpec spec of {@code learner}
     * @param learner takes in each record before the next is asked for; not closed with the source
     * @param engine engine that policies are computed with, those of the learner's own network aside: auto, cpu or nd4j
     */
    public ActorSource(
            TeamSpec spec,
            long maxLead,
            long policyEvery,
            LearnerSpec learnerSpec,
            ActingLearner learner,
            String engine) {
        if (maxLead < 0 || policyEvery < 1 || spec.stepsPerActor() < 1) {
            throw new IllegalArgumentException("maxLead must be 0 or more, policyEvery and steps 1 or more: maxLead="
                    + maxLead + " policyEvery=" + policyEvery + " steps=" + spec.stepsPerActor());
        }
        this.team = new ActorTeam(spec);
        this.policy = maxLead == 0 && policyEvery == 1
                ? new PresentPolicy(learner)
                : new LaggingPolicy(learner, learnerSpec, maxLead, policyEvery, engine);
    }

    @Override
    public boolean isDone() {
        return team.isDone();
    }

    @Override
    public Event next() {
        return team.next(policy.after(team.records()));
    }

    @Override
    public byte[] save() {
        StateWriter state = new StateWriter(FORMAT, VERSION).put(team.save());
        policy.save(state);
        return state.finish();
    }

    @Override
    public void restore(byte[] saved) {
        StateReader state = new StateReader(saved, FORMAT, VERSION);
        team.restore(state.byteArray());
        policy.restore(state);
        state.finish();
    }

    /** Closes the environments and the policy. */
    @Override
    public void close() {
        policy.close();
        team.close();
    }
}
