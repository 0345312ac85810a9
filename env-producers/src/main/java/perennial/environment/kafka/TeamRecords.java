package perennial.environment.kafka;

import perennial.environment.EnvironmentException;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;
import perennial.environment.actor.Actor;
import perennial.environment.actor.ActorTeam;
import perennial.learning.event.Event;
import perennial.learning.policy.Policy;
import perennial.v1.Transition;

/** The records of a stream's actors as its topic has them, or shall have them. Not thread-safe. */
final class TeamRecords implements AutoCloseable {

    private static final String FORMAT = "actor records";
    private static final int VERSION = 1;
    private static final String WAY_OUT =
            "; publish under another stream name, or with the configuration that the stream was begun with";

    private final ActorStreamSpec spec;
    private final ActorTeam team;

    /** Actors at their beginning. */
    TeamRecords(ActorStreamSpec spec) {
        this.spec = spec;
        this.team = new ActorTeam(spec.team());
    }

    /** Records made so far, all actors together. */
    long records() {
        return team.records();
    }

    /** Sequence number of an actor's next record. */
    long nextSequence(int actor) {
        return team.nextSequence(actor);
    }

    /** Whether all actors are done. */
    boolean isDone() {
        return team.isDone();
    }

    /** Whether the next record is a transition. Not called once they are done. */
    boolean stepIsNext() {
        return team.present().stepIsNext();
    }

    /** Makes the next record, with an action of the policy where it is a transition; null for none yet. */
    perennial.v1.Event next(Policy policy) {
        Actor actor = team.present();
        Event event = team.next(policy);
        return ActorEvents.record(event, actor.note());
    }

    /**
     * Makes the next record again as the topic has it.
     *
     * @throws EnvironmentException if it is another one
     */
    void replay(perennial.v1.Event there) {
        if (team.isDone()) {
            throw new EnvironmentException("the topic holds more of the stream than it has: stream=" + spec.stream()
                    + " actor=" + there.getActor() + " sequence=" + there.getSequence() + WAY_OUT);
        }
        Actor actor = team.present();
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
        Event event = team.replay(action);
        if (!ActorEvents.record(event, actor.note()).equals(there)) {
            throw other(number, sequence);
        }
    }

    private EnvironmentException other(int actor, long sequence) {
        return new EnvironmentException("the topic holds another stream of this name: stream=" + spec.stream()
                + " actor=" + actor + " sequence=" + sequence + " has other content than this configuration gives"
                + WAY_OUT);
    }

    /**
     * Everything that the actors are.
     *
     * @param offset offset on the topic that no record still to be made lies before
     */
    byte[] save(long offset) {
        return new StateWriter(FORMAT, VERSION).put(offset).put(team.save()).finish();
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
        team.restore(state.byteArray());
        state.finish();
        return offset;
    }

    @Override
    public void close() {
        team.close();
    }
}
