package perennial.learning.learner;

import org.apache.commons.rng.UniformRandomProvider;
import perennial.learning.engine.Engine;
import perennial.learning.event.Event;
import perennial.learning.network.Network;
import perennial.learning.random.RandomStreams;
import perennial.learning.replay.ReplayMemory;
import perennial.learning.replay.TransitionBatch;
import perennial.learning.state.LearnerState;

/**
 * A learner of the values of actions from the transitions of actors: DQN (Mnih et al. 2015), double DQN, and C51 (Bellemare et
 * al. 2017), as its {@link TaskSpec.Reinforcement} says.
 *
 * <p>Transitions go to replay memory. After a warm-up, every few transitions a batch is drawn from it and one update is made. A
 * label reset, "the environment has changed", closes the task and nothing else: memory and target network stay.
 *
 * <p>Updates that diverge are discarded as {@link Training} says; a learner that has stopped only counts.
 */
public final class QLearner implements TrainedLearner, ActingLearner {

    private static final String KIND = "q";
    private static final String TRANSITIONS = "q.transitions";

    private final LearnerSpec spec;
    private final TaskSpec.Reinforcement task;
    private final Engine engine;
    private final Progress progress = new Progress();
    private final Training training;
    private final QUpdate update;
    private final ReplayMemory memory;
    private final TransitionBatch batch;
    private final EpisodeReturns returns = new EpisodeReturns();
    private final RandomStreams random;
    private UniformRandomProvider sampler;
    private long transitions;

    private QLearner(LearnerSpec spec, Engine engine, Network free) {
        if (spec.predictions()) {
            throw new IllegalArgumentException(
                    "predictions are made of labelled examples: learner=" + spec.name() + " predictions=true");
        }
        this.spec = spec;
        this.task = (TaskSpec.Reinforcement) spec.task();
        this.engine = engine;
        this.random = new RandomStreams(spec.seed());
        this.training = new Training(spec, KIND, progress, random, engine, free);
        this.update = new QUpdate(spec, training, progress, engine);
        this.memory = new ReplayMemory(task.replay(), task.observationSize(), task.scale());
        this.batch = new TransitionBatch(spec.batchSize(), task.inputSize());
        this.sampler = random.generator("replay");
        training.reporter().probe(new ReplayProbe(spec, memory, random, update, batch));
    }

    /** A new learner with freshly drawn weights. It owns {@code engine} and closes it. */
    static QLearner create(LearnerSpec spec, Engine engine) {
        return new QLearner(spec, engine, null);
    }

    /** A new learner that is the projected run of a twin, and follows the network of the {@code free} one. */
    static QLearner create(LearnerSpec spec, Engine engine, Network free) {
        return new QLearner(spec, engine, free);
    }

    /** A learner that continues where {@link #state()} was taken. It owns {@code engine} and closes it. */
    static QLearner restore(LearnerSpec spec, Engine engine, LearnerState state) {
        QLearner learner = new QLearner(spec, engine, null);
        learner.restore(state);
        return learner;
    }

    @Override
    public void observe(Event event, LearnerOutput output) {
        switch (event.kind) {
            case TRANSITION -> {
                progress.recordTaken(event.stream, event.sequence);
                returns.add(event, progress);
                if (!progress.stopped && !progress.paused) {
                    memory.add(event, clipped(event.reward));
                    transitions++;
                    if (transitions > task.warmUp() && (transitions - task.warmUp()) % task.updateEvery() == 0) {
                        update(output);
                    }
                }
            }
            case EPISODE_END -> {
                memory.pass(event);
                progress.episodeEnded(event.episodeReturn, true);
            }
            case LABEL_RESET -> {
                memory.pass(event);
                closeTask(event.stream, event.sequence, output);
                progress.beginTask(event.task);
                training.beginTask();
            }
            default ->
                throw new IllegalArgumentException(
                        "a learner of action values takes in transitions, episodes' ends and label resets: learner="
                                + spec.name() + " kind=" + event.kind
                                + "; check events with TaskSpec.rejectionOf first");
        }
    }

    private float clipped(float reward) {
        float limit = (float) task.rewardLimit();
        return limit == 0 ? reward : Math.max(-limit, Math.min(limit, reward));
    }

    private void update(LearnerOutput output) {
        if (!memory.sample(batch, sampler, progress.updates)) {
            return;
        }
        output.passes(UpdatePoint.BEGUN);
        if (update.update(batch, output)) {
            memory.updatePriorities(batch);
        }
        output.passes(UpdatePoint.ENDED);
    }

    @Override
    public void endOfStream(LearnerOutput output) {
        closeTask(progress.stream, progress.position, output);
        progress.beginTask(progress.task);
    }

    private void closeTask(String stream, long position, LearnerOutput output) {
        if (progress.taskRecords == 0) {
            return;
        }
        // The last batch again, through the weights that the task ended with, as far as the memory still has it.
        memory.refill(batch);
        if (batch.rows() > 0) {
            update.evaluate(batch);
        }
        output.taskSummary(training.reporter().taskSummary(stream, position, batch.rows()));
    }

    @Override
    public Command.Answer command(Command command, LearnerOutput output) {
        return training.command(command);
    }

    @Override
    public boolean isPaused() {
        return progress.paused;
    }

    @Override
    public long newestSnapshot(long limit) {
        return training.newestSnapshot(limit);
    }

    @Override
    public LearnerState state() {
        LearnerState state = new LearnerState();
        training.save(state);
        progress.save(state);
        update.save(state);
        memory.save(state);
        batch.save(state);
        returns.save(state);
        state.put(TRANSITIONS, new long[] {transitions});
        random.save(state);
        return state;
    }

    /** Goes on from what {@link #state} gave. */
    @Override
    public void restore(LearnerState state) {
        random.restore(state);
        training.restore(state);
        progress.restore(state);
        update.restore(state);
        memory.restore(state);
        batch.restore(state);
        returns.restore(state);
        transitions = state.longs(TRANSITIONS)[0];
        sampler = random.generator("replay");
    }

    @Override
    public long updates() {
        return progress.updates;
    }

    @Override
    public long divergences() {
        return progress.divergences;
    }

    @Override
    public NamedTensors weights() {
        return training.weights();
    }

    @Override
    public NamedTensors policyWeights() {
        return training.policyWeights();
    }

    @Override
    public TaskSpec.Reinforcement task() {
        return task;
    }

    @Override
    public int policyLength() {
        return training.network().parameters().length();
    }

    @Override
    public void copyPolicyWeights(float[] target) {
        training.copyPolicyWeights(target);
    }

    @Override
    public void outputs(float[] input, float[] outputs) {
        update.evaluate(input, outputs);
    }

    /** Observations are learned from as they are. */
    @Override
    public ObservationStandard standard() {
        return new ObservationStandard(task.observationSize());
    }

    @Override
    public void initialise(NamedTensors weights) {
        training.initialise(weights);
        update.begin();
    }

    /** The greatest value of an action for one input, for tests that look inside. */
    double greatestValue(float[] input) {
        return update.greatestValue(input);
    }

    @Override
    public Network network() {
        return training.network();
    }

    @Override
    public void close() {
        engine.close();
    }
}
