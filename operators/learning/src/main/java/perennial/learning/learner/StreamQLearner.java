package perennial.learning.learner;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.engine.Engine;
import perennial.learning.event.Event;
import perennial.learning.event.Features;
import perennial.learning.learner.Experience.Open;
import perennial.learning.random.RandomStreams;
import perennial.learning.state.LearnerState;

/**
 * A learner of the values of actions that sees each transition once: Stream Q(lambda) (Elsayed et al. 2024), without replay memory and
 * without a target network.
 *
 * <p>A transition makes an update as soon as its next observation is known. Observations and rewards are brought to a common scale by
 * their running moments, if the task says so. There is one set of eligibility traces; it belongs to one actor's experience at a time,
 * and is cleared where another actor's transition comes between, or a record is missing. A label reset closes the task and nothing
 * else.
 *
 * <p>Updates that diverge are discarded as {@link Training} says; a learner that has stopped only counts.
 *
 * @see StreamQUpdate
 */
public final class StreamQLearner implements ActingLearner {

    private static final String KIND = "streamQ";
    private static final String OBSERVATIONS = "streamQ.observations";
    private static final String REWARDS = "streamQ.rewards";
    private static final String EXPERIENCE = "streamQ.experience";

    /** Keeps a deviation of 0 from being divided by. */
    private static final double VARIANCE_EPSILON = 1e-8;

    private final LearnerSpec spec;
    private final TaskSpec.StreamQ task;
    private final Engine engine;
    private final Progress progress = new Progress();
    private final Training training;
    private final StreamQUpdate update;
    private final EpisodeReturns returns = new EpisodeReturns();
    private final RunningMoments observations;
    private final RunningMoments rewards = new RunningMoments(1);
    private final ObservationStandard standard;
    private final List<Experience> experiences = new ArrayList<>();

    /** That which the traces belong to; null before the first transition. */
    private Experience traced;

    private StreamQLearner(LearnerSpec spec, Engine engine) {
        if (spec.predictions()) {
            throw new IllegalArgumentException(
                    "predictions are made of labelled examples: learner=" + spec.name() + " predictions=true");
        }
        this.spec = spec;
        this.task = (TaskSpec.StreamQ) spec.task();
        this.engine = engine;
        this.training = new Training(spec, KIND, progress, new RandomStreams(spec.seed()), engine, null);
        this.update = new StreamQUpdate(spec, training, engine);
        this.observations = new RunningMoments(task.observationSize());
        this.standard = new ObservationStandard(task.observationSize());
        if (task.normaliseObservations()) {
            standard.follow(observations);
        }
        training.goesBackToo(observations);
        training.goesBackToo(rewards);
    }

    /** A new learner with freshly drawn weights. It owns {@code engine} and closes it. */
    static StreamQLearner create(LearnerSpec spec, Engine engine) {
        return new StreamQLearner(spec, engine);
    }

    /** A learner that continues where {@link #state()} was taken. It owns {@code engine} and closes it. */
    static StreamQLearner restore(LearnerSpec spec, Engine engine, LearnerState state) {
        StreamQLearner learner = new StreamQLearner(spec, engine);
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
                    learn(event, output);
                }
            }
            case EPISODE_END -> {
                pass(event);
                progress.episodeEnded(event.episodeReturn, true);
            }
            case LABEL_RESET -> {
                pass(event);
                closeTask(event.stream, event.sequence, output);
                beginTask(event.task);
            }
            default ->
                throw new IllegalArgumentException(
                        "a learner of action values takes in transitions, episodes' ends and label resets: learner="
                                + spec.name() + " kind=" + event.kind
                                + "; check events with TaskSpec.rejectionOf first");
        }
    }

    private void learn(Event event, LearnerOutput output) {
        Experience experience = experienceOf(event);
        if (experience != traced) {
            update.clearTrace();
            traced = experience;
        }
        arrive(experience, event, output);
        experience.act(event, scaled(event.reward, experience));
        if (event.terminal) {
            update(experience, true, true, output);
            experience.open = Open.NOTHING;
        } else if (event.hasNextObservation) {
            see(event.nextObservation, experience);
            update(experience, false, event.truncated, output);
            experience.advance();
            experience.await(event.nextObservation);
            if (event.truncated) {
                experience.open = Open.NOTHING;
            }
        }
    }

    /** The transition's observation becomes the input, and with it the transition before is complete. */
    private void arrive(Experience experience, Event event, LearnerOutput output) {
        boolean continues = experience.continuesWith(event);
        if (continues && experience.waitsFor(event.features)) {
            return;
        }
        boolean completes = continues && experience.open == Open.NEXT_OBSERVATION;
        if (!completes) {
            update.clearTrace();
            experience.begin();
        }
        see(event.features, experience);
        if (completes) {
            update(experience, false, false, output);
        }
        experience.advance();
    }

    private void update(Experience experience, boolean isTerminal, boolean endsEpisode, LearnerOutput output) {
        // One record can complete two transitions, and the first can be the learner's last.
        if (progress.stopped) {
            return;
        }
        output.passes(UpdatePoint.BEGUN);
        boolean made = update.update(experience, isTerminal, endsEpisode, output);
        output.passes(UpdatePoint.ENDED);
        if (!made && task.normaliseObservations()) {
            // The moments may have gone back with the parameters.
            standard.follow(observations);
        }
    }

    /** Puts an observation behind the others, makes the next input of them, and counts it among those that the next are judged by. */
    private void see(Features observation, Experience experience) {
        int at = experience.makeRoom();
        observation.writeScaled((float) task.scale(), experience.frames, at);
        standard.apply(experience.frames, experience.seen, experience.next);
        if (task.normaliseObservations()) {
            observations.add(experience.frames, at);
            standard.follow(observations);
        }
    }

    private double scaled(float reward, Experience experience) {
        if (!task.scaleRewards()) {
            return reward;
        }
        experience.discountedReturn = task.discount() * experience.discountedReturn + reward;
        rewards.add(experience.discountedReturn);
        return reward / Math.sqrt(rewards.variance(0) + VARIANCE_EPSILON);
    }

    private Experience experienceOf(Event event) {
        for (int i = 0; i < experiences.size(); i++) {
            if (experiences.get(i).isOf(event)) {
                return experiences.get(i);
            }
        }
        Experience experience = new Experience(event.stream, event.actor, task.inputSize(), task.observationSize());
        experiences.add(experience);
        return experience;
    }

    private void pass(Event event) {
        for (int i = 0; i < experiences.size(); i++) {
            experiences.get(i).pass(event);
        }
    }

    @Override
    public void endOfStream(LearnerOutput output) {
        closeTask(progress.stream, progress.position, output);
        beginTask(progress.task);
    }

    private void closeTask(String stream, long position, LearnerOutput output) {
        if (progress.taskRecords == 0) {
            return;
        }
        if (traced != null) {
            update.evaluate(traced.input);
        }
        output.taskSummary(training.reporter().taskSummary(stream, position, traced == null ? 0 : 1));
    }

    private void beginTask(int number) {
        progress.beginTask(number);
        training.beginTask();
    }

    /** The traces of a snapshot are of another time: none are kept. */
    @Override
    public Command.Answer command(Command command, LearnerOutput output) {
        Command.Answer answer = training.command(command);
        if (answer.isDone() && command instanceof Command.RollBack) {
            update.clearTrace();
            if (task.normaliseObservations()) {
                standard.follow(observations);
            }
        }
        return answer;
    }

    @Override
    public boolean isPaused() {
        return progress.paused;
    }

    @Override
    public LearnerState state() {
        LearnerState state = new LearnerState();
        training.save(state);
        progress.save(state);
        returns.save(state);
        observations.save(OBSERVATIONS, state);
        rewards.save(REWARDS, state);
        for (int i = 0; i < experiences.size(); i++) {
            experiences.get(i).save(EXPERIENCE + "." + i, state);
        }
        state.put(EXPERIENCE, new int[] {experiences.size(), experiences.indexOf(traced)});
        return state;
    }

    private void restore(LearnerState state) {
        training.restore(state);
        progress.restore(state);
        returns.restore(state);
        observations.restore(OBSERVATIONS, state);
        rewards.restore(REWARDS, state);
        if (task.normaliseObservations()) {
            standard.follow(observations);
        }
        int[] counts = state.ints(EXPERIENCE);
        for (int i = 0; i < counts[0]; i++) {
            experiences.add(Experience.restored(EXPERIENCE + "." + i, state, task.inputSize(), task.observationSize()));
        }
        traced = counts[1] < 0 ? null : experiences.get(counts[1]);
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

    /** The weights, and how observations are standardised where they are. */
    @Override
    public NamedTensors policyWeights() {
        NamedTensors weights = training.policyWeights();
        if (task.normaliseObservations()) {
            standard.addTo(weights, task.observation());
        }
        return weights;
    }

    @Override
    public TaskSpec.StreamQ task() {
        return task;
    }

    @Override
    public int policyLength() {
        return training.network().parameters().length() + (task.normaliseObservations() ? standard.length() : 0);
    }

    @Override
    public void copyPolicyWeights(float[] target) {
        training.copyPolicyWeights(target);
        if (task.normaliseObservations()) {
            standard.write(target, training.network().parameters().length());
        }
    }

    @Override
    public void outputs(float[] input, float[] outputs) {
        update.evaluate(input, outputs);
    }

    @Override
    public ObservationStandard standard() {
        return standard;
    }

    @Override
    public void initialise(NamedTensors weights) {
        training.initialise(weights);
    }

    /** The values of all actions at the last observation, for tests that look inside. */
    float[] values() {
        float[] values = new float[task.actions()];
        outputs(traced.input, values);
        return values;
    }

    @Override
    public void close() {
        engine.close();
    }
}
