package perennial.learning.learner;

import perennial.learning.engine.Engine;
import perennial.learning.event.Event;
import perennial.learning.network.Network;
import perennial.learning.state.LearnerState;

/**
 * Two runs of one learner on the same events (NaP, section 4.1): a free one whose norms grow, and a projected one that follows the
 * free one's effective learning rate as its method's {@link perennial.learning.method.MethodSpec.Twin} says.
 *
 * <p>The projected run is the learner to the outside: its weights, its policy, its name. The free run reports under {@link
 * LearnerSpec#freeName}. Each has its own optimiser, replay memory and generators, which draw the same.
 */
final class TwinLearner implements Learner {

    /** Name of the kind of learner in a state. */
    static final String TWIN = "twin";

    private static final String PROJECTED = "projected.";
    private static final String FREE = "free.";

    private final TrainedLearner free;
    private final TrainedLearner projected;

    private TwinLearner(LearnerSpec spec, Engine engine) {
        this.free = learner(spec.free(), engine, null);
        this.projected = learner(spec, engine, free.network());
    }

    private static TrainedLearner learner(LearnerSpec spec, Engine engine, Network free) {
        return spec.task() instanceof TaskSpec.Reinforcement
                ? QLearner.create(spec, engine, free)
                : SupervisedLearner.create(spec, engine, free);
    }

    /** A new pair with equal weights, freshly drawn. It owns {@code engine} and closes it. */
    static TwinLearner create(LearnerSpec spec, Engine engine) {
        return new TwinLearner(spec, engine);
    }

    /** A pair that continues where {@link #state()} was taken. It owns {@code engine} and closes it. */
    static TwinLearner restore(LearnerSpec spec, Engine engine, LearnerState state) {
        if (!isState(state)) {
            throw new IllegalArgumentException(
                    "the state was saved by a learner without a twin: learner=" + spec.name() + " saved="
                            + state.string(Training.KIND) + "; configure it without one, or start under a new name");
        }
        TwinLearner twin = new TwinLearner(spec, engine);
        twin.free.restore(part(state, FREE));
        twin.projected.restore(part(state, PROJECTED));
        return twin;
    }

    /** Whether that is the state of a pair. */
    static boolean isState(LearnerState state) {
        return state.string(Training.KIND).equals(TWIN);
    }

    /** The projected run's part of a pair's state. */
    static LearnerState projected(LearnerState state) {
        return part(state, PROJECTED);
    }

    /** The run that the pair is to the outside. */
    Learner projected() {
        return projected;
    }

    /** The projected run goes first: its rates come from the norms that the free run had before the same update. */
    @Override
    public void observe(Event event, LearnerOutput output) {
        projected.observe(event, output);
        free.observe(event, output);
    }

    @Override
    public void endOfStream(LearnerOutput output) {
        projected.endOfStream(output);
        free.endOfStream(output);
    }

    /** Both runs do the same, or neither does anything. */
    @Override
    public Command.Answer command(Command command, LearnerOutput output) {
        if (command instanceof Command.RollBack back
                && free.newestSnapshot(back.update()) != projected.newestSnapshot(back.update())) {
            return Command.Answer.refused(
                    "the two runs of a twin have no snapshot of one update to go back to: projected="
                            + projected.newestSnapshot(back.update()) + " free=" + free.newestSnapshot(back.update())
                            + "; name an update before both");
        }
        Command.Answer answer = projected.command(command, output);
        Command.Answer answerOfFree = free.command(command, output);
        // One of the two may have stopped by itself, and resumes alone.
        return answer.isDone() ? answer : answerOfFree;
    }

    @Override
    public boolean isPaused() {
        return projected.isPaused();
    }

    @Override
    public LearnerState state() {
        LearnerState state = new LearnerState().put(Training.KIND, TWIN);
        free.state().entries().forEach((name, value) -> state.put(FREE + name, value));
        projected.state().entries().forEach((name, value) -> state.put(PROJECTED + name, value));
        return state;
    }

    private static LearnerState part(LearnerState state, String prefix) {
        LearnerState part = new LearnerState();
        state.entries().forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                part.put(name.substring(prefix.length()), value);
            }
        });
        return part;
    }

    @Override
    public long updates() {
        return projected.updates();
    }

    @Override
    public long divergences() {
        return projected.divergences();
    }

    @Override
    public NamedTensors weights() {
        return projected.weights();
    }

    @Override
    public NamedTensors policyWeights() {
        return projected.policyWeights();
    }

    @Override
    public void initialise(NamedTensors weights) {
        free.initialise(weights);
        projected.initialise(weights);
    }

    @Override
    public void close() {
        projected.close();
        free.close();
    }
}
