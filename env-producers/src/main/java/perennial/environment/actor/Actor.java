package perennial.environment.actor;

import java.util.Arrays;
import perennial.environment.Environment;
import perennial.environment.EnvironmentChange;
import perennial.environment.ObservationSpec;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;
import perennial.environment.Step;
import perennial.learning.event.Event;
import perennial.learning.event.Features;
import perennial.learning.policy.Policy;

/**
 * One environment and who acts in it: it makes the records of one actor of a stream, one after another.
 *
 * <p>An episode's records are its transitions and an episode's end. A change of the environment is announced by a label reset
 * before the first transition of the episode that has it, by the stream's actor 0 only, for a stream has one task at a time. Only an
 * episode's last transition has its next observation with it; everywhere else the next record has it.
 *
 * <p>An action is random with the probability of the schedule, and always while there is no policy. What chance says of a step
 * depends on seed, actor and step alone, so that {@link #replay} of recorded actions leads to exactly the actor that took
 * them. The policy given is told of the episode's last observations each time, so that one policy serves several actors. Not
 * thread-safe.
 */
public final class Actor implements AutoCloseable {

    private static final String FORMAT = "actor";
    private static final int VERSION = 1;

    /** What the actor's next record comes from. */
    private enum Phase {
        EPISODE_BEGINS,
        STEP,
        EPISODE_ENDS
    }

    private final ActorSpec spec;
    private final Environment environment;
    private final ObservationSpec observations;
    private final int observationSize;
    private final StepGenerator generator;
    private final Event event = new Event();
    private final Step step = new Step();
    // The episode's observations, the present one last; as many as the history and the episode have.
    private final Features[] recent;

    private Phase phase = Phase.EPISODE_BEGINS;
    private boolean isReset;
    private int recentCount;
    private long sequence;
    private long steps;
    private long episode;
    private double episodeReturn;
    private long episodeLength;
    private String note = "";

    /**
     * An actor at the beginning of its stream.
     *
     * @param environment at its beginning too; closed with the actor
     */
    public Actor(ActorSpec spec, Environment environment) {
        this.spec = spec;
        this.environment = environment;
        this.observations = environment.observationSpec();
        this.observationSize = observations.size();
        this.generator = new StepGenerator(spec.seed(), spec.number());
        this.recent = new Features[spec.history()];
        for (int i = 0; i < recent.length; i++) {
            recent[i] = new Features();
        }
        event.stream = spec.stream();
        event.actor = spec.number();
    }

    public ActorSpec spec() {
        return spec;
    }

    /** Sequence number of the record that comes next. */
    public long nextSequence() {
        return sequence;
    }

    /** Steps that the environment has made. */
    public long steps() {
        return steps;
    }

    /**
     * Whether the next record is a transition, so that an action is to be chosen. Begins an episode where one is due.
     */
    public boolean stepIsNext() {
        if (phase == Phase.EPISODE_BEGINS && !isReset) {
            beginEpisode();
        }
        return phase == Phase.STEP;
    }

    /** Whether the actor has made so many steps, and said so of the episode that ended with the last one. */
    public boolean isDoneAfter(long limit) {
        return steps >= limit && phase != Phase.EPISODE_ENDS;
    }

    /**
     * Makes the next record.
     *
     * @param policy what chooses actions; null for none yet, when all are random
     * @return the record, which the next call overwrites
     */
    public Event next(Policy policy) {
        return stepIsNext() ? transition(choose(policy)) : announce();
    }

    /**
     * Makes the next record with an action that was chosen before, where it is a transition.
     *
     * @param action ignored where no step is next
     * @return the record, which the next call overwrites
     */
    public Event replay(int action) {
        return stepIsNext() ? transition(action) : announce();
    }

    /** What the label reset just made says of the change; empty for other records. */
    public String note() {
        return note;
    }

    private void beginEpisode() {
        environment.reset();
        recentCount = 0;
        EnvironmentChange change = environment.changeAtReset().orElse(null);
        if (change != null && spec.number() == 0) {
            isReset = true;
            event.task = change.number();
            note = change.note();
        } else {
            phase = Phase.STEP;
        }
        see();
    }

    private Event announce() {
        if (phase == Phase.EPISODE_ENDS) {
            event.kind = Event.Kind.EPISODE_END;
            event.episode = episode;
            event.episodeReturn = episodeReturn;
            event.episodeLength = episodeLength;
            note = "";
            episode++;
            episodeReturn = 0;
            episodeLength = 0;
            phase = Phase.EPISODE_BEGINS;
        } else {
            event.kind = Event.Kind.LABEL_RESET;
            event.resetKind = Event.ResetKind.ENVIRONMENT_CHANGED;
            isReset = false;
            phase = Phase.STEP;
        }
        return numbered();
    }

    private int choose(Policy policy) {
        generator.begin(steps);
        if (policy == null) {
            return generator.nextInt(environment.actionSpec().count());
        }
        policy.beginEpisode();
        for (int i = recent.length - recentCount; i < recent.length - 1; i++) {
            // Shows the observation without asking for an action: at probability 1 there is no forward pass.
            policy.act(recent[i], 1, generator);
        }
        generator.begin(steps);
        return policy.act(recent[recent.length - 1], spec.epsilon().at(steps), generator);
    }

    private Event transition(int action) {
        event.kind = Event.Kind.TRANSITION;
        event.features.copyFrom(recent[recent.length - 1]);
        event.action = action;
        event.episode = episode;
        environment.step(action, step);
        event.reward = step.reward;
        event.terminal = step.terminal;
        event.truncated = step.truncated;
        event.hasNextObservation = step.ended();
        note = "";
        steps++;
        episodeReturn += step.reward;
        episodeLength++;
        see();
        if (step.ended()) {
            event.nextObservation.copyFrom(recent[recent.length - 1]);
            phase = Phase.EPISODE_ENDS;
        }
        return numbered();
    }

    private Event numbered() {
        event.sequence = sequence++;
        return event;
    }

    /** Puts the present observation behind the others; the oldest one's place becomes its own. */
    private void see() {
        Features place = recent[0];
        System.arraycopy(recent, 1, recent, 0, recent.length - 1);
        recent[recent.length - 1] = place;
        recentCount = Math.min(recentCount + 1, recent.length);
        if (observations.values() == ObservationSpec.Values.BYTES) {
            environment.observe(place.resizeBytes(observationSize), 0);
        } else {
            environment.observe(place.resizeFloats(observationSize), 0);
        }
    }

    /** Everything that the actor is, its environment included. */
    public byte[] save() {
        StateWriter state = new StateWriter(FORMAT, VERSION);
        state.put(spec.stream()).put(spec.number()).put(phase.name()).put(isReset);
        state.put(sequence).put(steps).put(episode).put(episodeReturn).put(episodeLength);
        state.put(isReset ? event.task : 0).put(isReset ? note : "");
        state.put(recentCount);
        for (int i = recent.length - recentCount; i < recent.length; i++) {
            Features observation = recent[i];
            if (observation.isBytes()) {
                state.put(Arrays.copyOf(observation.bytes(), observation.length()));
            } else {
                state.put(observation.floats(), observation.length());
            }
        }
        return state.put(environment.save()).finish();
    }

    /**
     * Goes on where {@link #save} was called, on an actor made of the same spec and environment.
     *
     * @param saved Not modified.
     * @throws IllegalArgumentException if the bytes are damaged, or of another actor
     */
    public void restore(byte[] saved) {
        StateReader state = new StateReader(saved, FORMAT, VERSION);
        String stream = state.string();
        int number = state.integer();
        if (!stream.equals(spec.stream()) || number != spec.number()) {
            throw new IllegalArgumentException("the state must be of the same actor: stream=" + spec.stream()
                    + " actor=" + spec.number() + " savedStream=" + stream + " savedActor=" + number);
        }
        Phase savedPhase = Phase.valueOf(state.string());
        boolean savedIsReset = state.flag();
        long savedSequence = state.longInteger();
        long savedSteps = state.longInteger();
        long savedEpisode = state.longInteger();
        double savedReturn = state.real();
        long savedLength = state.longInteger();
        int savedTask = state.integer();
        String savedNote = state.string();
        int count = state.integer();
        if (count < 0 || count > recent.length) {
            throw new IllegalArgumentException("the state must be of an actor with the same history: history="
                    + recent.length + " savedObservations=" + count);
        }
        Features[] observed = new Features[count];
        for (int i = 0; i < count; i++) {
            observed[i] = observation(state);
        }
        byte[] environmentState = state.byteArray();
        state.finish();
        environment.restore(environmentState);
        for (int i = 0; i < count; i++) {
            recent[recent.length - count + i].copyFrom(observed[i]);
        }
        recentCount = count;
        phase = savedPhase;
        isReset = savedIsReset;
        sequence = savedSequence;
        steps = savedSteps;
        episode = savedEpisode;
        episodeReturn = savedReturn;
        episodeLength = savedLength;
        event.task = savedTask;
        note = savedNote;
    }

    private Features observation(StateReader state) {
        Features observation = new Features();
        if (observations.values() == ObservationSpec.Values.BYTES) {
            byte[] values = state.byteArray();
            System.arraycopy(values, 0, observation.resizeBytes(values.length), 0, values.length);
        } else {
            float[] values = state.floats();
            System.arraycopy(values, 0, observation.resizeFloats(values.length), 0, values.length);
        }
        return observation;
    }

    /** Closes the environment. */
    @Override
    public void close() {
        environment.close();
    }
}
