package perennial.learning.learner;

import perennial.learning.event.Event;
import perennial.learning.event.Features;
import perennial.learning.state.LearnerState;

/**
 * The present experience of one actor of one stream: its last observations, the input that its last transition began at, and what it
 * waits for.
 */
final class Experience {

    /** What the actor's next transition would do to the input. */
    enum Open {
        /** Nothing: it begins anew. */
        NOTHING,
        /** The input has its action; the next transition brings what came after it. */
        NEXT_OBSERVATION,
        /** The input's last observation came as the next one of a transition and waits for its action. */
        ACTION
    }

    final String stream;
    final int actor;

    /** The last observations of the episode, scaled. */
    final float[] frames;

    /** How many observations of the episode stand in {@link #frames}, at its end. */
    int seen;

    /** What the transition began at, as the network saw it. */
    float[] input;

    /** What the transition led to, as the network sees it. */
    float[] next;

    int action;

    /** The reward to learn from. */
    double reward;

    /** Discounted sum of the episode's rewards so far. */
    double discountedReturn;

    Open open = Open.NOTHING;

    private final int observationSize;

    /** The observation that waits for its action, as it came. */
    private final Features waiting = new Features();

    private long episode;
    private long sequence;

    Experience(String stream, int actor, int inputSize, int observationSize) {
        this.stream = stream;
        this.actor = actor;
        this.observationSize = observationSize;
        this.frames = new float[inputSize];
        this.input = new float[inputSize];
        this.next = new float[inputSize];
    }

    boolean isOf(Event event) {
        return actor == event.actor && stream.equals(event.stream);
    }

    /** Whether a transition is the next one of the same episode, without a gap. */
    boolean continuesWith(Event event) {
        return open != Open.NOTHING && episode == event.episode && sequence + 1 == event.sequence;
    }

    /** Whether a transition that continues begins at the observation that waits for its action. */
    boolean waitsFor(Features observation) {
        return open == Open.ACTION && waiting.equals(observation);
    }

    /** Takes note of a record that is no transition, so that the records around it are seen to be without a gap. */
    void pass(Event event) {
        if (isOf(event) && event.sequence == sequence + 1) {
            sequence = event.sequence;
        }
    }

    /** Forgets the episode. */
    void begin() {
        seen = 0;
        discountedReturn = 0;
        open = Open.NOTHING;
    }

    /** Makes room for an observation behind the others, and says where in {@link #frames} it begins. */
    int makeRoom() {
        int last = frames.length - observationSize;
        seen = Math.min(seen + 1, frames.length / observationSize);
        System.arraycopy(frames, observationSize, frames, 0, last);
        return last;
    }

    /** What the transition led to is what the next one begins at. */
    void advance() {
        float[] former = input;
        input = next;
        next = former;
    }

    /** The transition from {@link #input} on, whose next observation is not known yet. */
    void act(Event event, double learnedReward) {
        action = event.action;
        reward = learnedReward;
        episode = event.episode;
        sequence = event.sequence;
        open = Open.NEXT_OBSERVATION;
    }

    /** The last observation came ahead of its own transition. */
    void await(Features observation) {
        waiting.copyFrom(observation);
        open = Open.ACTION;
    }

    void save(String prefix, LearnerState state) {
        float[] kept = new float[waiting.length()];
        waiting.writeScaled(1f, kept, 0);
        state.put(prefix + ".stream", stream)
                .put(
                        prefix + ".numbers",
                        new long[] {actor, episode, sequence, action, open.ordinal(), waiting.isBytes() ? 1 : 0, seen})
                .put(prefix + ".rewards", new double[] {reward, discountedReturn})
                .put(prefix + ".frames", frames.clone())
                .put(prefix + ".input", input.clone())
                .put(prefix + ".waiting", kept);
    }

    static Experience restored(String prefix, LearnerState state, int inputSize, int observationSize) {
        long[] numbers = state.longs(prefix + ".numbers");
        Experience experience =
                new Experience(state.string(prefix + ".stream"), (int) numbers[0], inputSize, observationSize);
        experience.episode = numbers[1];
        experience.sequence = numbers[2];
        experience.action = (int) numbers[3];
        experience.open = Open.values()[(int) numbers[4]];
        experience.seen = (int) numbers[6];
        experience.reward = state.doubles(prefix + ".rewards")[0];
        experience.discountedReturn = state.doubles(prefix + ".rewards")[1];
        System.arraycopy(state.floats(prefix + ".frames"), 0, experience.frames, 0, inputSize);
        System.arraycopy(state.floats(prefix + ".input"), 0, experience.input, 0, inputSize);
        float[] kept = state.floats(prefix + ".waiting");
        if (numbers[5] != 0) {
            byte[] bytes = experience.waiting.resizeBytes(kept.length);
            for (int i = 0; i < kept.length; i++) {
                bytes[i] = (byte) kept[i];
            }
        } else {
            System.arraycopy(kept, 0, experience.waiting.resizeFloats(kept.length), 0, kept.length);
        }
        return experience;
    }
}
