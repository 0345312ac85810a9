package perennial.learning.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.learning.event.Event;
import perennial.learning.replay.NaiveReplay.Draw;
import perennial.learning.state.LearnerState;

class ReplayMemoryTest {

    private static final int SIZE = 11;
    private static final SamplingSpec UNIFORM = new SamplingSpec.Uniform();
    private static final SamplingSpec PRIORITISED = new SamplingSpec.Prioritised(0.7, 0.4, 1, 10, 0.01);

    @Property(tries = 120)
    void shouldGiveWhatANaiveMemoryGives(
            @ForAll ObservationEncoding encoding,
            @ForAll @IntRange(min = 1, max = 4) int history,
            @ForAll @IntRange(min = 1, max = 4) int steps,
            @ForAll @IntRange(min = 9, max = 70) int capacity,
            @ForAll boolean isPrioritised,
            @ForAll @IntRange(min = 1, max = 200) int events,
            @ForAll long seed) {
        ReplaySpec spec =
                new ReplaySpec(capacity, encoding, history, steps, 0.9, isPrioritised ? PRIORITISED : UNIFORM);
        ReplayMemory memory = new ReplayMemory(spec, SIZE, 1);
        NaiveReplay naive = new NaiveReplay(spec, SIZE);
        Actors actors = new Actors(encoding, seed);
        for (int i = 0; i < events; i++) {
            Event event = actors.next();
            if (event.kind == Event.Kind.TRANSITION) {
                memory.add(event, event.reward);
                naive.add(event);
            } else {
                memory.pass(event);
                naive.pass(event);
            }
        }

        assertDrawsAre(naive.draws(), memory, history, seed);
    }

    /** Whatever is drawn is as expected, and everything that is expected is drawn. */
    private static void assertDrawsAre(Map<Integer, Draw> expected, ReplayMemory memory, int history, long seed) {
        TransitionBatch batch = new TransitionBatch(64, SIZE * history);
        UniformRandomProvider generator = RandomSource.XO_SHI_RO_256_PP.create(seed);
        if (expected.isEmpty()) {
            assertThat(memory.sample(batch, generator, 0)).isFalse();
            return;
        }
        TreeSet<Integer> drawn = new TreeSet<>();
        for (int i = 0; i < 30; i++) {
            assertThat(memory.sample(batch, generator, i)).isTrue();
            for (int row = 0; row < batch.rows(); row++) {
                int action = batch.actions[row];
                drawn.add(action);
                Draw draw = expected.get(action);
                assertThat(draw).as("draw of %d", action).isNotNull();
                int from = row * SIZE * history;
                int to = from + SIZE * history;
                assertThat(Arrays.copyOfRange(batch.inputs, from, to)).isEqualTo(draw.input());
                assertThat(Arrays.copyOfRange(batch.nextInputs, from, to)).isEqualTo(draw.nextInput());
                assertThat((double) batch.returns[row]).isCloseTo(draw.sum(), within(1e-5));
                assertThat((double) batch.discounts[row]).isCloseTo(draw.discount(), within(1e-6));
            }
        }
        assertThat(drawn).isEqualTo(expected.keySet());
    }

    @Property(tries = 60)
    void shouldDrawUniformlyWithoutATrace(
            @ForAll boolean isPrioritised,
            @ForAll @IntRange(min = 1, max = 3) int history,
            @ForAll @IntRange(min = 20, max = 120) int events,
            @ForAll long seed) {
        ReplaySpec spec =
                new ReplaySpec(40, ObservationEncoding.BYTES, history, 2, 0.9, isPrioritised ? PRIORITISED : UNIFORM);
        ReplayMemory memory = new ReplayMemory(spec, SIZE, 1);
        NaiveReplay naive = new NaiveReplay(spec, SIZE);
        Actors actors = new Actors(ObservationEncoding.BYTES, seed);
        for (int i = 0; i < events; i++) {
            Event event = actors.next();
            if (event.kind == Event.Kind.TRANSITION) {
                memory.add(event, event.reward);
                naive.add(event);
            }
        }
        LearnerState before = new LearnerState();
        memory.save(before);
        TransitionBatch batch = new TransitionBatch(400, SIZE * history);

        boolean drew = memory.sampleUniformly(batch, RandomSource.XO_SHI_RO_256_PP.create(seed));

        LearnerState after = new LearnerState();
        memory.save(after);
        assertThat(after).isEqualTo(before);
        assertThat(drew).isEqualTo(!naive.draws().isEmpty());
        if (drew) {
            TreeSet<Integer> drawn = new TreeSet<>();
            for (int row = 0; row < batch.rows(); row++) {
                drawn.add(batch.actions[row]);
                assertThat(batch.weights[row]).isEqualTo(1f);
            }
            assertThat(drawn).isEqualTo(naive.draws().keySet());
        }
    }

    @Property(tries = 60)
    void shouldContinueAsIfItHadNeverStopped(
            @ForAll ObservationEncoding encoding,
            @ForAll @IntRange(min = 1, max = 3) int history,
            @ForAll @IntRange(min = 1, max = 3) int steps,
            @ForAll boolean isPrioritised,
            @ForAll @IntRange(min = 0, max = 120) int cut,
            @ForAll long seed) {
        ReplaySpec spec = new ReplaySpec(40, encoding, history, steps, 0.9, isPrioritised ? PRIORITISED : UNIFORM);
        ReplayMemory undisturbed = new ReplayMemory(spec, SIZE, 1);
        ReplayMemory interrupted = new ReplayMemory(spec, SIZE, 1);
        Actors actors = new Actors(encoding, seed);
        TransitionBatch expected = new TransitionBatch(8, SIZE * history);
        TransitionBatch actual = new TransitionBatch(8, SIZE * history);
        UniformRandomProvider one = RandomSource.XO_SHI_RO_256_PP.create(seed);
        UniformRandomProvider other = RandomSource.XO_SHI_RO_256_PP.create(seed);

        for (int i = 0; i < 150; i++) {
            if (i == cut) {
                LearnerState state = new LearnerState();
                interrupted.save(state);
                interrupted = new ReplayMemory(spec, SIZE, 1);
                interrupted.restore(state);
            }
            Event event = actors.next();
            boolean isTransition = event.kind == Event.Kind.TRANSITION;
            if (isTransition) {
                undisturbed.add(event, event.reward);
                interrupted.add(event, event.reward);
            }
            assertThat(interrupted.sample(actual, other, i)).isEqualTo(undisturbed.sample(expected, one, i));
            assertThat(actual.inputs).isEqualTo(expected.inputs);
            assertThat(actual.nextInputs).isEqualTo(expected.nextInputs);
            assertThat(actual.actions).isEqualTo(expected.actions);
            assertThat(actual.returns).isEqualTo(expected.returns);
            assertThat(actual.weights).isEqualTo(expected.weights);
            for (int row = 0; row < expected.rows(); row++) {
                expected.errors[row] = Math.abs(expected.returns[row]);
                actual.errors[row] = expected.errors[row];
            }
            undisturbed.updatePriorities(expected);
            interrupted.updatePriorities(actual);
        }
        LearnerState first = new LearnerState();
        LearnerState second = new LearnerState();
        undisturbed.save(first);
        interrupted.save(second);
        assertThat(second).isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource(ObservationEncoding.class)
    void shouldShareFullSegmentsWithSnapshotsAndNeverChangeThem(ObservationEncoding encoding) {
        ReplaySpec spec = new ReplaySpec(80, encoding, 1, 1, 0.9, UNIFORM);
        ReplayMemory memory = new ReplayMemory(spec, SIZE, 1);
        Actors actors = new Actors(encoding, 3);
        store(memory, actors, 100);
        LearnerState first = new LearnerState();
        memory.save(first);
        LearnerState second = new LearnerState();
        memory.save(second);

        long shared = first.entries().entrySet().stream()
                .filter(e ->
                        e.getKey().startsWith("replay.frames.") && !e.getKey().endsWith("end"))
                .filter(e -> e.getValue() == second.entries().get(e.getKey()))
                .count();
        store(memory, actors, 500);

        assertThat(shared).isGreaterThanOrEqualTo(7);
        ReplayMemory restored = new ReplayMemory(spec, SIZE, 1);
        restored.restore(first);
        ReplayMemory repeated = new ReplayMemory(spec, SIZE, 1);
        store(repeated, new Actors(encoding, 3), 100);
        LearnerState expected = new LearnerState();
        repeated.save(expected);
        assertThat(first).as("what was put does not change").isEqualTo(expected);
        store(restored, new Actors(encoding, 9), 500);
        assertThat(first).as("nor by the memory that was restored from it").isEqualTo(expected);
    }

    @Test
    void shouldDrawInProportionToPriorityAndWeighAgainstIt() {
        ReplaySpec spec = new ReplaySpec(
                64, ObservationEncoding.BITS, 1, 1, 0.9, new SamplingSpec.Prioritised(1, 0.5, 0.5, 1, 1e-9));
        ReplayMemory memory = new ReplayMemory(spec, SIZE, 1);
        Event event = new Event();
        event.kind = Event.Kind.TRANSITION;
        event.terminal = true;
        event.features.resizeBytes(SIZE);
        for (int i = 0; i < 4; i++) {
            event.sequence = i;
            event.action = i;
            memory.add(event, 0);
        }
        TransitionBatch batch = new TransitionBatch(1000, SIZE);
        UniformRandomProvider generator = RandomSource.XO_SHI_RO_256_PP.create(1);
        memory.sample(batch, generator, 0);
        for (int row = 0; row < batch.rows(); row++) {
            batch.errors[row] = batch.actions[row] + 1;
        }
        memory.updatePriorities(batch);

        memory.sample(batch, generator, 0);

        int[] counts = new int[4];
        for (int row = 0; row < batch.rows(); row++) {
            int action = batch.actions[row];
            counts[action]++;
            // (N p)^-1/2 with p = (action + 1) / 10, over that of the rarest.
            assertThat((double) batch.weights[row]).isCloseTo(Math.pow(action + 1, -0.5), within(1e-6));
        }
        // Draws are stratified, so counts are exact but for the borders.
        for (int action = 0; action < 4; action++) {
            assertThat(counts[action]).isBetween(100 * (action + 1) - 2, 100 * (action + 1) + 2);
        }
    }

    @Test
    void shouldBootstrapThroughATruncationAndNotThroughATerminalState() {
        ReplaySpec spec = new ReplaySpec(16, ObservationEncoding.FLOATS, 1, 3, 0.5, UNIFORM);
        ReplayMemory memory = new ReplayMemory(spec, 1, 2);
        memory.add(transition(0, 0, 1f, null), 1);
        memory.add(truncated(1, 0, 2f, 3f), 1);
        Event terminal = transition(2, 1, 4f, null);
        terminal.terminal = true;
        memory.add(terminal, 1);
        TransitionBatch batch = new TransitionBatch(60, 1);

        memory.sample(batch, RandomSource.XO_SHI_RO_256_PP.create(1), 0);

        assertThat(memory.size()).isEqualTo(3);
        for (int row = 0; row < batch.rows(); row++) {
            float input = batch.inputs[row];
            assertThat(batch.returns[row]).isEqualTo(input == 2f ? 1.5f : 1f);
            assertThat(batch.discounts[row]).isEqualTo(input == 2f ? 0.25f : input == 4f ? 0.5f : 0f);
            assertThat(batch.nextInputs[row]).isEqualTo(input == 8f ? 0f : 6f);
        }
    }

    @Test
    void shouldRefuseATruncationWithoutItsLastObservation() {
        ReplayMemory memory =
                new ReplayMemory(new ReplaySpec(16, ObservationEncoding.FLOATS, 1, 1, 0.5, UNIFORM), 1, 1);
        Event event = transition(0, 0, 1f, null);
        event.truncated = true;

        assertThatThrownBy(() -> memory.add(event, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("last observation must be given");
    }

    @Test
    void shouldRefuseAStateOfAnotherShape() {
        LearnerState state = new LearnerState();
        new ReplayMemory(new ReplaySpec(16, ObservationEncoding.BITS, 1, 1, 0.5, UNIFORM), 4, 1).save(state);
        ReplayMemory other = new ReplayMemory(new ReplaySpec(32, ObservationEncoding.BITS, 1, 1, 0.5, UNIFORM), 4, 1);

        assertThatThrownBy(() -> other.restore(state))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capacity=16")
                .hasMessageContaining("capacity=32");
    }

    @ParameterizedTest
    @EnumSource(ObservationEncoding.class)
    void shouldAllocateNothingInSteadyState(ObservationEncoding encoding) {
        ReplaySpec spec = new ReplaySpec(64, encoding, 2, 2, 0.9, PRIORITISED);
        ReplayMemory memory = new ReplayMemory(spec, SIZE, 1);
        Actors actors = new Actors(encoding, 3);
        Event[] events = new Event[300];
        for (int i = 0; i < events.length; i++) {
            events[i] = new Event();
            events[i].copyFrom(actors.next());
        }
        TransitionBatch batch = new TransitionBatch(8, 2 * SIZE);
        UniformRandomProvider generator = RandomSource.XO_SHI_RO_256_PP.create(1);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 200; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (Event event : events) {
                if (event.kind == Event.Kind.TRANSITION) {
                    memory.add(event, event.reward);
                }
                memory.sample(batch, generator, round);
                memory.updatePriorities(batch);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(least).isZero();
    }

    private static void store(ReplayMemory memory, Actors actors, int count) {
        for (int stored = 0; stored < count; ) {
            Event event = actors.next();
            if (event.kind == Event.Kind.TRANSITION) {
                memory.add(event, event.reward);
                stored++;
            }
        }
    }

    private static Event truncated(long sequence, long episode, float observation, float next) {
        Event event = transition(sequence, episode, observation, next);
        event.truncated = true;
        return event;
    }

    private static Event transition(long sequence, long episode, float observation, Float next) {
        Event event = new Event();
        event.kind = Event.Kind.TRANSITION;
        event.sequence = sequence;
        event.episode = episode;
        event.features.resizeFloats(1)[0] = observation;
        event.hasNextObservation = next != null;
        if (next != null) {
            event.nextObservation.resizeFloats(1)[0] = next;
        }
        return event;
    }

    /** Three actors of two streams that take turns at random; episodes end in every way, and records go missing. */
    private static final class Actors {

        private final SplittableRandom random;
        private final ObservationEncoding encoding;
        private final Event event = new Event();
        private final long[] sequences = new long[3];
        private final long[] episodes = new long[3];
        private final float[][] known = new float[3][];
        private int count;

        Actors(ObservationEncoding encoding, long seed) {
            this.encoding = encoding;
            this.random = new SplittableRandom(seed);
        }

        Event next() {
            int who = random.nextInt(3);
            event.stream = who == 2 ? "b" : "a";
            event.actor = who % 2;
            int chance = random.nextInt(30);
            sequences[who] += chance == 0 ? 2 : 1;
            event.sequence = sequences[who];
            if (chance == 1) {
                event.kind = Event.Kind.LABEL_RESET;
                return event;
            }
            event.kind = Event.Kind.TRANSITION;
            episodes[who] += chance == 2 ? 1 : 0;
            event.episode = episodes[who];
            event.action = count++;
            event.reward = (float) random.nextDouble(-1, 1);
            event.terminal = chance == 3 || chance == 4 || chance == 5;
            event.truncated = chance == 5 || chance == 6 || chance == 7;
            event.hasNextObservation = event.truncated || chance == 4 || chance >= 8 && chance < 14;
            float[] observation = known[who] != null && random.nextInt(8) > 0 ? known[who] : draw();
            System.arraycopy(observation, 0, event.features.resizeFloats(SIZE), 0, SIZE);
            known[who] = null;
            if (event.hasNextObservation) {
                float[] next = draw();
                System.arraycopy(next, 0, event.nextObservation.resizeFloats(SIZE), 0, SIZE);
                known[who] = next;
            }
            episodes[who] += event.terminal || event.truncated ? 1 : 0;
            return event;
        }

        private float[] draw() {
            float[] values = new float[SIZE];
            for (int i = 0; i < SIZE; i++) {
                values[i] = switch (encoding) {
                    case BITS -> random.nextInt(2);
                    case BYTES -> random.nextInt(256);
                    case FLOATS -> (float) random.nextDouble(-1, 1);
                };
            }
            return values;
        }
    }
}
