package perennial.learning.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import perennial.learning.event.Event;
import perennial.learning.event.Features;
import perennial.learning.replay.ActorTrail.Open;
import perennial.learning.state.LearnerState;

/**
 * Replay memory of the last transitions of any number of actors: each observation is stored once, and inputs and returns are put
 * together when they are drawn.
 *
 * <p>A transition can be drawn once all that its return needs has come: its next observations up to {@link ReplaySpec#steps}, or
 * the end of its episode. A return stops at a terminal state without a next value; at a truncation, or where an actor's
 * records have a gap, it takes the value of the last observation known. Inputs and returns never cross an episode's border.
 *
 * <p>Nothing is allocated in steady state. Not thread-safe.
 */
public final class ReplayMemory {

    private static final byte ACTION = 1;
    private static final byte TERMINAL = 2;
    private static final byte CUT = 4;
    private static final byte READY = 8;

    /** Draws that may hit something that cannot be used before the next thing that can is taken. */
    private static final int TRIES = 64;

    private final ReplaySpec spec;
    private final int observationSize;
    private final float scale;
    private final FrameStore frames;
    private final SamplingSpec.Prioritised prioritised;

    /** One per slot where sampling is prioritised; null otherwise. */
    private final SumTree priorities;

    // One entry per observation kept, at its number modulo the capacity.
    private final int[] actions;
    private final float[] rewards;
    private final byte[] flags;

    /** How many numbers back the same episode's previous observation is; 0 where there is none. */
    private final int[] back;

    /** How many numbers on the same episode's next observation is; 0 where it is not known. */
    private final int[] forward;

    private final List<ActorTrail> trails = new ArrayList<>();
    private int ready;
    private double greatestPriority = 1;

    /**
     * @param observationSize values of one observation
     * @param scale factor of every value when it is drawn
     */
    public ReplayMemory(ReplaySpec spec, int observationSize, double scale) {
        this.spec = spec;
        this.observationSize = observationSize;
        this.scale = (float) scale;
        int capacity = spec.capacity();
        this.frames = new FrameStore(spec.encoding(), observationSize, capacity);
        this.prioritised = spec.sampling() instanceof SamplingSpec.Prioritised p ? p : null;
        this.priorities = prioritised == null ? null : new SumTree(capacity);
        this.actions = new int[capacity];
        this.rewards = new float[capacity];
        this.flags = new byte[capacity];
        this.back = new int[capacity];
        this.forward = new int[capacity];
    }

    /** Transitions that can be drawn, apart from those whose older frames are gone. */
    public int size() {
        return ready;
    }

    // ---- Storing ----

    /**
     * Stores a transition.
     *
     * @param event Not modified, and not kept.
     * @param reward the reward to learn from, which may be the event's clipped
     * @throws IllegalArgumentException if the episode is truncated and the last observation is not given
     */
    public void add(Event event, float reward) {
        boolean hasNext = event.hasNextObservation && !event.terminal;
        if (event.truncated && !event.terminal && !hasNext) {
            throw new IllegalArgumentException("a truncated episode's last observation must be given: stream="
                    + event.stream + " actor=" + event.actor + " sequence=" + event.sequence);
        }
        ActorTrail trail = trailOf(event);
        long number = place(event, trail);
        int slot = slot(number);
        actions[slot] = event.action;
        rewards[slot] = reward;
        flags[slot] |= ACTION;
        trail.episode = event.episode;
        trail.sequence = event.sequence;
        trail.last = number;
        if (event.terminal) {
            flags[slot] |= TERMINAL;
            trail.open = Open.NOTHING;
            markReady(number);
        } else if (hasNext) {
            trail.last = appendAfter(number, event.nextObservation);
            if (event.truncated) {
                flags[slot] |= CUT;
            }
            trail.open = event.truncated ? Open.NOTHING : Open.ACTION;
            markReady(number);
        } else {
            trail.open = Open.NEXT_OBSERVATION;
        }
    }

    /** Takes note of an actor's record that is no transition, so that the records around it are seen to be without a gap. */
    public void pass(Event event) {
        for (int i = 0; i < trails.size(); i++) {
            ActorTrail trail = trails.get(i);
            if (trail.isOf(event.stream, event.actor) && event.sequence == trail.sequence + 1) {
                trail.sequence = event.sequence;
            }
        }
    }

    /** Stores the event's observation where it belongs and returns its number. */
    private long place(Event event, ActorTrail trail) {
        boolean continues = trail.open != Open.NOTHING
                && trail.last >= frames.oldest()
                && trail.episode == event.episode
                && trail.sequence + 1 == event.sequence;
        if (continues && trail.open == Open.ACTION && frames.equals(trail.last, event.features)) {
            return trail.last;
        }
        if (continues && trail.open == Open.NEXT_OBSERVATION) {
            long number = appendAfter(trail.last, event.features);
            markReady(trail.last);
            return number;
        }
        cut(trail);
        return append(event.features);
    }

    /** The trail goes on elsewhere: what it led to is the last that is known. */
    private void cut(ActorTrail trail) {
        if (trail.open == Open.NOTHING || trail.last < frames.oldest()) {
            return;
        }
        int slot = slot(trail.last);
        flags[slot] &= ~ACTION;
        long previous = trail.last - back[slot];
        if (back[slot] > 0 && previous >= frames.oldest()) {
            flags[slot(previous)] |= CUT;
            markReady(previous);
        }
    }

    private long appendAfter(long previous, Features observation) {
        long number = append(observation);
        int distance = Math.toIntExact(number - previous);
        if (previous >= frames.oldest()) {
            back[slot(number)] = distance;
            forward[slot(previous)] = distance;
        }
        return number;
    }

    private long append(Features observation) {
        int slot = slot(frames.end());
        if ((flags[slot] & READY) != 0) {
            ready--;
            if (priorities != null) {
                priorities.set(slot, 0);
            }
        }
        flags[slot] = 0;
        back[slot] = 0;
        forward[slot] = 0;
        return frames.append(observation);
    }

    /** Something became known after {@code number}: marks it and those before it whose returns are now complete. */
    private void markReady(long number) {
        long current = number;
        for (int i = 0; i < spec.steps() && current >= frames.oldest(); i++) {
            int slot = slot(current);
            if ((flags[slot] & READY) == 0 && isComplete(current)) {
                flags[slot] |= READY;
                ready++;
                if (priorities != null) {
                    priorities.set(slot, greatestPriority);
                }
            }
            if (back[slot] == 0) {
                return;
            }
            current -= back[slot];
        }
    }

    private boolean isComplete(long number) {
        long current = number;
        for (int i = 0; i < spec.steps(); i++) {
            int slot = slot(current);
            if ((flags[slot] & ACTION) == 0) {
                return false;
            }
            if ((flags[slot] & TERMINAL) != 0) {
                return true;
            }
            if (forward[slot] == 0) {
                return false;
            }
            if ((flags[slot] & CUT) != 0) {
                return true;
            }
            current += forward[slot];
        }
        return true;
    }

    private ActorTrail trailOf(Event event) {
        for (int i = 0; i < trails.size(); i++) {
            ActorTrail trail = trails.get(i);
            if (trail.isOf(event.stream, event.actor)) {
                return trail;
            }
        }
        ActorTrail trail = new ActorTrail(event.stream, event.actor);
        trails.add(trail);
        return trail;
    }

    private int slot(long number) {
        return (int) (number % spec.capacity());
    }

    // ---- Drawing ----

    /**
     * Draws as many transitions as the batch holds, with replacement.
     *
     * @param batch Modified.
     * @param generator draws them
     * @param update updates made so far, which importance weights depend on
     * @return whether there was anything to draw
     */
    public boolean sample(TransitionBatch batch, UniformRandomProvider generator, long update) {
        int rows = batch.capacity();
        for (int row = 0; row < rows; row++) {
            long number = priorities == null ? drawUniformly(generator) : drawByPriority(row, rows, generator);
            if (number < 0) {
                return false;
            }
            batch.numbers[row] = number;
            fill(batch, row, number);
        }
        batch.rows(rows);
        if (priorities == null) {
            Arrays.fill(batch.weights, 0, rows, 1f);
        } else {
            weigh(batch, prioritised.importanceAt(update));
        }
        return true;
    }

    /**
     * Draws as {@link #sample} does, each transition as likely as the other, and changes nothing but the batch and the generator.
     *
     * @param batch Modified; its importance weights become 1.
     * @return whether there was anything to draw
     */
    public boolean sampleUniformly(TransitionBatch batch, UniformRandomProvider generator) {
        int rows = batch.capacity();
        for (int row = 0; row < rows; row++) {
            long number = drawUniformly(generator);
            if (number < 0) {
                return false;
            }
            batch.numbers[row] = number;
            fill(batch, row, number);
        }
        batch.rows(rows);
        Arrays.fill(batch.weights, 0, rows, 1f);
        return true;
    }

    private long drawUniformly(UniformRandomProvider generator) {
        long oldest = frames.oldest();
        long count = frames.end() - oldest;
        if (ready == 0) {
            return -1;
        }
        for (int i = 0; i < TRIES; i++) {
            long number = oldest + generator.nextLong(count);
            if (isUsable(number)) {
                return number;
            }
        }
        long start = generator.nextLong(count);
        for (long i = 0; i < count; i++) {
            long number = oldest + (start + i) % count;
            if (isUsable(number)) {
                return number;
            }
        }
        return -1;
    }

    /** One draw from the row's share of the total, or from anywhere where that hit something whose older frames are gone. */
    private long drawByPriority(int row, int rows, UniformRandomProvider generator) {
        double share = (row + generator.nextDouble()) / rows;
        while (priorities.total() > 0) {
            int slot = priorities.find(share * priorities.total());
            long number = frames.oldest() + Math.floorMod(slot - frames.oldest(), spec.capacity());
            if (isUsable(number)) {
                return number;
            }
            priorities.set(slot, 0);
            share = generator.nextDouble();
        }
        return -1;
    }

    /** Whether the return is complete and no frame of the input is gone. */
    private boolean isUsable(long number) {
        if ((flags[slot(number)] & READY) == 0) {
            return false;
        }
        long current = number;
        for (int i = 1; i < spec.history(); i++) {
            int distance = back[slot(current)];
            if (distance == 0) {
                return true;
            }
            current -= distance;
            if (current < frames.oldest()) {
                return false;
            }
        }
        return true;
    }

    private void fill(TransitionBatch batch, int row, long number) {
        int inputSize = observationSize * spec.history();
        batch.actions[row] = actions[slot(number)];
        stack(number, batch.inputs, row * inputSize);
        double sum = 0;
        double discount = 1;
        long current = number;
        for (int i = 0; i < spec.steps(); i++) {
            int slot = slot(current);
            sum += discount * rewards[slot];
            discount *= spec.discount();
            if ((flags[slot] & TERMINAL) != 0) {
                batch.returns[row] = (float) sum;
                batch.discounts[row] = 0;
                Arrays.fill(batch.nextInputs, row * inputSize, (row + 1) * inputSize, 0f);
                return;
            }
            current += forward[slot];
            if ((flags[slot] & CUT) != 0) {
                break;
            }
        }
        batch.returns[row] = (float) sum;
        batch.discounts[row] = (float) discount;
        stack(current, batch.nextInputs, row * inputSize);
    }

    /** Writes the last observations of the episode up to {@code number}, oldest first, zeros before its first. */
    private void stack(long number, float[] target, int at) {
        long current = number;
        for (int i = spec.history() - 1; i >= 0; i--) {
            frames.read(current, scale, target, at + i * observationSize);
            int distance = back[slot(current)];
            if (distance == 0) {
                Arrays.fill(target, at, at + i * observationSize, 0f);
                return;
            }
            current -= distance;
        }
    }

    private void weigh(TransitionBatch batch, double importance) {
        double greatest = 0;
        for (int row = 0; row < batch.rows(); row++) {
            double probability = priorities.get(slot(batch.numbers[row])) / priorities.total();
            // Beside an error as large as floats go, others are so improbable that no float holds their weights.
            double weight = Math.min(Math.pow(ready * probability, -importance), Float.MAX_VALUE);
            batch.weights[row] = (float) weight;
            greatest = Math.max(greatest, weight);
        }
        for (int row = 0; row < batch.rows(); row++) {
            batch.weights[row] /= (float) greatest;
        }
    }

    /** Sets the priorities of a batch that was drawn last from its errors; without effect where sampling is uniform. */
    public void updatePriorities(TransitionBatch batch) {
        if (priorities == null) {
            return;
        }
        for (int row = 0; row < batch.rows(); row++) {
            // A cross-entropy of 0 may come out below it by rounding.
            double error = Math.max(batch.errors[row], 0);
            double priority = Math.pow(error + prioritised.minimum(), prioritised.exponent());
            priorities.set(slot(batch.numbers[row]), priority);
            greatestPriority = Math.max(greatestPriority, priority);
        }
    }

    /** Fills in again the rows of {@code batch} whose observations are all still kept, and drops the others. */
    public void refill(TransitionBatch batch) {
        int kept = 0;
        for (int row = 0; row < batch.rows(); row++) {
            long number = batch.numbers[row];
            if (number >= frames.oldest() && isUsable(number)) {
                batch.numbers[kept] = number;
                fill(batch, kept, number);
                kept++;
            }
        }
        batch.rows(kept);
    }

    // ---- State ----

    /** Puts everything. Observations in full segments are put as they are and not copied. */
    public void save(LearnerState state) {
        frames.save(state);
        int count = Math.toIntExact(frames.end() - frames.oldest());
        int[] links = new int[2 * count];
        int[] savedActions = new int[count];
        float[] savedRewards = new float[count];
        byte[] savedFlags = new byte[count];
        for (int i = 0; i < count; i++) {
            int slot = slot(frames.oldest() + i);
            links[2 * i] = back[slot];
            links[2 * i + 1] = forward[slot];
            savedActions[i] = actions[slot];
            savedRewards[i] = rewards[slot];
            savedFlags[i] = flags[slot];
        }
        state.put("replay.shape", shape())
                .put("replay.links", links)
                .put("replay.actions", savedActions)
                .put("replay.rewards", savedRewards)
                .put("replay.flags", savedFlags);
        if (priorities != null) {
            double[] saved = new double[count + 1];
            for (int i = 0; i < count; i++) {
                saved[i] = priorities.get(slot(frames.oldest() + i));
            }
            saved[count] = greatestPriority;
            state.put("replay.priorities", saved);
        }
        state.put("replay.trails", new int[] {trails.size()});
        for (int i = 0; i < trails.size(); i++) {
            ActorTrail trail = trails.get(i);
            state.put("replay.trail." + i + ".stream", trail.stream).put("replay.trail." + i, new long[] {
                trail.actor, trail.episode, trail.sequence, trail.last, trail.open.ordinal()
            });
        }
    }

    /**
     * Goes on from what {@link #save} put.
     *
     * @throws IllegalArgumentException if it was saved by a memory of another shape
     */
    public void restore(LearnerState state) {
        if (!state.string("replay.shape").equals(shape())) {
            throw new IllegalArgumentException("the state was saved by a replay memory of another shape: saved="
                    + state.string("replay.shape") + " configured=" + shape()
                    + "; configure the saved one, or start under a new name");
        }
        frames.restore(state);
        int[] links = state.ints("replay.links");
        Arrays.fill(flags, (byte) 0);
        ready = 0;
        for (int i = 0; i < links.length / 2; i++) {
            int slot = slot(frames.oldest() + i);
            back[slot] = links[2 * i];
            forward[slot] = links[2 * i + 1];
            actions[slot] = state.ints("replay.actions")[i];
            rewards[slot] = state.floats("replay.rewards")[i];
            flags[slot] = state.bytes("replay.flags")[i];
            ready += (flags[slot] & READY) != 0 ? 1 : 0;
        }
        if (priorities != null) {
            double[] saved = state.doubles("replay.priorities");
            priorities.clear();
            for (int i = 0; i < saved.length - 1; i++) {
                priorities.set(slot(frames.oldest() + i), saved[i]);
            }
            greatestPriority = saved[saved.length - 1];
        }
        trails.clear();
        for (int i = 0; i < state.ints("replay.trails")[0]; i++) {
            long[] saved = state.longs("replay.trail." + i);
            ActorTrail trail = new ActorTrail(state.string("replay.trail." + i + ".stream"), (int) saved[0]);
            trail.episode = saved[1];
            trail.sequence = saved[2];
            trail.last = saved[3];
            trail.open = Open.values()[(int) saved[4]];
            trails.add(trail);
        }
    }

    private String shape() {
        return "observation=" + observationSize + " capacity=" + spec.capacity() + " encoding=" + spec.encoding()
                + " steps=" + spec.steps() + " sampling="
                + (priorities == null ? "uniform" : "prioritised");
    }
}
