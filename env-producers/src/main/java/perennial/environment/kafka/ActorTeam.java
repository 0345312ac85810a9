package perennial.environment.kafka;

import perennial.environment.Environment;
import perennial.environment.EnvironmentException;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;
import perennial.environment.actor.Actor;
import perennial.environment.actor.ActorSpec;
import perennial.learning.event.Event;
import perennial.learning.learner.TaskSpec;
import perennial.learning.policy.Policy;
import perennial.v1.Transition;

/** The actors of a stream, a record each in turn: one order of all their records. Not thread-safe. */
final class ActorTeam implements AutoCloseable {

    private static final String FORMAT = "actors";
    private static final int VERSION = 1;
    private static final String WAY_OUT =
            "; publish under another stream name, or with the configuration that the stream was begun with";

    private final ActorStreamSpec spec;
    private final Actor[] actors;
    private int turn;

    /** The actors at their beginning. */
    ActorTeam(ActorStreamSpec spec) {
        this.spec = spec;
        this.actors = new Actor[spec.actors()];
        TaskSpec.ActionValues task = spec.agent().task();
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
    long records() {
        long records = 0;
        for (Actor actor : actors) {
            records += actor.nextSequence();
        }
        return records;
    }

    /** Sequence number of an actor's next record. */
    long nextSequence(int actor) {
        return actors[actor].nextSequence();
    }

    /** Whether all actors are done. */
    boolean isDone() {
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

    /** Whether the next record is a transition. Not called once they are done. */
    boolean stepIsNext() {
        return present().stepIsNext();
    }

    /** Makes the next record, with an action of the policy where it is a transition; null for none yet. */
    perennial.v1.Event next(Policy policy) {
        Actor actor = present();
        Event event = actor.next(policy);
        turn = (turn + 1) % actors.length;
        return ActorEvents.record(event, actor.note());
    }

    /**
     * Makes the next record again as the topic has it.
     *
     * @throws EnvironmentException if it is another one
     */
    void replay(perennial.v1.Event there) {
        if (isDone()) {
            throw new EnvironmentException("the topic holds more of the stream than it has: stream=" + spec.stream()
                    + " actor=" + there.getActor() + " sequence=" + there.getSequence() + WAY_OUT);
        }
        Actor actor = present();
        int number = actor.spec().number();
        long sequence = actor.nextSequence();
        if (there.getActor() != number || there.getSequence() != sequence) {
            throw new EnvironmentException("the topic must go on with the next record of the stream: stream="
                    + spec.stream() + " actor=" + number + " sequence=" + sequence + " foundActor=" + there.getActor()
                    + " foundSequence=" + there.getSequence()
                    + "; where older records were deleted, the state folder is needed: stateFolder="
                    + spec.stateFolder());
        }
        int action = there.getBody() instanceof Transition transition ? transition.getAction() : 0;
        if (action < 0 || action >= spec.agent().task().actions()) {
            throw other(number, sequence);
        }
        Event event = actor.replay(action);
        turn = (turn + 1) % actors.length;
        if (!ActorEvents.record(event, actor.note()).equals(there)) {
            throw other(number, sequence);
        }
    }

    private EnvironmentException other(int actor, long sequence) {
        return new EnvironmentException("the topic holds another stream of this name: stream=" + spec.stream()
                + " actor=" + actor + " sequence=" + sequence + " has other content than this configuration gives"
                + WAY_OUT);
    }

    /** The actor whose turn it is, those that are done left out. */
    private Actor present() {
        while (spec.stepsPerActor() > 0 && actors[turn].isDoneAfter(spec.stepsPerActor())) {
            turn = (turn + 1) % actors.length;
        }
        return actors[turn];
    }

    /**
     * Everything that the actors are.
     *
     * @param offset offset on the topic that no record still to be made lies before
     */
    byte[] save(long offset) {
        StateWriter state = new StateWriter(FORMAT, VERSION);
        state.put(offset).put(turn).put(actors.length);
        for (Actor actor : actors) {
            state.put(actor.save());
        }
        return state.finish();
    }

    /**
     * Goes on where {@link #save} was called. Where it fails, the actors are of no use any more.
     *
     * @return the offset given there
     * @throws IllegalArgumentException if the bytes are damaged or of other actors
     */
    long restore(byte[] saved) {
        StateReader state = new StateReader(saved, FORMAT, VERSION);
        long offset = state.longInteger();
        turn = state.integer();
        int count = state.integer();
        if (count != actors.length || turn < 0 || turn >= count) {
            throw new IllegalArgumentException("the state must be of as many actors: actors=" + actors.length
                    + " saved=" + count + " turn=" + turn);
        }
        for (Actor actor : actors) {
            actor.restore(state.byteArray());
        }
        state.finish();
        return offset;
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
