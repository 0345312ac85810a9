package perennial.environment.actor;

import perennial.environment.Environment;
import perennial.environment.EnvironmentException;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;
import perennial.learning.event.Event;
import perennial.learning.learner.TaskSpec;
import perennial.learning.policy.Policy;

/** The actors of a stream, a record each in turn: one order of all their records. Not thread-safe. */
public final class ActorTeam implements AutoCloseable {

    private static final String FORMAT = "actors";
    private static final int VERSION = 1;

    private final TeamSpec spec;
    private final Actor[] actors;
    private long records;
    private int turn;

    /**
     * The actors at their beginning.
     *
     * @throws EnvironmentException if an environment is not what the task says
     */
    public ActorTeam(TeamSpec spec) {
        this.spec = spec;
        this.actors = new Actor[spec.actors()];
        TaskSpec.ActionValues task = spec.task();
        try {
            for (int i = 0; i < actors.length; i++) {
                actors[i] = new Actor(
                        new ActorSpec(spec.stream(), i, spec.seed(), spec.epsilon(), task.history()),
                        checked(spec.environments().apply(i), task));
            }
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private static Environment checked(Environment environment, TaskSpec.ActionValues task) {
        int actions = environment.actionSpec().count();
        int size = environment.observationSpec().size();
        if (actions != task.actions() || size != task.observationSize()) {
            environment.close();
            throw new EnvironmentException("the environment must be what the learner learns: actions=" + actions
                    + " learnerActions=" + task.actions() + " observationSize=" + size + " learnerObservationSize="
                    + task.observationSize() + "; set actions and input of the learner's task");
        }
        return environment;
    }

    /** Records made so far, all actors together. */
    public long records() {
        return records;
    }

    /** Sequence number of an actor's next record. */
    public long nextSequence(int actor) {
        return actors[actor].nextSequence();
    }

    /** Whether all actors are done. */
    public boolean isDone() {
        if (spec.stepsPerActor() == 0) {
            return false;
        }
        for (Actor actor : actors) {
            if (!actor.isDoneAfter(spec.stepsPerActor())) {
                return false;
            }
        }
        return true;
    }

    /** The actor that makes the next record. Not called once they are done. */
    public Actor present() {
        while (spec.stepsPerActor() > 0 && actors[turn].isDoneAfter(spec.stepsPerActor())) {
            turn = (turn + 1) % actors.length;
        }
        return actors[turn];
    }

    /**
     * Makes the next record, with an action of the policy where it is a transition.
     *
     * @param policy null for none yet
     * @return the record, which the actor's next overwrites
     */
    public Event next(Policy policy) {
        return passTurn(present().next(policy));
    }

    /**
     * Makes the next record, with an action that was chosen before where it is a transition.
     *
     * @return the record, which the actor's next overwrites
     */
    public Event replay(int action) {
        return passTurn(present().replay(action));
    }

    private Event passTurn(Event made) {
        records++;
        turn = (turn + 1) % actors.length;
        return made;
    }

    /** Everything that the actors are. */
    public byte[] save() {
        StateWriter state = new StateWriter(FORMAT, VERSION);
        state.put(turn).put(actors.length);
        for (Actor actor : actors) {
            state.put(actor.save());
        }
        return state.finish();
    }

    /**
     * Goes on where {@link #save} was called. Where it fails, the actors are of no use any more.
     *
     * @param saved Not modified.
     * @throws IllegalArgumentException if the bytes are damaged or of other actors
     */
    public void restore(byte[] saved) {
        StateReader state = new StateReader(saved, FORMAT, VERSION);
        turn = state.integer();
        int count = state.integer();
        if (count != actors.length || turn < 0 || turn >= count) {
            throw new IllegalArgumentException("the state must be of as many actors: actors=" + actors.length
                    + " saved=" + count + " turn=" + turn);
        }
        records = 0;
        for (Actor actor : actors) {
            actor.restore(state.byteArray());
            records += actor.nextSequence();
        }
        state.finish();
    }

    @Override
    public void close() {
        for (Actor actor : actors) {
            if (actor != null) {
                actor.close();
            }
        }
    }
}
